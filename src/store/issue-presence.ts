import { sql } from 'kysely';
import type { FileState } from '../domain/coverage.ts';
import type { Presence } from '../domain/issue.ts';
import type { UnseenIssue } from '../domain/issue-presence.ts';
import type { AssignedScan } from './issue-assignment.ts';
import type { OrgTx } from './tx.ts';

/** True when a newer whole scan of the ref has already said what is there. */
export const isOvertaken = async (tx: OrgTx, scan: AssignedScan): Promise<boolean> => {
  const row = await tx.one(sql`
    select 1 from ref_heads where organization_id = ${tx.organizationId} and project_id = ${scan.projectId} and ref = ${scan.ref}
      and newest_full_scan_id > ${scan.id}::uuid`);
  return row !== undefined;
};

/** Those of the issues that were gone: from this ref, or from every ref there is. */
export const regressed = async (tx: OrgTx, scan: AssignedScan, issueIds: readonly string[]): Promise<readonly string[]> => {
  const nowhere = await tx.run(sql<{ id: string }>`
    select id from issues where organization_id = ${tx.organizationId} and id = any(${issueIds}::uuid[]) and not is_detected`);
  const notHere = await tx.run(sql<{ id: string }>`
    select issue_id as id from issue_refs
    where organization_id = ${tx.organizationId} and issue_id = any(${issueIds}::uuid[]) and ref = ${scan.ref} and presence = 'absent'
      and last_scan_id < ${scan.id}::uuid`);
  return [...new Set([...nowhere, ...notHere].map(({ id }) => id))].sort();
};

/**
 * The ref has the scan's issues. One that a newer scan spoke of keeps what that one said; of an overtaken scan only `unknown` can be said
 * where nothing is known yet.
 */
export const markDetected = async (
  tx: OrgTx,
  scan: AssignedScan,
  issueIds: readonly string[],
  options: { readonly isOvertaken: boolean },
): Promise<void> => {
  const isNewer = options.isOvertaken ? sql`false` : sql`excluded.last_scan_id >= issue_refs.last_scan_id`;
  await tx.change(sql`
    insert into issue_refs (organization_id, project_id, issue_id, ref, presence, first_scan_id, last_scan_id, first_seen_at, last_seen_at)
    select ${tx.organizationId}::uuid, ${scan.projectId}::uuid, id, ${scan.ref}, ${options.isOvertaken ? 'unknown' : 'detected'}, ${scan.id}::uuid, ${scan.id}::uuid,
           ${scan.createdAt}::timestamptz, ${scan.createdAt}::timestamptz
    from unnest(${issueIds}::uuid[]) as seen(id)
    on conflict (organization_id, issue_id, ref) do update set
      presence = case when ${isNewer} then 'detected' else issue_refs.presence end,
      gone_at = case when ${isNewer} then null else issue_refs.gone_at end,
      last_scan_id = case when ${isNewer} then excluded.last_scan_id else issue_refs.last_scan_id end,
      first_scan_id = least(issue_refs.first_scan_id, excluded.first_scan_id),
      first_seen_at = least(issue_refs.first_seen_at, excluded.first_seen_at),
      last_seen_at = greatest(issue_refs.last_seen_at, excluded.last_seen_at)`);
};

/** A task that failed or was cancelled leaves a part of the target that nobody looked at. */
export const everyTaskSucceeded = async (tx: OrgTx, scan: AssignedScan): Promise<boolean> => {
  const row = await tx.one(sql<{ all_succeeded: boolean | null }>`
    select bool_and(state = 'succeeded') as all_succeeded from tasks where organization_id = ${tx.organizationId} and scan_id = ${scan.id}`);
  return row?.all_succeeded ?? false;
};

type Witnesses = UnseenIssue['witnesses'];

const witnessesOfIssues = async (tx: OrgTx, issueIds: readonly string[]): Promise<ReadonlyMap<string, Witnesses>> => {
  const rows = await tx.run(sql<{ issue_id: string; engine: string; rule_id: string }>`
    select issue_id, engine, rule_id from issue_witnesses
    where organization_id = ${tx.organizationId} and issue_id = any(${issueIds}::uuid[])`);
  return new Map(
    [...Map.groupBy(rows, (row) => row.issue_id)].map(([issueId, ofIssue]) => [
      issueId,
      ofIssue.map((row) => ({ engine: row.engine, ruleId: row.rule_id })),
    ]),
  );
};

const placesIn = (
  tx: OrgTx,
  scanId: string,
  issueIds: readonly string[],
): Promise<readonly { readonly issue_id: string; readonly path: string; readonly from_history: boolean }[]> =>
  tx.run(sql`
    select distinct issue_id, path, location -> 'commit' is not null as from_history from findings
    where organization_id = ${tx.organizationId} and scan_id = ${scanId} and issue_id = any(${issueIds}::uuid[])`);

/** An issue of the ref that is not absent there, was last spoken of by an older scan, and is not among the scan's findings. */
export interface Unseen extends UnseenIssue {
  readonly issueId: string;
  readonly presence: Presence;
}

export const unseenIssues = async (tx: OrgTx, scan: AssignedScan, seen: ReadonlySet<string>): Promise<readonly Unseen[]> => {
  const refs = await tx.run(sql<{ issue_id: string; presence: string; last_scan_id: string }>`
    select issue_id, presence, last_scan_id from issue_refs
    where organization_id = ${tx.organizationId} and project_id = ${scan.projectId} and ref = ${scan.ref} and presence <> 'absent'
      and last_scan_id < ${scan.id}::uuid`);
  const unseen = refs.filter((row) => !seen.has(row.issue_id));
  const witnesses = await witnessesOfIssues(
    tx,
    unseen.map((row) => row.issue_id),
  );
  const places = new Map<string, { readonly paths: Set<string>; fromHistory: boolean }>();
  // One scan after the other: a join over all of them leaves the planner to guess, and it guesses badly for a young table.
  for (const [scanId, rows] of Map.groupBy(unseen, (row) => row.last_scan_id)) {
    for (const found of await placesIn(
      tx,
      scanId,
      rows.map((row) => row.issue_id),
    )) {
      const place = places.get(found.issue_id) ?? { paths: new Set(), fromHistory: false };
      place.paths.add(found.path);
      place.fromHistory ||= found.from_history;
      places.set(found.issue_id, place);
    }
  }
  return unseen.map((row) => ({
    issueId: row.issue_id,
    presence: row.presence as Presence,
    witnesses: witnesses.get(row.issue_id) ?? [],
    paths: [...(places.get(row.issue_id)?.paths ?? [])],
    fromHistory: places.get(row.issue_id)?.fromHistory ?? false,
  }));
};

/** What the manifest says of these paths beyond the packed lists, and every folder it leaves out whole (they end in `/`). */
export const manifestRows = (
  tx: OrgTx,
  scan: AssignedScan,
  paths: readonly string[],
): Promise<readonly { readonly path: string; readonly state: FileState; readonly engine: string | null }[]> =>
  tx.run(sql`
    select distinct m.path, m.state, m.engine from coverage c
    join coverage_files m on m.organization_id = c.organization_id and m.task_id = c.task_id
    where c.organization_id = ${tx.organizationId} and c.scan_id = ${scan.id} and (m.path = any(${paths}::text[]) or m.path like '%/')`);

/** Absent from now on, or not to be told; the scan that saw it last stays on record for the unknown. */
export const markUnseen = async (
  tx: OrgTx,
  scan: AssignedScan,
  presence: Extract<Presence, 'absent' | 'unknown'>,
  issueIds: readonly string[],
): Promise<void> => {
  if (issueIds.length === 0) return;
  const isGone = presence === 'absent';
  await tx.change(sql`
    update issue_refs set presence = ${presence}, gone_at = ${isGone ? scan.createdAt : null}::timestamptz,
      last_scan_id = case when ${isGone}::boolean then ${scan.id}::uuid else last_scan_id end
    where organization_id = ${tx.organizationId} and ref = ${scan.ref} and issue_id = any(${issueIds}::uuid[])`);
};

/** Sets `is_detected` after the refs of these issues have changed. */
export const refreshDetected = async (tx: OrgTx, issueIds: readonly string[]): Promise<void> => {
  await tx.change(sql`
    with now as (
      select issue_id, bool_or(presence <> 'absent') as is_detected from issue_refs
      where organization_id = ${tx.organizationId} and issue_id = any(${issueIds}::uuid[]) group by issue_id)
    update issues i set is_detected = now.is_detected, revision = i.revision + 1
    from now where i.organization_id = ${tx.organizationId} and i.id = now.issue_id and i.is_detected <> now.is_detected`);
};
