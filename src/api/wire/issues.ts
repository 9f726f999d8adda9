import { z } from 'zod';
import type { Issue, IssueDetail } from '../../domain/issue.ts';
import { triages } from '../../domain/issue.ts';
import { pageOf } from './page.ts';
import { confidence, findingKind, instant, instantInput, severity, text, toInstant, toInstantOrNull, uuid } from './values.ts';

const triage = z.enum(triages);
export const presence = z.enum(['detected', 'absent', 'unknown']);

const issueFields = {
  id: uuid,
  project_id: uuid,
  kind: findingKind,
  rule_id: z.string(),
  title: z.string(),
  severity,
  confidence,
  cwe: z.array(z.string()),
  cve: z.array(z.string()),
  path: z.string(),
  start_line: z.int().nullable(),
  triage,
  triage_reason: z.string().nullable(),
  triage_expires_at: instant.nullable(),
  suppressed_in_source: z.boolean(),
  is_detected: z.boolean().describe('On any branch or tag, at its newest scan.'),
  first_seen_at: instant,
  last_seen_at: instant,
  reopened_at: instant.nullable(),
  newest_finding_id: uuid.nullable(),
  revision: z.int(),
};

export const issueShape = z.object(issueFields).meta({ id: 'Issue' });
export type IssueWire = z.infer<typeof issueShape>;
export const issuePage = pageOf('IssuePage', issueShape);

export const issueDetailShape = z
  .object({
    ...issueFields,
    refs: z.array(
      z.object({
        ref: z.string(),
        presence,
        first_scan_id: uuid,
        last_scan_id: uuid,
        first_seen_at: instant,
        last_seen_at: instant,
        gone_at: instant.nullable(),
      }),
    ),
    decisions: z.array(
      z.object({
        id: uuid,
        triage,
        reason: z.string(),
        author: z.string(),
        cause: z.enum(['manual', 'regression', 'expiry', 'absence']),
        expires_at: instant.nullable(),
        created_at: instant,
      }),
    ),
    witnesses: z.array(z.object({ engine: z.string(), rule_id: z.string(), first_seen_at: instant, last_seen_at: instant })),
  })
  .meta({ id: 'IssueDetail' });
export type IssueDetailWire = z.infer<typeof issueDetailShape>;

const triageFields = {
  triage,
  reason: text(4000).optional().describe('Needed for `false_positive`, `accepted` and `wont_fix`.'),
  expires_at: instantInput.optional().describe('Needed for `accepted`.'),
};

export const triageInput = z.strictObject(triageFields).meta({ id: 'TriageInput' });
export type TriageInputWire = z.input<typeof triageInput>;

export const bulkTriageInput = z
  .strictObject({ issue_ids: z.array(uuid).min(1).max(1000), ...triageFields })
  .meta({ id: 'BulkTriageInput', description: 'All of them or none.' });
export type BulkTriageInputWire = z.input<typeof bulkTriageInput>;

export const bulkTriageAnswer = z.object({ changed: z.int() }).meta({ id: 'BulkTriage' });

export const toIssueWire = (issue: Issue): IssueWire => ({
  id: issue.id,
  project_id: issue.projectId,
  kind: issue.kind,
  rule_id: issue.ruleId,
  title: issue.title,
  severity: issue.severity,
  confidence: issue.confidence,
  cwe: [...issue.cwe],
  cve: [...issue.cve],
  path: issue.path,
  start_line: issue.startLine ?? null,
  triage: issue.triage,
  triage_reason: issue.triageReason ?? null,
  triage_expires_at: toInstantOrNull(issue.triageExpiresAt),
  suppressed_in_source: issue.suppressedInSource,
  is_detected: issue.isDetected,
  first_seen_at: toInstant(issue.firstSeenAt),
  last_seen_at: toInstant(issue.lastSeenAt),
  reopened_at: toInstantOrNull(issue.reopenedAt),
  newest_finding_id: issue.newestFindingId ?? null,
  revision: issue.revision,
});

export const toIssueDetailWire = (issue: IssueDetail): IssueDetailWire => ({
  ...toIssueWire(issue),
  refs: issue.refs.map((ref) => ({
    ref: ref.ref,
    presence: ref.presence,
    first_scan_id: ref.firstScanId,
    last_scan_id: ref.lastScanId,
    first_seen_at: toInstant(ref.firstSeenAt),
    last_seen_at: toInstant(ref.lastSeenAt),
    gone_at: toInstantOrNull(ref.goneAt),
  })),
  decisions: issue.decisions.map((decision) => ({
    id: decision.id,
    triage: decision.triage,
    reason: decision.reason,
    author: decision.author,
    cause: decision.cause,
    expires_at: toInstantOrNull(decision.expiresAt),
    created_at: toInstant(decision.createdAt),
  })),
  witnesses: issue.witnesses.map((witness) => ({
    engine: witness.engine,
    rule_id: witness.ruleId,
    first_seen_at: toInstant(witness.firstSeenAt),
    last_seen_at: toInstant(witness.lastSeenAt),
  })),
});
