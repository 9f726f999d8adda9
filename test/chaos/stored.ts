import { sql } from 'kysely';
import type { SystemDb } from '../../src/store/system-tx.ts';

/** A scan as it is found after the run. */
export interface StoredScan {
  readonly id: string;
  readonly state: string;
  readonly coverage: string | null;
  readonly findings: number;
  readonly tasks: number;
  readonly error: string | null;
  /** Results that were stored after the scan had ended. */
  readonly lateResults: number;
}

export interface Counts {
  readonly tasks: Readonly<Record<string, number>>;
  readonly attempts: Readonly<Record<string, number>>;
  /** Attempts whose worker said that they failed, by its error code. */
  readonly failures: Readonly<Record<string, number>>;
  readonly scans: Readonly<Record<string, number>>;
  readonly findings: number;
  readonly fencedCommits: number;
  readonly mostAttempts: number;
}

const { signal } = new AbortController();

export const readScans = (system: SystemDb): Promise<readonly StoredScan[]> =>
  system.transaction(
    (tx) =>
      tx.run<StoredScan>(sql`
        select s.id::text as id, s.state, s.coverage_state as coverage, s.error_code as error, s.tasks_total as tasks,
          (select count(*)::int from findings f where f.organization_id = s.organization_id and f.scan_id = s.id) as findings,
          (select count(*)::int from attempts a join tasks t on t.organization_id = a.organization_id and t.id = a.task_id
             where t.organization_id = s.organization_id and t.scan_id = s.id and a.outcome = 'succeeded' and a.finished_at > s.finished_at) as "lateResults"
        from scans s`),
    { signal, readOnly: true },
  );

export const readCounts = (system: SystemDb): Promise<Counts> =>
  system.transaction(
    async (tx) => {
      const by = async (rows: Promise<readonly { readonly name: string; readonly count: number }[]>): Promise<Record<string, number>> =>
        Object.fromEntries((await rows).map(({ name, count }) => [name, count]));
      const sums = await tx.one<Pick<Counts, 'findings' | 'fencedCommits' | 'mostAttempts'>>(sql`
        select (select count(*)::int from findings) as findings,
          coalesce((select sum(fenced_commits)::int from tasks), 0) as "fencedCommits",
          coalesce((select max(epoch)::int from tasks), 0) as "mostAttempts"`);
      if (sums === undefined) throw new TypeError('no row of sums');
      return {
        tasks: await by(tx.run(sql`select state as name, count(*)::int as count from tasks group by state`)),
        attempts: await by(tx.run(sql`select coalesce(outcome, 'open') as name, count(*)::int as count from attempts group by outcome`)),
        failures: await by(
          tx.run(
            sql`select coalesce(error_code, 'no code') as name, count(*)::int as count from attempts where outcome = 'failed' group by error_code`,
          ),
        ),
        scans: await by(tx.run(sql`select state as name, count(*)::int as count from scans group by state`)),
        ...sums,
      };
    },
    { signal, readOnly: true },
  );

/** Every object that a row says is there. */
export const readStorageKeys = (system: SystemDb): Promise<ReadonlySet<string>> =>
  system.transaction(
    async (tx) =>
      new Set(
        (await tx.run<{ key: string }>(sql`select storage_key as key from artifacts where state = 'available'`)).map(({ key }) => key),
      ),
    { signal, readOnly: true },
  );
