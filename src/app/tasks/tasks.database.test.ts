import { beforeAll, expect, test } from 'vitest';
import { callerOf } from '../../../test/support/app-dependencies.ts';
import { describeDatabases, type TestDatabase } from '../../../test/support/database.ts';
import { brokenInvariants, createTaskWorld, resultFinding, type TaskWorld } from '../../../test/support/task-world.ts';
import type { ScanRecord } from '../../domain/scan-record.ts';
import { createScans } from '../scans/create-scans.ts';
import { finaliseScans } from '../scheduling/finalise.ts';
import { createTasks } from './create-tasks.ts';

describeDatabases('tasks, as people see them', (open) => {
  let db: TestDatabase;
  beforeAll(async () => {
    db = await open();
  });

  const setUp = async () => {
    const world = await createTaskWorld(db, { maxAttempts: 1 });
    const scans = createScans(world.deps);
    return { world, scans, tasks: createTasks({ ...world.deps, scans }), project: await world.newProject() };
  };
  const die = async (world: TaskWorld, workerId: string): Promise<string> => {
    const { lease } = await world.claimOne(workerId);
    await world.leases.fail({ ...lease, code: 'engine_failed', message: 'no', retryable: true }, world.options);
    return lease.taskId;
  };

  test('lists in pages, by scan and state, with one task in full', async () => {
    const { world, tasks, project } = await setUp();
    const scan = await world.submit(project.id, { shards: 5 });
    await world.submit(project.id, { shards: 2 });
    const workerId = await world.register();
    const dead = await die(world, workerId);

    const first = await tasks.list(world.caller, { scanId: scan.id }, { limit: 3 }, world.options);
    const second = await tasks.list(world.caller, { scanId: scan.id }, { limit: 3, cursor: first.nextCursor ?? '' }, world.options);
    expect([first.items.length, second.items.length, second.nextCursor]).toEqual([3, 2, undefined]);
    expect(first.total).toEqual({ value: 5, relation: 'eq' });
    const ids = [...first.items, ...second.items].map((task) => task.id);
    expect(ids).toEqual(ids.toSorted().reverse());
    expect(
      (await tasks.list(world.caller, { states: ['failed', 'leased'] }, { limit: 9 }, world.options)).items.map((task) => task.id),
    ).toEqual([dead]);
    expect((await tasks.list(world.caller, {}, { limit: 200 }, world.options)).total.value).toBe(7);

    expect(await tasks.get(world.caller, dead, world.options)).toMatchObject({
      id: dead,
      state: 'failed',
      attempts: [{ outcome: 'failed' }],
    });
    const stranger = callerOf(await db.newOrganization());
    await expect(tasks.get(stranger, dead, world.options)).rejects.toMatchObject({ code: 'not_found' });
    await expect(tasks.get(world.caller, "1' or '1", world.options)).rejects.toMatchObject({ code: 'not_found' });
    await expect(tasks.list(world.caller, {}, { limit: 3, cursor: first.nextCursor ?? '' }, world.options)).rejects.toMatchObject({
      code: 'cursor_invalid',
    });
    expect((await tasks.workers(world.caller, world.options)).find((worker) => worker.id === workerId)).toMatchObject({
      state: 'active',
      leasedTasks: 0,
    });
  });

  test('dead letters come with their errors, the newest first', async () => {
    const { world, tasks, project } = await setUp();
    await world.submit(project.id, { shards: 5 });
    const workerId = await world.register();
    const died: string[] = [];
    for (let n = 0; n < 5; n += 1) died.push(await die(world, workerId));
    const pages: string[] = [];
    const deaths: number[] = [];
    let cursor: string | undefined;
    do {
      const page = await tasks.deadLetters(world.caller, { limit: 2, ...(cursor === undefined ? {} : { cursor }) }, world.options);
      expect(page.items.every((task) => task.attempts[0]?.error?.code === 'engine_failed')).toBe(true);
      pages.push(...page.items.map((task) => task.id));
      deaths.push(...page.items.map((task) => task.deadAt?.getTime() ?? 0));
      cursor = page.nextCursor;
    } while (cursor !== undefined);
    expect(pages.toSorted()).toEqual(died.toSorted());
    expect(deaths).toEqual(deaths.toSorted((a, b) => b - a));
  });

  test('a dead letter of a running scan runs again in it', async () => {
    const { world, tasks, project } = await setUp();
    const scan = await world.submit(project.id, { shards: 2 });
    const workerId = await world.register();
    const taskId = await die(world, workerId);
    expect(await world.scanNow(scan)).toMatchObject({ tasksDone: 1 });
    const { task, scanId } = await tasks.redrive(world.caller, taskId, world.options);
    expect(scanId).toBe(scan.id);
    expect(task).toMatchObject({ state: 'queued', epoch: 1, failedAttempts: 0 });
    expect(task).not.toHaveProperty('deadAt');
    expect(await world.scanNow(scan)).toMatchObject({ tasksDone: 0 });
    await expect(tasks.redrive(world.caller, taskId, world.options)).rejects.toMatchObject({ code: 'task_not_dead' });
    for (const leased of await world.claim(workerId, 2)) {
      const request = await world.putResult(leased, [resultFinding(world.engine, leased.lease.taskId)]);
      expect(await world.leases.commit(request, world.options)).toEqual({ state: 'committed' });
    }
    expect(await world.scanNow(scan)).toMatchObject({ tasksDone: 2, findingsTotal: 2 });
    expect((await tasks.get(world.caller, taskId, world.options)).attempts.map((attempt) => attempt.outcome)).toEqual([
      'failed',
      'succeeded',
    ]);
  });

  test('a dead letter of a scan that has ended makes one new scan of the same commit, however many ask', async () => {
    const { world, scans, tasks, project } = await setUp();
    // The new scan is planned like any other, so its engine must be a real one.
    const scan = await world.submit(project.id, { engines: ['secrets'], options: { failOn: 'low' } });
    const workerId = await world.register({ engines: ['secrets'] });
    const { lease } = await world.claimOne(workerId);
    await world.leases.pin({ ...lease, commit: 'c'.repeat(40), ref: 'main' }, world.options);
    await world.leases.fail({ ...lease, code: 'engine_failed', message: 'no', retryable: true }, world.options);
    expect(await finaliseScans(world.deps, world.options)).toBeGreaterThan(0);
    expect((await world.scanNow(scan)).state).toBe('failed');

    const outcomes = await Promise.allSettled([1, 2, 3].map(() => tasks.redrive(world.caller, lease.taskId, world.options)));
    const redriven = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
    expect(redriven.length).toBeGreaterThan(0);
    const made = new Set(redriven.map(({ scanId }) => scanId));
    expect(made.size).toBe(1);
    const [scanId = ''] = made;
    expect(scanId).not.toBe(scan.id);
    const again: ScanRecord = await scans.get(world.caller, scanId, world.options);
    expect(again).toMatchObject({ state: 'queued', engines: ['secrets'], options: { failOn: 'low' }, source: { commit: 'c'.repeat(40) } });
    expect((await tasks.deadLetters(world.caller, { limit: 9 }, world.options)).items).toEqual([]);
    await expect(tasks.redrive(world.caller, lease.taskId, world.options)).rejects.toMatchObject({ code: 'task_not_dead' });
    await scans.cancel(world.caller, scanId, 'end of the test', world.options);
  });

  test('and every promise of the server holds', async () => {
    expect(await brokenInvariants(db)).toEqual([]);
  });
});
