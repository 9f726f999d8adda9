import { beforeAll, expect, test } from 'vitest';
import { describeDatabases, type TestDatabase } from '../../../test/support/database.ts';
import { brokenInvariants, createTaskWorld } from '../../../test/support/task-world.ts';
import { reapExpired } from './reaper.ts';

describeDatabases('attempts that end without a result', (open) => {
  let db: TestDatabase;
  beforeAll(async () => {
    db = await open();
  });

  test('a failure waits before it is tried again, and is a dead letter after the last', async () => {
    const world = await createTaskWorld(db);
    const project = await world.newProject();
    const scan = await world.submit(project.id);
    const workerId = await world.register();
    const failure = { code: 'git_failed', message: 'the server is away', retryable: true };
    for (let attempt = 1; attempt <= 3; attempt += 1) {
      const task = await world.claimOne(workerId);
      expect(task.attempt).toBe(attempt);
      const outcome = await world.leases.fail({ ...task.lease, ...failure }, world.options);
      expect(outcome.state).toBe(attempt === 3 ? 'dead' : 'requeued');
      // Asked for again, as after a lost answer.
      expect((await world.leases.fail({ ...task.lease, ...failure }, world.options)).state).toBe(outcome.state);
      expect(outcome.state === 'requeued' ? outcome.delayMs : 2_500).toBeGreaterThanOrEqual(2_500);
      expect(await world.claim(workerId)).toEqual([]);
      await world.waitOver(task.lease.taskId);
    }
    const [task] = await world.tasksOf(scan);
    expect(task).toMatchObject({ state: 'failed', failedAttempts: 3, error: { code: 'git_failed' }, deadAt: expect.any(Date) });
    expect(task?.attempts.map((attempt) => attempt.error?.code)).toEqual(['git_failed', 'git_failed', 'git_failed']);
    expect(await world.scanNow(scan)).toMatchObject({ tasksDone: 1 });
  });

  test('what cannot go well another time is not tried again', async () => {
    const world = await createTaskWorld(db);
    const project = await world.newProject();
    await world.submit(project.id);
    const { lease } = await world.claimOne(await world.register());
    const failure = { code: 'ref_not_found', message: 'no such branch', retryable: false };
    expect(await world.leases.fail({ ...lease, ...failure }, world.options)).toEqual({ state: 'dead' });
  });

  test('a task that is handed back is there at once and costs no attempt', async () => {
    const world = await createTaskWorld(db);
    const project = await world.newProject();
    const scan = await world.submit(project.id, { shards: 2 });
    const workerId = await world.register();
    const [first, second] = await world.claim(workerId, 2);
    if (first === undefined || second === undefined) throw new Error('two tasks were expected');
    expect(await world.leases.release(first.lease, world.options)).toBe('released');
    expect(await world.leases.release(first.lease, world.options)).toBe('released');
    await world.leases.deregister({ workerId }, world.options);
    await world.leases.deregister({ workerId }, world.options);
    const again = await world.claim(await world.register(), 2);
    expect(again.map((task) => [task.attempt, task.lease.epoch])).toEqual([
      [1, 2],
      [1, 2],
    ]);
    expect(await world.leases.release(first.lease, world.options)).toBe('lost');
    const [task] = await world.tasksOf(scan);
    expect(task?.attempts.map((attempt) => attempt.outcome)).toEqual(['released', undefined]);
  });

  test('many reapers at once take each lease back once', async () => {
    const world = await createTaskWorld(db);
    const project = await world.newProject();
    const scan = await world.submit(project.id, { shards: 30 });
    const tasks = await world.claim(await world.register(), 30);
    for (const { lease } of tasks) await world.runOut(lease.taskId);
    const reaped = await Promise.all([1, 2, 3, 4].map(() => reapExpired(world.deps, world.options)));
    expect(reaped.reduce((sum, { requeued }) => sum + requeued, 0)).toBe(30);
    const after = await world.tasksOf(scan);
    expect(after.every((task) => task.state === 'queued' && task.failedAttempts === 1 && task.attempts[0]?.outcome === 'expired')).toBe(
      true,
    );
    expect(await reapExpired(world.deps, world.options)).toEqual({ requeued: 0, dead: 0, lostWorkers: 0 });
  });

  test('worker after worker dies: a dead letter that says so', async () => {
    const world = await createTaskWorld(db, { maxAttempts: 2 });
    const project = await world.newProject();
    const scan = await world.submit(project.id);
    const workerId = await world.register();
    for (let attempt = 0; attempt < 2; attempt += 1) {
      const { lease } = await world.claimOne(workerId);
      await world.runOut(lease.taskId);
      await reapExpired(world.deps, world.options);
      await world.waitOver(lease.taskId);
    }
    expect((await world.tasksOf(scan))[0]).toMatchObject({ state: 'failed', error: { code: 'worker_lost' }, deadAt: expect.any(Date) });
    expect(await world.claim(workerId)).toEqual([]);
  });

  test('and every promise of the server holds', async () => {
    expect(await brokenInvariants(db)).toEqual([]);
  });
});
