import { type Selectable, sql } from 'kysely';
import type { Finding, FindingDetails, Fingerprint, Location, Snippet, SuggestedFix } from '../domain/finding.ts';
import type { ScanName } from '../domain/scan-record.ts';
import type { StoredFinding } from '../domain/stored-finding.ts';
import { camelKeys, snakeKeys } from './json-keys.ts';
import type { Schema } from './schema.ts';
import { boundedJson, storableJson } from './storable-text.ts';
import type { OrgTx } from './tx.ts';
import { withoutNulls } from './without-nulls.ts';

/** All that {@link toStoredFinding} reads. */
export const findingColumns = [
  'id',
  'created_at',
  'scan_id',
  'project_id',
  'issue_id',
  'engine',
  'tool_name',
  'tool_version',
  'rule_id',
  'kind',
  'severity',
  'confidence',
  'title',
  'message',
  'location',
  'snippet',
  'cwe',
  'cve',
  'cvss_score',
  'cvss_vector',
  'package_name',
  'package_version',
  'fixed_version',
  'license_name',
  'license_type',
  'remediation',
  'reference_urls',
  'raw_output',
  'fingerprint',
  'fingerprints',
  'fix',
  'suppression',
  'baseline_state',
] as const satisfies readonly (keyof Schema['findings'])[];

export type FindingRow = Pick<Selectable<Schema['findings']>, (typeof findingColumns)[number]>;

const listOf = (values: readonly string[]): readonly string[] | null => (values.length === 0 ? null : values);

/** An empty list and one that is absent are the same, and so is an engine that is its own tool. */
const detailsOf = (row: FindingRow): FindingDetails | undefined => {
  const isOwnTool = row.tool_name === row.engine && row.tool_version === null;
  const details: FindingDetails = withoutNulls({
    toolName: isOwnTool ? null : row.tool_name,
    toolVersion: row.tool_version,
    cve: listOf(row.cve),
    cvssScore: row.cvss_score === null ? null : Number(row.cvss_score),
    cvssVector: row.cvss_vector,
    packageName: row.package_name,
    packageVersion: row.package_version,
    fixedVersion: row.fixed_version,
    licenseName: row.license_name,
    licenseType: row.license_type,
    remediation: row.remediation,
    references: listOf(row.reference_urls),
    rawOutput: row.raw_output,
  });
  return Object.keys(details).length === 0 ? undefined : details;
};

export const toStoredFinding = (row: FindingRow): StoredFinding => ({
  findingId: row.id,
  scanId: row.scan_id,
  projectId: row.project_id,
  createdAt: row.created_at,
  engine: row.engine,
  ruleId: row.rule_id,
  kind: row.kind as Finding['kind'],
  severity: row.severity as Finding['severity'],
  confidence: row.confidence as Finding['confidence'],
  cwe: row.cwe,
  title: row.title,
  message: row.message,
  location: camelKeys(row.location) as Location,
  id: row.fingerprint,
  fingerprints: camelKeys(row.fingerprints) as readonly Fingerprint[],
  ...withoutNulls({
    issueId: row.issue_id,
    snippet: row.snippet === null ? null : (camelKeys(row.snippet) as Snippet),
    details: detailsOf(row),
    fix: row.fix === null ? null : (camelKeys(row.fix) as SuggestedFix),
    suppression: row.suppression === null ? null : (camelKeys(row.suppression) as NonNullable<Finding['suppression']>),
    baseline: row.baseline_state as Finding['baseline'],
  }),
});

/** A finding with the id its row will have; `id` of {@link Finding} is the fingerprint. */
export type NewFinding = Finding & { readonly findingId: string };

export interface FindingOwner extends Pick<ScanName, 'scanId' | 'scanCreatedAt'> {
  readonly taskId: string;
  readonly projectId: string;
}

const maxRawOutputBytes = 64 * 1024;

const toJsonRow = (finding: NewFinding): string => {
  const { location, details = {} } = finding;
  const file = location.type === 'file' ? location : undefined;
  return storableJson({
    id: finding.findingId,
    engine: finding.engine,
    tool_name: details.toolName ?? finding.engine,
    tool_version: details.toolVersion,
    rule_id: finding.ruleId,
    kind: finding.kind,
    severity: finding.severity,
    confidence: finding.confidence,
    title: finding.title,
    message: finding.message,
    location_type: location.type,
    path: location.path,
    start_line: file?.startLine,
    start_column: file?.startColumn,
    end_line: file?.endLine,
    end_column: file?.endColumn,
    location: snakeKeys(location),
    snippet: snakeKeys(finding.snippet),
    cwe: finding.cwe,
    cve: details.cve ?? [],
    cvss_score: details.cvssScore,
    cvss_vector: details.cvssVector,
    package_name: details.packageName,
    package_version: details.packageVersion,
    fixed_version: details.fixedVersion,
    license_name: details.licenseName,
    license_type: details.licenseType,
    remediation: details.remediation,
    reference_urls: details.references ?? [],
    raw_output: boundedJson(details.rawOutput, maxRawOutputBytes),
    fingerprint: finding.id,
    fingerprints: snakeKeys(finding.fingerprints),
    fix: snakeKeys(finding.fix),
    suppression: snakeKeys(finding.suppression),
    baseline_state: finding.baseline,
  });
};

const insertRows = (tx: OrgTx, owner: FindingOwner, jsonRows: readonly string[]): Promise<number> =>
  tx.change(sql`
    insert into findings (
      organization_id, id, created_at, scan_id, scan_created_at, task_id, project_id, engine, tool_name, tool_version, rule_id, kind,
      severity, confidence, title, message, location_type, path, start_line, start_column, end_line, end_column, location, snippet, cwe,
      cve, cvss_score, cvss_vector, package_name, package_version, fixed_version, license_name, license_type, remediation,
      reference_urls, raw_output, fingerprint, fingerprints, fix, suppression, baseline_state)
    select
      ${tx.organizationId}::uuid, r.id, uuid_v7_time(r.id), ${owner.scanId}::uuid, ${owner.scanCreatedAt}::timestamptz,
      ${owner.taskId}::uuid, ${owner.projectId}::uuid, r.engine, r.tool_name, r.tool_version, r.rule_id, r.kind,
      r.severity, r.confidence, r.title, r.message, r.location_type, r.path, r.start_line, r.start_column, r.end_line, r.end_column,
      r.location, r.snippet, r.cwe, r.cve, r.cvss_score, r.cvss_vector, r.package_name, r.package_version, r.fixed_version,
      r.license_name, r.license_type, r.remediation, r.reference_urls, r.raw_output::jsonb, r.fingerprint, r.fingerprints,
      r.fix, r.suppression, r.baseline_state
    from jsonb_to_recordset(${`[${jsonRows.join(',')}]`}::jsonb) as r(
      id uuid, engine text, tool_name text, tool_version text, rule_id text, kind text, severity text, confidence text, title text,
      message text, location_type text, path text, start_line integer, start_column integer, end_line integer, end_column integer,
      location jsonb, snippet jsonb, cwe text[], cve text[], cvss_score numeric, cvss_vector text, package_name text,
      package_version text, fixed_version text, license_name text, license_type text, remediation text, reference_urls text[],
      raw_output text, fingerprint text, fingerprints jsonb, fix jsonb, suppression jsonb, baseline_state text)`);

/** Of one statement: enough to amortise it, little enough for a connection's buffers and for one row that is large. */
const maxBatchRows = 1000;
const maxBatchLength = 4 * 1024 * 1024;

/** Set-based; the caller may hand over any number. Texts become storable, a tool's raw output is bounded. */
export const insertFindings = async (tx: OrgTx, owner: FindingOwner, findings: Iterable<NewFinding>): Promise<void> => {
  let batch: string[] = [];
  let length = 0;
  for (const finding of findings) {
    const row = toJsonRow(finding);
    if (batch.length > 0 && (batch.length === maxBatchRows || length + row.length > maxBatchLength)) {
      await insertRows(tx, owner, batch);
      batch = [];
      length = 0;
    }
    batch.push(row);
    length += row.length;
  }
  if (batch.length > 0) await insertRows(tx, owner, batch);
};
