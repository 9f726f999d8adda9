import { type RawBuilder, sql } from 'kysely';
import type { Fingerprint } from '../domain/finding.ts';
import type { KnownEvidence, ScannedFinding } from '../domain/issue-assignment.ts';
import { lineHashAlgorithm } from '../domain/line-hash.ts';
import type { ScanRecord } from '../domain/scan-record.ts';
import type { Confidence, Severity } from '../domain/severity.ts';
import { camelKeys } from './json-keys.ts';
import { storableJson } from './storable-text.ts';
import type { OrgTx } from './tx.ts';
import { withoutNulls } from './without-nulls.ts';

/**
 * Tables that grow by this very transaction have no statistics yet, and a planner that takes them for empty joins row by row, which takes minutes.
 * So what must be looked up for each finding is written as that: a subquery of its own for each row, answered by a primary key.
 */

/** The scan whose findings are assigned. All functions of this file are part of one transaction that holds {@link holdProjectIssues}. */
export type AssignedScan = Pick<ScanRecord, 'id' | 'createdAt' | 'projectId' | 'ref'>;

/** Two scans of one project assign one after the other: each must see the issues the other made. Held until the transaction ends. */
export const holdProjectIssues = async (tx: OrgTx, projectId: string): Promise<void> => {
  await tx.run(sql`select pg_advisory_xact_lock(hashtextextended(${`issues ${tx.organizationId} ${projectId}`}::text, 0))`);
};

/** Rows of the scan. Its findings are younger than itself; clocks of servers may differ by less than a day. */
const ofScan = (tx: OrgTx, scan: AssignedScan, alias: string): RawBuilder<boolean> => sql<boolean>`
  ${sql.ref(`${alias}.organization_id`)} = ${tx.organizationId}::uuid and ${sql.ref(`${alias}.scan_id`)} = ${scan.id}::uuid
  and ${sql.ref(`${alias}.created_at`)} >= ${scan.createdAt}::timestamptz - interval '1 day'`;

/** What an issue shows, beside what decides. */
export interface AssignableFinding extends ScannedFinding {
  readonly severity: Severity;
  readonly confidence: Confidence;
  readonly title: string;
  readonly isSuppressed: boolean;
}

interface FindingRow {
  readonly id: string;
  readonly severity_rank: number;
  readonly engine: string;
  readonly kind: string;
  readonly rule_id: string;
  readonly severity: string;
  readonly confidence: string;
  readonly title: string;
  readonly path: string;
  readonly start_line: number | null;
  readonly end_line: number | null;
  readonly start_column: number | null;
  readonly cwe: readonly string[];
  readonly cve: readonly string[];
  readonly package_name: string | null;
  readonly fingerprints: unknown;
  readonly is_suppressed: boolean;
}

const toFinding = (row: FindingRow): AssignableFinding => ({
  id: row.id,
  engine: row.engine,
  kind: row.kind as AssignableFinding['kind'],
  ruleId: row.rule_id,
  severity: row.severity as Severity,
  confidence: row.confidence as Confidence,
  title: row.title,
  path: row.path,
  cwe: row.cwe,
  cve: row.cve,
  fingerprints: camelKeys(row.fingerprints) as readonly Fingerprint[],
  isSuppressed: row.is_suppressed,
  ...withoutNulls({
    startLine: row.start_line,
    endLine: row.end_line,
    startColumn: row.start_column,
    packageName: row.package_name,
  }),
});

const readBatch = 5000;

/** Read in the order of the index over a scan's findings: any other order would sort all of them for each batch. */
export const findingsToAssign = async (tx: OrgTx, scan: AssignedScan): Promise<readonly AssignableFinding[]> => {
  const found: AssignableFinding[] = [];
  let after = { rank: -1, id: '00000000-0000-0000-0000-000000000000' };
  for (;;) {
    const rows = await tx.run(sql<FindingRow>`
      select f.id, f.severity_rank, f.engine, f.kind, f.rule_id, f.severity, f.confidence, f.title, f.path, f.start_line, f.end_line, f.start_column, f.cwe,
             f.cve, f.package_name, f.fingerprints, f.suppression is not null as is_suppressed
      from findings f where ${ofScan(tx, scan, 'f')} and (f.severity_rank, f.id) > (${after.rank}::smallint, ${after.id}::uuid)
      order by f.severity_rank, f.id limit ${readBatch}`);
    for (const row of rows) found.push(toFinding(row));
    const last = rows.at(-1);
    if (last === undefined || rows.length < readBatch) return found;
    after = { rank: last.severity_rank, id: last.id };
  }
};

/** GitHub's hash of a line is not kept: with the line known, a short secret can be worked out from it. */
const evidenceOfScan = (tx: OrgTx, scan: AssignedScan): RawBuilder<unknown> => sql`
  select f.issue_id, f.engine, f.rule_id, p.algorithm, coalesce(p.key_id, '') as key_id, p.value
  from findings f cross join lateral jsonb_to_recordset(f.fingerprints) as p(algorithm text, key_id text, value text)
  where ${ofScan(tx, scan, 'f')} and p.algorithm <> ${lineHashAlgorithm}`;

/**
 * Everything known of the project's issues that share any evidence with the scan, of the engine that found it; the rest of the project is not
 * looked at.
 */
export const evidenceNear = async (tx: OrgTx, scan: AssignedScan): Promise<readonly KnownEvidence[]> => {
  const rows = await tx.run(sql<{ issue_id: string; engine: string; rule_id: string; prints: unknown }>`
    with near as materialized (
      select distinct e.issue_id, s.engine from (${evidenceOfScan(tx, scan)}) s cross join lateral (
        select e.issue_id from issue_fingerprints e
        where e.organization_id = ${tx.organizationId}::uuid and e.project_id = ${scan.projectId}::uuid
          and e.algorithm = s.algorithm and e.key_id = s.key_id and e.value = s.value and e.engine = s.engine
        offset 0) e)
    select near.issue_id, near.engine, known.rule_id, known.prints from near cross join lateral (
      select (array_agg(e.rule_id order by e.last_seen_at desc, e.rule_id))[1] as rule_id,
             jsonb_agg(jsonb_build_array(e.algorithm, e.key_id, e.value)) as prints
      from issue_fingerprints e
      where e.organization_id = ${tx.organizationId}::uuid and e.issue_id = near.issue_id and e.engine = near.engine) known`);
  return rows.map((row) => ({
    issueId: row.issue_id,
    engine: row.engine,
    ruleId: row.rule_id,
    fingerprints: (row.prints as [string, string, string][]).map(([algorithm, keyId, value]) =>
      keyId === '' ? { algorithm, value } : { algorithm, keyId, value },
    ),
  }));
};

/** An issue as the findings of the newest scan show it. */
export interface IssueAppearance {
  readonly issueId: string;
  /** The finding that speaks for it. */
  readonly lead: AssignableFinding;
  readonly cwe: readonly string[];
  readonly cve: readonly string[];
  readonly isSuppressed: boolean;
}

const writeBatch = 1000;

const batches = function* <Item>(items: readonly Item[], size: number): Iterable<readonly Item[]> {
  for (let from = 0; from < items.length; from += size) yield items.slice(from, from + size);
};

/** New issues, and the look of known ones unless a newer scan gave it. */
export const saveAppearances = async (tx: OrgTx, scan: AssignedScan, appearances: readonly IssueAppearance[]): Promise<void> => {
  for (const batch of batches(appearances, writeBatch)) {
    const rows = storableJson(
      batch.map(({ issueId, lead, cwe, cve, isSuppressed }) => ({
        id: issueId,
        kind: lead.kind,
        rule_id: lead.ruleId,
        title: lead.title,
        severity: lead.severity,
        confidence: lead.confidence,
        path: lead.path,
        start_line: lead.startLine,
        finding_id: lead.id,
        cwe,
        cve,
        is_suppressed: isSuppressed,
      })),
    );
    await tx.change(sql`
      insert into issues (organization_id, id, project_id, kind, rule_id, title, severity, confidence, cwe, cve, path, start_line,
                          suppressed_in_source, first_seen_at, last_seen_at, newest_finding_id)
      select ${tx.organizationId}::uuid, r.id, ${scan.projectId}::uuid, r.kind, r.rule_id, r.title, r.severity, r.confidence, r.cwe, r.cve,
             r.path, r.start_line, r.is_suppressed, ${scan.createdAt}::timestamptz, ${scan.createdAt}::timestamptz, r.finding_id
      from jsonb_to_recordset(${rows}::jsonb) as r(
        id uuid, kind text, rule_id text, title text, severity text, confidence text, cwe text[], cve text[], path text, start_line integer,
        is_suppressed boolean, finding_id uuid)
      on conflict (organization_id, id) do update set
        kind = excluded.kind, rule_id = excluded.rule_id, title = excluded.title, severity = excluded.severity,
        confidence = excluded.confidence, cwe = excluded.cwe, cve = excluded.cve, path = excluded.path, start_line = excluded.start_line,
        suppressed_in_source = excluded.suppressed_in_source, last_seen_at = excluded.last_seen_at,
        newest_finding_id = excluded.newest_finding_id, revision = issues.revision + 1
      where issues.last_seen_at <= excluded.last_seen_at`);
  }
  // A scan that ends after a younger one still tells that the issue is older than it was thought to be.
  await tx.change(sql`
    update issues i set first_seen_at = ${scan.createdAt}::timestamptz, revision = i.revision + 1
    where i.organization_id = ${tx.organizationId}::uuid and i.project_id = ${scan.projectId}::uuid
      and i.first_seen_at > ${scan.createdAt}::timestamptz
      and i.id in (select f.issue_id from findings f where ${ofScan(tx, scan, 'f')})`);
};

export const linkFindings = async (
  tx: OrgTx,
  links: readonly { readonly findingId: string; readonly issueId: string }[],
): Promise<void> => {
  // In the order of their ids, so that each batch is a range of the primary key and of few partitions.
  const sorted = links.toSorted((a, b) => (a.findingId < b.findingId ? -1 : 1));
  for (const batch of batches(sorted, 5 * writeBatch)) {
    const ids = batch.map(({ findingId }) => findingId);
    await tx.change(sql`
      update findings f set issue_id = r.issue_id
      from unnest(${ids}::uuid[], ${batch.map(({ issueId }) => issueId)}::uuid[]) as r(id, issue_id)
      where f.organization_id = ${tx.organizationId}::uuid and f.id = r.id
        and f.id between ${ids[0]}::uuid and ${ids.at(-1)}::uuid
        and f.created_at between uuid_v7_time(${ids[0]}::uuid) and uuid_v7_time(${ids.at(-1)}::uuid)`);
  }
};

/**
 * The scan's evidence and witnesses, from its findings as they are linked now. Evidence of a newer algorithm or key stands beside the old. When
 * either was last seen is kept to the day, so that a scan that finds what the one before found writes nothing here.
 */
export const saveEvidence = async (tx: OrgTx, scan: AssignedScan): Promise<void> => {
  await tx.change(sql`
    insert into issue_fingerprints (organization_id, project_id, algorithm, key_id, value, issue_id, engine, rule_id, last_seen_at)
    select distinct on (s.algorithm, s.key_id, s.value, s.issue_id, s.engine)
           ${tx.organizationId}::uuid, ${scan.projectId}::uuid, s.algorithm, s.key_id, s.value, s.issue_id, s.engine, s.rule_id,
           ${scan.createdAt}::timestamptz
    from (${evidenceOfScan(tx, scan)}) s
    where s.issue_id is not null and (
      select true from issue_fingerprints e
      where e.organization_id = ${tx.organizationId}::uuid and e.project_id = ${scan.projectId}::uuid and e.algorithm = s.algorithm
        and e.key_id = s.key_id and e.value = s.value and e.issue_id = s.issue_id and e.engine = s.engine
        and e.last_seen_at >= ${scan.createdAt}::timestamptz - interval '1 day') is null
    order by s.algorithm, s.key_id, s.value, s.issue_id, s.engine, s.rule_id
    on conflict (organization_id, project_id, algorithm, key_id, value, issue_id, engine) do update
      set last_seen_at = excluded.last_seen_at, rule_id = excluded.rule_id`);
  await tx.change(sql`
    insert into issue_witnesses (organization_id, issue_id, engine, rule_id, first_seen_at, last_seen_at)
    select distinct ${tx.organizationId}::uuid, f.issue_id, f.engine, f.rule_id, ${scan.createdAt}::timestamptz, ${scan.createdAt}::timestamptz
    from findings f
    where ${ofScan(tx, scan, 'f')} and f.issue_id is not null and (
      select true from issue_witnesses w
      where w.organization_id = ${tx.organizationId}::uuid and w.issue_id = f.issue_id and w.engine = f.engine and w.rule_id = f.rule_id
        and w.first_seen_at <= ${scan.createdAt}::timestamptz and w.last_seen_at >= ${scan.createdAt}::timestamptz - interval '1 day') is null
    on conflict (organization_id, issue_id, engine, rule_id) do update
      set first_seen_at = least(issue_witnesses.first_seen_at, excluded.first_seen_at),
          last_seen_at = greatest(issue_witnesses.last_seen_at, excluded.last_seen_at)`);
};
