import { type Selectable, sql } from 'kysely';
import type { FindingKind } from '../domain/finding.ts';
import type { Issue, IssueRef, Presence, Triage, Witness } from '../domain/issue.ts';
import type { Severity } from '../domain/severity.ts';
import type { StoredFinding } from '../domain/stored-finding.ts';
import { uuidV7Time } from '../lib/uuid-v7.ts';
import { countRows } from './count-rows.ts';
import { findingColumns, toStoredFinding } from './findings.ts';
import type { Schema } from './schema.ts';
import type { OrgTx } from './tx.ts';
import { withoutNulls } from './without-nulls.ts';

export type IssueRow = Selectable<Schema['issues']> & { readonly is_expired: boolean | null };

/** A decision whose time is over counts no more, from that moment: the scheduler only writes it down later. */
export const isExpired = sql<boolean | null>`triage_expires_at <= now()`;

export const toIssue = (row: IssueRow): Issue => ({
  organizationId: row.organization_id,
  id: row.id,
  projectId: row.project_id,
  kind: row.kind as FindingKind,
  ruleId: row.rule_id,
  title: row.title,
  severity: row.severity as Severity,
  confidence: row.confidence as Issue['confidence'],
  cwe: row.cwe,
  cve: row.cve,
  path: row.path,
  triage: row.is_expired === true ? 'open' : (row.triage as Triage),
  suppressedInSource: row.suppressed_in_source,
  isDetected: row.is_detected,
  firstSeenAt: row.first_seen_at,
  lastSeenAt: row.last_seen_at,
  revision: row.revision,
  ...withoutNulls({
    startLine: row.start_line,
    triageReason: row.is_expired === true ? null : row.triage_reason,
    triageExpiresAt: row.is_expired === true ? null : row.triage_expires_at,
    reopenedAt: row.reopened_at,
    newestFindingId: row.newest_finding_id,
  }),
});

/** Undefined also for text that is no id of ours. `forUpdate` holds the issue until the transaction ends. */
export const findIssue = async (
  tx: OrgTx,
  issueId: string,
  options: { readonly forUpdate: boolean } = { forUpdate: false },
): Promise<Issue | undefined> => {
  if (uuidV7Time(issueId) === undefined) return undefined;
  let query = tx.build
    .selectFrom('issues')
    .selectAll()
    .select(isExpired.as('is_expired'))
    .where('organization_id', '=', tx.organizationId)
    .where('id', '=', issueId);
  if (options.forUpdate) query = query.forUpdate();
  const row = await tx.one(query);
  return row === undefined ? undefined : toIssue(row);
};

/** Those of the ids that are issues, held until the transaction ends; always in one order, so that two callers do not wait for each other. */
export const holdIssues = async (tx: OrgTx, issueIds: readonly string[]): Promise<readonly Issue[]> => {
  const rows = await tx.run(
    tx.build
      .selectFrom('issues')
      .selectAll()
      .select(isExpired.as('is_expired'))
      .where('organization_id', '=', tx.organizationId)
      .where(sql<boolean>`id = any(${issueIds}::uuid[])`)
      .orderBy('id')
      .forUpdate(),
  );
  return rows.map(toIssue);
};

/** In one order, for locking. */
export const projectsOfIssues = async (tx: OrgTx, issueIds: readonly string[]): Promise<readonly string[]> => {
  const rows = await tx.run(sql<{ project_id: string }>`
    select distinct project_id from issues where organization_id = ${tx.organizationId} and id = any(${issueIds}::uuid[])
    order by project_id`);
  return rows.map((row) => row.project_id);
};

/** The ref it was seen on last first, at most `limit`. */
export const refsOf = async (tx: OrgTx, issueId: string, limit: number): Promise<readonly IssueRef[]> => {
  const rows = await tx.run(
    tx.build
      .selectFrom('issue_refs')
      .selectAll()
      .where('organization_id', '=', tx.organizationId)
      .where('issue_id', '=', issueId)
      .orderBy('last_seen_at', 'desc')
      .orderBy('ref')
      .limit(limit),
  );
  return rows.map((row) => ({
    ref: row.ref,
    presence: row.presence as Presence,
    firstScanId: row.first_scan_id,
    lastScanId: row.last_scan_id,
    firstSeenAt: row.first_seen_at,
    lastSeenAt: row.last_seen_at,
    ...withoutNulls({ goneAt: row.gone_at }),
  }));
};

export const witnessesOf = async (tx: OrgTx, issueId: string): Promise<readonly Witness[]> => {
  const rows = await tx.run(
    tx.build
      .selectFrom('issue_witnesses')
      .selectAll()
      .where('organization_id', '=', tx.organizationId)
      .where('issue_id', '=', issueId)
      .orderBy('engine')
      .orderBy('rule_id'),
  );
  return rows.map((row) => ({ engine: row.engine, ruleId: row.rule_id, firstSeenAt: row.first_seen_at, lastSeenAt: row.last_seen_at }));
};

const findingsOf = (tx: OrgTx, issueId: string) =>
  tx.build.selectFrom('findings').where('organization_id', '=', tx.organizationId).where('issue_id', '=', issueId);

/** Newest first, behind the finding `after`. */
export const findingsOfIssue = async (
  tx: OrgTx,
  issueId: string,
  after: { readonly createdAt: Date; readonly findingId: string } | undefined,
  limit: number,
): Promise<readonly StoredFinding[]> => {
  let query = findingsOf(tx, issueId).select(findingColumns).orderBy('created_at', 'desc').orderBy('id', 'desc').limit(limit);
  if (after !== undefined)
    query = query.where(sql<boolean>`(created_at, id) < (${after.createdAt}::timestamptz, ${after.findingId}::uuid)`);
  return (await tx.run(query)).map(toStoredFinding);
};

export const countFindingsOfIssue = (tx: OrgTx, issueId: string, options: { readonly exact: boolean }): Promise<number> =>
  countRows(tx, findingsOf(tx, issueId).select('id'), options);
