import { type Selectable, sql } from 'kysely';
import type { RegisterRequest, WorkerCapabilities } from '../domain/lease-service.ts';
import type { Worker, WorkerState } from '../domain/worker.ts';
import type { Schema } from './schema.ts';
import { storableJson, storableText } from './storable-text.ts';
import type { SystemTx } from './system-tx.ts';
import type { Tx } from './tx.ts';
import { withoutNulls } from './without-nulls.ts';

const toWorker = (row: Selectable<Schema['workers']> & { readonly leased_tasks: number }): Worker => ({
  id: row.id,
  name: row.name,
  host: row.host,
  pid: row.pid,
  version: row.version,
  slots: row.slots,
  capabilities: row.capabilities as WorkerCapabilities,
  state: row.state as WorkerState,
  leasedTasks: row.leased_tasks,
  registeredAt: row.registered_at,
  lastSeenAt: row.last_seen_at,
  ...withoutNulls({ stoppedAt: row.stopped_at }),
});

/** The same id is the same worker, back with what it says now. */
export const upsertWorker = async (tx: SystemTx, worker: RegisterRequest): Promise<void> => {
  const values = {
    name: storableText(worker.name, 200),
    host: storableText(worker.host, 255),
    pid: worker.pid,
    version: storableText(worker.version, 100),
    slots: worker.slots,
    capabilities: storableJson(worker.capabilities),
    state: 'active',
    stopped_at: null,
  };
  await tx.change(
    tx.build
      .insertInto('workers')
      .values({ id: worker.workerId, ...values })
      .onConflict((conflict) => conflict.column('id').doUpdateSet({ ...values, last_seen_at: sql<Date>`clock_timestamp()` })),
  );
};

export interface ClaimingWorker {
  readonly id: string;
  readonly name: string;
  readonly engines: readonly string[];
  /** Slots without a lease. */
  readonly freeSlots: number;
}

/** The worker, where it may claim. Two claims of one worker wait for each other here, so that together they stay within its slots. */
export const lockWorkerForClaim = async (tx: SystemTx, workerId: string): Promise<ClaimingWorker | undefined> => {
  const row = await tx.one(
    tx.build
      .selectFrom('workers')
      .select(['id', 'name', 'slots', 'capabilities'])
      .where('id', '=', workerId)
      .where('state', '=', 'active')
      .forNoKeyUpdate(),
  );
  if (row === undefined) return undefined;
  const leased = await tx.one(
    tx.build
      .selectFrom('tasks')
      .select((eb) => eb.fn.countAll<number>().as('n'))
      .where('worker_id', '=', workerId)
      .where('state', '=', 'leased'),
  );
  const { engines } = row.capabilities as WorkerCapabilities;
  return { id: row.id, name: row.name, engines, freeSlots: Math.max(0, row.slots - (leased?.n ?? 0)) };
};

/** What became of the state: undefined for a worker that must register (again). */
export const touchWorker = async (
  tx: SystemTx,
  workerId: string,
  state: 'active' | 'draining',
): Promise<{ readonly changed: boolean } | undefined> => {
  const row = await tx.one<{ readonly before: string }>(sql`
    with known as (select id, state from workers where id = ${workerId}::uuid and state in ('active', 'draining') for no key update)
    update workers w set last_seen_at = clock_timestamp(), state = ${state}::text from known k where w.id = k.id returning k.state as before`);
  return row === undefined ? undefined : { changed: row.before !== state };
};

/** False when it had stopped already, or is not known. */
export const stopWorker = async (tx: SystemTx, workerId: string): Promise<boolean> =>
  (await tx.change(
    tx.build
      .updateTable('workers')
      .set({ state: 'stopped', stopped_at: sql<Date>`clock_timestamp()` })
      .where('id', '=', workerId)
      .where('state', '<>', 'stopped'),
  )) === 1;

/** Workers that were not heard of for so long are lost from now on; their ids. */
export const loseSilentWorkers = async (tx: SystemTx, silentMs: number): Promise<readonly string[]> => {
  const rows = await tx.run<{ readonly id: string }>(sql`
    update workers set state = 'lost', stopped_at = clock_timestamp()
    where id in (
      select id from workers
      where state in ('active', 'draining') and last_seen_at < clock_timestamp() - ${silentMs}::double precision * interval '1 millisecond'
      for no key update skip locked)
    returning id`);
  return rows.map((row) => row.id);
};

/** Those that work first, then the newest; at most `limit`. */
export const listWorkers = async (tx: Tx, limit: number): Promise<readonly Worker[]> => {
  const rows = await tx.run<Selectable<Schema['workers']> & { readonly leased_tasks: number }>(sql`
    select w.*, (select count(*) from tasks t where t.worker_id = w.id and t.state = 'leased') as leased_tasks
    from workers w order by w.state in ('active', 'draining') desc, w.registered_at desc, w.id limit ${limit}`);
  return rows.map(toWorker);
};
