import { type RawBuilder, sql } from 'kysely';
import { beforeAll, expect, it } from 'vitest';
import { describeDatabases, type TestDatabase } from '../../../test/support/database.ts';
import { createTaskWorld, resultFinding, type TaskWorld } from '../../../test/support/task-world.ts';
import type { ScanRecord } from '../../domain/scan-record.ts';
import { invariants } from '../../store/invariants.ts';
import type { SystemTx } from '../../store/system-tx.ts';
import { placeEvents } from '../events/relay.ts';
import { finaliseScans } from '../scheduling/finalise.ts';
import { checkInvariants } from './check-invariants.ts';

/** A scan that completed with two findings; one that runs (two tasks leased, one given up, one waiting); one that waits. */
interface Healthy {
  readonly world: TaskWorld;
  readonly ended: ScanRecord;
  readonly running: ScanRecord;
  readonly waiting: ScanRecord;
}

/** Ways to break each promise, and no other. What the database itself refuses (keys, checks) is not among them. */
const waysToBreak: Readonly<Record<string, readonly ((healthy: Healthy) => RawBuilder<unknown>)[]>> = {
  'scan-has-work': [
    ({ waiting }) => sql`
      with gone as (delete from tasks where scan_id = ${waiting.id})
      update scans set state = 'created', tasks_total = 0 where id = ${waiting.id}`,
  ],
  'scan-ends': [
    ({ waiting }) => sql`
      with ended as (
        update tasks set state = 'failed', error_code = 'x', finished_at = clock_timestamp() - interval '2 minutes' where scan_id = ${waiting.id})
      update scans set tasks_done = tasks_total where id = ${waiting.id}`,
  ],
  'scan-ends-once': [
    ({ ended }) => sql`update audit_entries set action = 'scan.noticed' where action = 'scan.completed' and resource_id = ${ended.id}`,
    ({ ended }) => sql`update audit_entries set action = 'scan.failed' where action = 'scan.submitted' and resource_id = ${ended.id}`,
    ({ running }) =>
      sql`update audit_entries set action = 'scan.cancelled' where action = 'scan.submitted' and resource_id = ${running.id}`,
  ],
  'scan-counts-tasks': [
    ({ running }) => sql`update scans set tasks_total = tasks_total + 1 where id = ${running.id}`,
    ({ running }) => sql`update scans set tasks_done = tasks_done + 1 where id = ${running.id}`,
    ({ running }) => sql`delete from tasks where scan_id = ${running.id} and state = 'queued'`,
  ],
  'scan-counts-findings': [
    ({ ended }) => sql`update scans set high_count = high_count + 1, findings_total = findings_total + 1 where id = ${ended.id}`,
    ({ ended }) => sql`update scans set high_count = high_count - 1, low_count = low_count + 1 where id = ${ended.id}`,
  ],
  'scan-stops-its-tasks': [
    ({ ended }) => sql`
      with late as (
        insert into tasks (organization_id, id, scan_id, scan_created_at, project_id, engine, shard, shard_count, state, priority, timeout_ms)
        select organization_id, gen_random_uuid(), id, created_at, project_id, 'late', 0, 1, 'queued', priority, 1000
        from scans where id = ${ended.id})
      update scans set tasks_total = tasks_total + 1 where id = ${ended.id}`,
  ],
  'one-result': [
    ({ ended }) => sql`delete from usage_records where scan_id = ${ended.id}`,
    ({ ended }) => sql`update artifacts set state = 'deleted' where scan_id = ${ended.id} and type = 'result'`,
    ({ ended }) => sql`update artifacts set epoch = epoch + 1 where scan_id = ${ended.id} and type = 'result'`,
    ({ ended }) => sql`update attempts set outcome = 'released' where task_id in (select id from tasks where scan_id = ${ended.id})`,
  ],
  'no-other-result': [
    ({ running }) => sql`
      insert into usage_records (organization_id, task_id, scan_id, project_id, engine, epoch, engine_ms, files_analysed, bytes_analysed)
      select organization_id, id, scan_id, project_id, engine, epoch, 1, 1, 1 from tasks where scan_id = ${running.id} and state = 'failed'`,
    ({ running }) =>
      sql`update attempts set outcome = 'succeeded' where task_id in (select id from tasks where scan_id = ${running.id} and state = 'failed')`,
  ],
  'task-counts-findings': [({ ended }) => sql`update tasks set findings_count = findings_count + 1 where scan_id = ${ended.id}`],
  'finding-once': [({ ended }) => sql`update findings set fingerprint = 'the same' where scan_id = ${ended.id}`],
  'lease-has-attempt': [
    ({ running }) => sql`
      update attempts set outcome = 'released', finished_at = clock_timestamp()
      where outcome is null and task_id in (select id from tasks where scan_id = ${running.id})`,
    ({ running }) => sql`
      update attempts set epoch = epoch + 1 where outcome is null and task_id in (select id from tasks where scan_id = ${running.id})`,
    ({ running }) => sql`
      update attempts set outcome = null, finished_at = null where task_id in (select id from tasks where scan_id = ${running.id} and state = 'failed')`,
  ],
  'lease-is-reaped': [
    ({ running }) => sql`
      update tasks set lease_expires_at = clock_timestamp() - interval '2 minutes' where scan_id = ${running.id} and state = 'leased'`,
  ],
  slots: [() => sql`update workers set slots = 1`],
  'attempts-bounded': [
    ({ running }) => sql`update tasks set failed_attempts = max_attempts + 1 where scan_id = ${running.id} and state = 'queued'`,
    ({ running }) => sql`update tasks set error_code = null where scan_id = ${running.id} and state = 'failed'`,
    ({ ended }) => sql`update tasks set dead_at = clock_timestamp() where scan_id = ${ended.id}`,
  ],
  load: [
    ({ world }) => sql`update organization_load set active_scans = active_scans + 1 where organization_id = ${world.organizationId}`,
    ({ world }) => sql`delete from organization_load where organization_id = ${world.organizationId}`,
  ],
  'active-keys': [
    ({ ended }) => sql`
      insert into submission_keys (organization_id, kind, key, request_sha256, scan_id, scan_created_at)
      select organization_id, 'active', 'a key', 'x', id, created_at from scans where id = ${ended.id}`,
  ],
  'issue-one-to-one': [
    ({ ended }) => sql`
      update findings set issue_id = (select issue_id from findings where scan_id = ${ended.id} limit 1) where scan_id = ${ended.id}`,
    ({ ended }) => sql`update findings set issue_id = null where scan_id = ${ended.id}`,
    ({ ended }) => sql`update findings set issue_id = gen_random_uuid() where scan_id = ${ended.id}`,
  ],
  'issue-detected': [
    ({ world }) => sql`update issues set is_detected = false where organization_id = ${world.organizationId}`,
    ({ world }) =>
      sql`update issue_refs set presence = 'absent', gone_at = clock_timestamp() where organization_id = ${world.organizationId}`,
  ],
  'audit-gapless': [
    ({ waiting }) => sql`delete from audit_entries where resource_id = ${waiting.id}`,
    ({ world }) => sql`update audit_heads set seq = seq + 1 where organization_id = ${world.organizationId}`,
    ({ world }) => sql`update audit_entries set prev_hash = hash where organization_id = ${world.organizationId} and seq = 2`,
    ({ world }) => sql`
      update audit_heads set (seq, hash) = (
        select seq, hash from audit_entries where organization_id = ${world.organizationId} and seq = 1)
      where organization_id = ${world.organizationId}`,
  ],
  'events-placed': [
    ({ waiting }) => sql`
      update events set position = null, occurred_at = clock_timestamp() - interval '2 minutes' where scan_id = ${waiting.id}`,
  ],
  'events-tell-ends': [
    ({ ended }) => sql`delete from events where scan_id = ${ended.id} and type = 'scan.status_changed'`,
    ({ ended }) => sql`
      update events set payload = payload || '{"to": "failed"}' where scan_id = ${ended.id} and type = 'scan.status_changed'`,
    ({ running }) => sql`
      update events set payload = payload || '{"to": "completed"}' where scan_id = ${running.id} and type = 'scan.status_changed'`,
  ],
};

it('has a way to break every promise, and no other', () => {
  expect(Object.keys(waysToBreak).sort()).toEqual(invariants.map(({ id }) => id).sort());
});

describeDatabases('the promises of the server', (open) => {
  let test: TestDatabase;
  let healthy: Healthy;
  beforeAll(async () => {
    test = await open();
    const world = await createTaskWorld(test, { maxAttempts: 1 });
    const { leases, options, engine } = world;
    const { id: projectId } = await world.newProject();
    const worker = await world.register({ slots: 4 });

    const ended = await world.submit(projectId);
    const only = await world.claimOne(worker);
    await leases.commit(await world.putResult(only, [resultFinding(engine, 'a'), resultFinding(engine, 'b')]), options);
    await finaliseScans(world.deps, options);

    const running = await world.submit(projectId, { shards: 4 });
    const [first] = await world.claim(worker, 3);
    if (first === undefined) throw new Error('there was nothing to claim');
    await leases.fail({ ...first.lease, code: 'engine_failed', message: 'it broke', retryable: false }, options);

    const waiting = await world.submit(projectId);
    await placeEvents(world.deps, options);
    healthy = { world, ended, running, waiting };
  });

  const brokenIn = async (tx: SystemTx): Promise<readonly string[]> => {
    const system = { transaction: <Result>(work: (inner: SystemTx) => Promise<Result>) => work(tx) };
    const results = await checkInvariants({ system }, { signal: test.signal, withSettled: true });
    return results.filter(({ offenders }) => offenders.length > 0).map(({ id }) => id);
  };

  /** What is reported after a change that neither triggers nor foreign keys stop, and that is undone again. */
  const brokenAfter = async (change: RawBuilder<unknown>): Promise<readonly string[]> => {
    const undo = new Error('undone');
    let broken: readonly string[] = ['never asked'];
    await test.doors.system
      .transaction(
        async (tx) => {
          await tx.run(sql`set local session_replication_role = replica`);
          if ((await tx.change(change)) === 0) throw new Error('nothing was changed');
          broken = await brokenIn(tx);
          throw undo;
        },
        { signal: test.signal },
      )
      .catch((error: unknown) => {
        if (error !== undo) throw error;
      });
    return broken;
  };

  it('hold where nothing went wrong', async () => {
    expect(await test.doors.system.transaction(brokenIn, { signal: test.signal })).toEqual([]);
  });

  const cases = Object.entries(waysToBreak).flatMap(([id, ways]) => ways.map((way, index) => ({ id, number: index + 1, way })));
  it.each(cases)('$id is reported when it is broken, in way $number', async ({ id, way }) => {
    expect(await brokenAfter(way(healthy))).toEqual([id]);
  });

  it('names the first offenders, and says that there are more', async () => {
    const { world } = healthy;
    await test.doors.system.transaction(async (tx) => {
      await tx.change(sql`
          insert into organizations (id, slug, name) select gen_random_uuid(), 'many-' || n, 'Many' from generate_series(1, 25) n`);
      await tx.change(
        sql`insert into organization_load (organization_id, active_scans) select id, 7 from organizations where slug like 'many-%'`,
      );
    }, world.options);
    const results = await checkInvariants(world.deps, { signal: test.signal, withSettled: false });
    await test.doors.system.transaction((tx) => tx.change(sql`delete from organizations where slug like 'many-%'`), world.options);
    const load = results.find(({ id }) => id === 'load');
    expect(load).toMatchObject({ hasMore: true, offenders: { length: 20 } });
    expect(load?.offenders[0]).toMatch(/^organization [0-9a-f-]{36} counts 7 active scans, there are 0$/);
  });
});
