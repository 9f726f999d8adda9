import { sql } from 'kysely';
import { beforeAll, expect, it } from 'vitest';
import { describeDatabases, type TestDatabase } from '../../../test/support/database.ts';
import {
  brokenInvariants,
  createTaskWorld,
  packedLines,
  resultFinding,
  resultLines,
  type TaskWorld,
} from '../../../test/support/task-world.ts';
import type { TaskResultLine } from '../../analysis/task/task-result.ts';
import type { CommitRequest, LeasedTask } from '../../domain/lease-service.ts';
import type { ScanRecord } from '../../domain/scan-record.ts';
import { createScans } from '../scans/create-scans.ts';
import { finaliseScans } from '../scheduling/finalise.ts';

describeDatabases('a scan whose target names its engines', (open) => {
  let test: TestDatabase;
  beforeAll(async () => {
    test = await open();
  });

  /** All that waits of the scan; engines that others have too bring tasks of earlier tests with them. */
  const claim = async (world: TaskWorld, worker: string, { id }: ScanRecord): Promise<readonly LeasedTask[]> =>
    (await world.claim(worker, 1000)).filter(({ scanId }) => scanId === id).sort((a, b) => a.shard - b.shard);

  /** Two shards of `secrets` are leased, as where nobody named engines; `gitleaks` waits for nobody yet. */
  const start = async (enginesFromTarget = true) => {
    const world = await createTaskWorld(test, { maxAttempts: 1 });
    const worker = await world.register({ engines: ['secrets', 'gitleaks'] });
    const { id } = await world.newProject();
    const options = enginesFromTarget ? { enginesFromTarget } : {};
    const scan = await world.submit(id, { engines: ['secrets'], shards: 2, options });
    const [first, second] = await claim(world, worker, scan);
    if (first === undefined || second === undefined) throw new Error('there was nothing to claim');
    return { world, worker, scan, first, second };
  };
  /** What a task says whose target wants these engines; with a finding where its own is one of them. */
  const putSaying = (world: TaskWorld, task: LeasedTask, enginesWanted: readonly string[]): Promise<CommitRequest> => {
    const isWanted = enginesWanted.includes(task.engine);
    const lines = resultLines(task.engine, isWanted ? [resultFinding(task.engine, task.lease.taskId)] : []);
    const said = lines.flatMap((line): readonly TaskResultLine[] => {
      if (line.line === 'head') return [{ ...line, ...(isWanted ? {} : { engines: [], rulesInForce: {} }), enginesWanted }];
      if (isWanted) return [line];
      return line.line === 'end' ? [{ ...line, rules: 0, files: 0, paths: 0 }] : [];
    });
    return world.putBytes(task.lease, packedLines(said));
  };
  const commit = async (world: TaskWorld, task: LeasedTask, enginesWanted: readonly string[]): Promise<string> =>
    (await world.leases.commit(await putSaying(world, task, enginesWanted), world.options)).state;
  const planned = async (world: TaskWorld, scan: ScanRecord): Promise<readonly string[]> =>
    (await world.tasksOf(scan)).map(({ engine, shard, shardCount, state }) => `${engine} ${shard + 1}/${shardCount} ${state}`).sort();
  const finalised = async (world: TaskWorld, scan: ScanRecord): Promise<ScanRecord> => {
    await finaliseScans(world.deps, world.options);
    return world.scanNow(scan);
  };

  it('gets the tasks it lacks with the first result, and no others with the next ones', async () => {
    const { world, worker, scan, first, second } = await start();
    expect(await commit(world, first, ['gitleaks'])).toBe('committed');
    const extended = ['gitleaks 1/1 queued', 'secrets 1/2 succeeded', 'secrets 2/2 leased'];
    expect(await planned(world, scan)).toEqual(extended);
    expect(await world.scanNow(scan)).toMatchObject({ engines: ['gitleaks'], tasksTotal: 3, tasksDone: 1 });

    const again = await putSaying(world, second, ['gitleaks']);
    expect(await world.leases.commit(again, world.options)).toEqual({ state: 'committed' });
    expect(await world.leases.commit(again, world.options)).toEqual({ state: 'committed' });
    expect((await planned(world, scan)).length).toBe(3);
    expect((await finalised(world, scan)).state).toBe('running');

    const [wanted] = await claim(world, worker, scan);
    expect(wanted?.engine).toBe('gitleaks');
    expect(wanted === undefined ? '' : await commit(world, wanted, ['gitleaks'])).toBe('committed');
    const ended = await finalised(world, scan);
    expect(ended).toMatchObject({ state: 'completed', coverage: 'full', engines: ['gitleaks'], findingsTotal: 1, tasksDone: 3 });
    const scheduled = await world.deps.system.transaction(
      (tx) =>
        tx.run<{ payload: unknown }>(
          sql`select payload from events where scan_id = ${scan.id} and type = 'scan.scheduled' order by ordinal`,
        ),
      world.options,
    );
    expect(scheduled.map(({ payload }) => payload)).toMatchObject([{ tasks: 2 }, { tasks: 3, engines: ['gitleaks'] }]);
    expect(await brokenInvariants(test)).toEqual([]);
  });

  it('gets them once, however many results say so at the same moment, beside what was planned already', async () => {
    const { world, scan, first, second } = await start();
    const both = ['gitleaks', 'secrets'];
    expect(await Promise.all([commit(world, first, both), commit(world, second, both)])).toEqual(['committed', 'committed']);
    expect(await planned(world, scan)).toEqual(['gitleaks 1/1 queued', 'secrets 1/2 succeeded', 'secrets 2/2 succeeded']);
    expect((await world.scanNow(scan)).engines).toEqual(both);
    expect(await brokenInvariants(test)).toEqual([]);
  });

  it('stays as planned where its target wants just that, and where somebody named engines', async () => {
    const same = await start();
    await commit(same.world, same.first, ['secrets']);
    const named = await start(false);
    await commit(named.world, named.first, ['gitleaks']);
    for (const { world, scan } of [same, named]) {
      expect(await planned(world, scan)).toEqual(['secrets 1/2 succeeded', 'secrets 2/2 leased']);
      expect((await world.scanNow(scan)).engines).toEqual(['secrets']);
    }
  });

  it('takes no names that no engine has', async () => {
    const { world, scan, first } = await start();
    expect(await commit(world, first, ['../../x'])).toBe('invalid');
    expect(await planned(world, scan)).toEqual(['secrets 1/2 failed', 'secrets 2/2 leased']);
  });

  it('failed when none of the engines it wants has a result, though others have', async () => {
    const { world, worker, scan, first, second } = await start();
    await commit(world, first, ['gitleaks']);
    await commit(world, second, ['gitleaks']);
    const [wanted] = await claim(world, worker, scan);
    if (wanted === undefined) throw new Error('there was nothing to claim');
    await world.leases.fail({ ...wanted.lease, code: 'tool_failed', message: 'it broke', retryable: false }, world.options);
    expect(await finalised(world, scan)).toMatchObject({ state: 'failed', error: { code: 'tool_failed' } });
  });

  it('leaves no task behind when it is cancelled at the same moment', async () => {
    for (let round = 0; round < 10; round += 1) {
      const { world, scan, first } = await start();
      const scans = createScans(world.deps);
      const request = await putSaying(world, first, ['gitleaks']);
      const [committed] = await Promise.all([
        world.leases.commit(request, world.options),
        scans.cancel(world.caller, scan.id, 'not wanted', world.options),
      ]);
      expect(['committed', 'cancelled']).toContain(committed.state);
      expect((await planned(world, scan)).filter((task) => /queued|leased/.test(task))).toEqual([]);
    }
    expect(await brokenInvariants(test)).toEqual([]);
  });
});
