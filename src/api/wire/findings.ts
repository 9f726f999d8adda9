import { z } from 'zod';
import type { StoredFinding } from '../../app/scans/scans.ts';
import type { Location, SuggestedFix } from '../../domain/finding.ts';
import { pageOf } from './page.ts';
import { confidence, findingKind, instant, severity, toInstant, uuid } from './values.ts';

const locationShape = z
  .discriminatedUnion('type', [
    z.object({
      type: z.literal('file'),
      path: z.string(),
      start_line: z.int(),
      start_column: z.int(),
      end_line: z.int(),
      end_column: z.int(),
      commit: z.object({ sha: z.string(), author: z.string(), authored_at: z.string(), subject: z.string() }).nullable(),
    }),
    z.object({ type: z.literal('package'), path: z.string(), purl: z.string() }),
    z.object({ type: z.literal('resource'), path: z.string(), address: z.string() }),
  ])
  .meta({ id: 'Location' });

export const findingShape = z
  .object({
    id: uuid,
    scan_id: uuid,
    project_id: uuid,
    issue_id: uuid.nullable().describe('Null until the scan has ended.'),
    created_at: instant,
    fingerprint: z.string().describe('Unique within a scan, equal in other scans of the same problem.'),
    fingerprints: z.array(z.object({ algorithm: z.string(), key_id: z.string().nullable(), value: z.string() })),
    engine: z.string(),
    rule_id: z.string(),
    kind: findingKind,
    severity,
    confidence,
    title: z.string(),
    message: z.string(),
    location: locationShape,
    snippet: z.object({ start_line: z.int(), lines: z.array(z.string()) }).nullable(),
    cwe: z.array(z.string()),
    cve: z.array(z.string()),
    cvss_score: z.number().nullable(),
    cvss_vector: z.string().nullable(),
    tool_name: z.string().nullable(),
    tool_version: z.string().nullable(),
    package_name: z.string().nullable(),
    package_version: z.string().nullable(),
    fixed_version: z.string().nullable(),
    license_name: z.string().nullable(),
    license_type: z.string().nullable(),
    remediation: z.string().nullable(),
    references: z.array(z.string()),
    fix: z
      .object({
        start_line: z.int(),
        start_column: z.int(),
        end_line: z.int(),
        end_column: z.int(),
        replacement: z.string(),
        file_digest: z.string().describe('SHA-256 of the bytes it was made for.'),
      })
      .nullable()
      .describe('What the author of the rule suggests to put in the place of that range; nobody has proved it.'),
    raw_output: z.unknown().nullable().describe('What the tool said itself.'),
    suppression: z.object({ source: z.string(), reason: z.string(), expires_at: z.string().nullable() }).nullable(),
    baseline: z.enum(['new', 'unchanged']).nullable(),
  })
  .meta({ id: 'Finding' });
export type FindingWire = z.infer<typeof findingShape>;
export const findingPage = pageOf('FindingPage', findingShape);

const toLocationWire = (location: Location): FindingWire['location'] => {
  switch (location.type) {
    case 'file':
      return {
        type: 'file',
        path: location.path,
        start_line: location.startLine,
        start_column: location.startColumn,
        end_line: location.endLine,
        end_column: location.endColumn,
        commit:
          location.commit === undefined
            ? null
            : {
                sha: location.commit.sha,
                author: location.commit.author,
                authored_at: location.commit.authoredAt,
                subject: location.commit.subject,
              },
      };
    case 'package':
      return { type: 'package', path: location.path, purl: location.purl };
    case 'resource':
      return { type: 'resource', path: location.path, address: location.address };
  }
};

const toFixWire = (fix: SuggestedFix): NonNullable<FindingWire['fix']> => ({
  start_line: fix.startLine,
  start_column: fix.startColumn,
  end_line: fix.endLine,
  end_column: fix.endColumn,
  replacement: fix.replacement,
  file_digest: fix.fileDigest,
});

const toDetailsWire = (details: StoredFinding['details'] = {}) => ({
  cve: [...(details.cve ?? [])],
  cvss_score: details.cvssScore ?? null,
  cvss_vector: details.cvssVector ?? null,
  tool_name: details.toolName ?? null,
  tool_version: details.toolVersion ?? null,
  package_name: details.packageName ?? null,
  package_version: details.packageVersion ?? null,
  fixed_version: details.fixedVersion ?? null,
  license_name: details.licenseName ?? null,
  license_type: details.licenseType ?? null,
  remediation: details.remediation ?? null,
  references: [...(details.references ?? [])],
  raw_output: details.rawOutput ?? null,
});

export const toFindingWire = (finding: StoredFinding): FindingWire => ({
  id: finding.findingId,
  scan_id: finding.scanId,
  project_id: finding.projectId,
  issue_id: finding.issueId ?? null,
  created_at: toInstant(finding.createdAt),
  fingerprint: finding.id,
  fingerprints: finding.fingerprints.map(({ algorithm, keyId, value }) => ({ algorithm, key_id: keyId ?? null, value })),
  engine: finding.engine,
  rule_id: finding.ruleId,
  kind: finding.kind,
  severity: finding.severity,
  confidence: finding.confidence,
  title: finding.title,
  message: finding.message,
  location: toLocationWire(finding.location),
  snippet: finding.snippet === undefined ? null : { start_line: finding.snippet.startLine, lines: [...finding.snippet.lines] },
  cwe: [...finding.cwe],
  ...toDetailsWire(finding.details),
  fix: finding.fix === undefined ? null : toFixWire(finding.fix),
  suppression:
    finding.suppression === undefined
      ? null
      : { source: finding.suppression.source, reason: finding.suppression.reason, expires_at: finding.suppression.expiresAt ?? null },
  baseline: finding.baseline ?? null,
});
