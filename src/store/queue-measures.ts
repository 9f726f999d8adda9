import { sql } from 'kysely';
import type { SystemTx } from './system-tx.ts';

export interface QueueMeasure {
  readonly priority: string;
  readonly queued: number;
  /** Since the oldest could have been leased; 0 when none can. */
  readonly oldestSeconds: number;
}

/** Tasks that wait, by priority. */
export const measureQueue = (tx: SystemTx): Promise<readonly QueueMeasure[]> =>
  tx.run(sql<QueueMeasure>`
    select priority, count(*) as queued,
           greatest(0, coalesce(extract(epoch from clock_timestamp() - min(available_at)), 0))::float8 as "oldestSeconds"
    from tasks where state = 'queued' group by priority`);

export interface WorkMeasure {
  readonly leased: number;
  readonly expiredLeases: number;
  readonly deadLetters: number;
  readonly activeScans: number;
  readonly unplacedEvents: number;
  readonly eventLagSeconds: number;
}

/** Everything that is one number. */
export const measureWork = (tx: SystemTx): Promise<WorkMeasure | undefined> =>
  tx.one(sql<WorkMeasure>`
    select (select count(*) from tasks where state = 'leased') as leased,
           (select count(*) from tasks where state = 'leased' and lease_expires_at < clock_timestamp()) as "expiredLeases",
           (select count(*) from tasks where dead_at is not null) as "deadLetters",
           (select coalesce(sum(active_scans), 0)::int8 from organization_load) as "activeScans",
           (select count(*) from events where position is null) as "unplacedEvents",
           (select greatest(0, coalesce(extract(epoch from clock_timestamp() - min(occurred_at)), 0))::float8
              from events where position is null) as "eventLagSeconds"`);

/** Workers that are alive, by state. */
export const measureWorkers = (tx: SystemTx): Promise<readonly { readonly state: string; readonly workers: number }[]> =>
  tx.run(sql<{ readonly state: string; readonly workers: number }>`
    select state, count(*) as workers from workers where state in ('active', 'draining') group by state`);

export interface ScanMeasure {
  readonly state: string;
  readonly ended: number;
  /** From start to end; null where no such scan ever started. */
  readonly medianSeconds: number | null;
  readonly p95Seconds: number | null;
  readonly p99Seconds: number | null;
}

/** Scans that ended within the last hour, by state. */
export const measureEndedScans = (tx: SystemTx): Promise<readonly ScanMeasure[]> =>
  tx.run(sql<ScanMeasure>`
    select state, count(*) as ended,
           percentile_disc(0.5) within group (order by seconds) as "medianSeconds",
           percentile_disc(0.95) within group (order by seconds) as "p95Seconds",
           percentile_disc(0.99) within group (order by seconds) as "p99Seconds"
    from (select state, extract(epoch from finished_at - started_at)::float8 as seconds
            from scans where finished_at > clock_timestamp() - interval '1 hour') as ended
    group by state`);
