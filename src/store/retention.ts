import { sql } from 'kysely';
import { isRemovable, type RetentionRule } from './scan-removal.ts';
import type { SystemTx } from './system-tx.ts';

/** The database's clock, which decides what is old. */
export const databaseNow = async (tx: SystemTx): Promise<Date> => {
  const row = await tx.one(sql<{ now: Date }>`select clock_timestamp() as now`);
  if (row === undefined) throw new Error('a select without a table gave no row');
  return row.now;
};

export const beginRetentionRun = async (tx: SystemTx, run: { readonly id: string; readonly dryRun: boolean }): Promise<void> => {
  await tx.change(sql`insert into retention_runs (id, dry_run) values (${run.id}, ${run.dryRun})`);
};

export const endRetentionRun = async (tx: SystemTx, runId: string, statistics: Readonly<Record<string, number>>): Promise<void> => {
  await tx.change(sql`
    update retention_runs set finished_at = clock_timestamp(), statistics = ${JSON.stringify(statistics)}::jsonb where id = ${runId}`);
};

export interface RetentionRun {
  readonly id: string;
  readonly startedAt: Date;
  readonly finishedAt?: Date;
  readonly dryRun: boolean;
  readonly statistics?: Readonly<Record<string, number>>;
}

/** The last that was no rehearsal. */
export const newestRetentionRun = async (tx: SystemTx): Promise<RetentionRun | undefined> => {
  const row = await tx.one(sql<{ id: string; started_at: Date; finished_at: Date | null; dry_run: boolean; statistics: unknown }>`
    select id, started_at, finished_at, dry_run, statistics from retention_runs where not dry_run order by started_at desc limit 1`);
  if (row === undefined) return undefined;
  return {
    id: row.id,
    startedAt: row.started_at,
    dryRun: row.dry_run,
    ...(row.finished_at === null ? {} : { finishedAt: row.finished_at }),
    ...(row.statistics === null ? {} : { statistics: row.statistics as Readonly<Record<string, number>> }),
  };
};

/** Whether a run that was no rehearsal came to its end within the last `withinMs`. */
export const wasRetentionDone = async (tx: SystemTx, withinMs: number): Promise<boolean> => {
  const row = await tx.one(sql<{ found: boolean }>`
    select exists (select from retention_runs
      where not dry_run and finished_at > clock_timestamp() - ${withinMs}::double precision * interval '1 millisecond') as found`);
  return row?.found === true;
};

/** Runs are worth a look for about a year. */
export const deleteRetentionRunsBefore = (tx: SystemTx, before: Date): Promise<number> =>
  tx.change(sql`delete from retention_runs where started_at < ${before}`);

/**
 * Artifacts past their end that no scan is still to look at. Those of scans that go by age are left to these, so that a rehearsal counts each
 * once.
 */
const isExpiredArtifact = (now: Date, rule: RetentionRule) => sql<boolean>`(
  a.state <> 'deleted' and a.expires_at < ${now}::timestamptz
  and not exists (
    select from scans s where s.organization_id = a.organization_id and s.state in ('created', 'queued', 'running')
      and s.source ->> 'artifact_id' = a.id::text)
  and not exists (
    select from scans s where s.organization_id = a.organization_id and s.id = a.scan_id and ${isRemovable(rule)}))`;

export interface Amount {
  readonly count: number;
  readonly bytes: number;
}

export const countExpiredArtifacts = async (tx: SystemTx, now: Date, rule: RetentionRule): Promise<Amount> => {
  const row = await tx.one(sql<{ count: number; bytes: number }>`
    select count(*) as count, coalesce(sum(a.size_bytes), 0)::bigint as bytes from artifacts a where ${isExpiredArtifact(now, rule)}`);
  return { count: row?.count ?? 0, bytes: row?.bytes ?? 0 };
};

interface DeletedArtifact {
  readonly storageKey: string;
  readonly sizeBytes: number;
}

/** Leaves rows that say there was something; delete the bytes after the commit. Empty when there are no more. */
export const markExpiredArtifacts = async (
  tx: SystemTx,
  now: Date,
  rule: RetentionRule,
  limit: number,
): Promise<readonly DeletedArtifact[]> => {
  const held = await tx.run(sql<{ organization_id: string; id: string }>`
    select a.organization_id, a.id from artifacts a where ${isExpiredArtifact(now, rule)} limit ${limit} for update skip locked`);
  // Looked at again under the lock: a scan that was accepted meanwhile is seen by now.
  const rows = await tx.run(sql<{ storage_key: string; size_bytes: number }>`
    update artifacts a set state = 'deleted', deleted_at = clock_timestamp()
    where (a.organization_id, a.id) in (
      select * from unnest(${held.map((row) => row.organization_id)}::uuid[], ${held.map((row) => row.id)}::uuid[]))
      and ${isExpiredArtifact(now, rule)}
    returning a.storage_key, a.size_bytes`);
  return rows.map((row) => ({ storageKey: row.storage_key, sizeBytes: row.size_bytes }));
};

/** Rows of artifacts that were deleted before it: nobody asks for them any more. */
export const forgetDeletedArtifacts = (tx: SystemTx, before: Date): Promise<number> =>
  tx.change(sql`delete from artifacts where state = 'deleted' and deleted_at < ${before}`);

/** Those of the keys that no artifact has, or only one that was deleted. */
export const unreferencedKeys = async (tx: SystemTx, keys: readonly string[]): Promise<ReadonlySet<string>> => {
  const rows = await tx.run(sql<{ key: string }>`
    select k.key from unnest(${keys}::text[]) as k (key)
    where not exists (select from artifacts a where a.storage_key = k.key and a.state <> 'deleted')`);
  return new Set(rows.map((row) => row.key));
};

/** Idempotency keys past their day. */
export const countExpiredKeys = async (tx: SystemTx, now: Date): Promise<number> => {
  const row = await tx.one(sql<{ count: number }>`select count(*) as count from submission_keys where expires_at < ${now}`);
  return row?.count ?? 0;
};

export const deleteExpiredKeys = (tx: SystemTx, now: Date): Promise<number> =>
  tx.change(sql`delete from submission_keys where expires_at < ${now}`);

const isForgottenWorker = (before: Date) => sql<boolean>`state in ('stopped', 'lost') and last_seen_at < ${before}::timestamptz
  and not exists (select from tasks t where t.worker_id = workers.id and t.state = 'leased')`;

/** Workers that are gone for good. */
export const countForgottenWorkers = async (tx: SystemTx, before: Date): Promise<number> => {
  const row = await tx.one(sql<{ count: number }>`select count(*) as count from workers where ${isForgottenWorker(before)}`);
  return row?.count ?? 0;
};

export const deleteForgottenWorkers = (tx: SystemTx, before: Date): Promise<number> =>
  tx.change(sql`delete from workers where ${isForgottenWorker(before)}`);
