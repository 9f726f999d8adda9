import { beforeAll, expect, test } from 'vitest';
import { describeDatabases, type TestDatabase } from '../../../test/support/database.ts';
import { brokenInvariants, createTaskWorld, packedLines, resultFinding, resultLines } from '../../../test/support/task-world.ts';
import { createScans } from '../scans/create-scans.ts';
import { reapExpired } from './reaper.ts';

describeDatabases('commits', (open) => {
  let db: TestDatabase;
  beforeAll(async () => {
    db = await open();
  });

  test('findings, counters, coverage, usage: all with it, and once', async () => {
    const world = await createTaskWorld(db);
    const project = await world.newProject();
    const scan = await world.submit(project.id, { shards: 2 });
    const workerId = await world.register();
    const task = await world.claimOne(workerId);
    const request = await world.putResult(task, [
      resultFinding(world.engine, 'a'),
      resultFinding(world.engine, 'b', { severity: 'critical' }),
      resultFinding(world.engine, 'c', { severity: 'info', message: 'a NUL \0 and half a pair \ud800' }),
    ]);
    expect(await world.leases.commit(request, world.options)).toEqual({ state: 'committed' });
    expect(await world.leases.commit(request, world.options)).toEqual({ state: 'committed' });
    expect(await world.task(task.lease.taskId)).toMatchObject({
      state: 'succeeded',
      findingsCount: 3,
      fencedCommits: 0,
      result: { epoch: 1, sha256: request.resultSha256 },
    });
    expect(await world.scanNow(scan)).toMatchObject({
      state: 'running',
      tasksDone: 1,
      findingsTotal: 3,
      findingsBySeverity: { critical: 1, high: 1, medium: 0, low: 0, info: 1 },
    });
    expect(await world.countRows('findings', scan.id)).toBe(3);
    expect(await world.countRows('usage_records', scan.id)).toBe(1);
    expect(await world.countRows('coverage', scan.id)).toBe(1);
    expect(world.deps.announced).toContain('scans');

    const other = await world.putBytes(task.lease, packedLines(resultLines(world.engine, [])));
    expect(await world.leases.commit(other, world.options)).toEqual({ state: 'fenced' });
    expect((await world.task(task.lease.taskId)).fencedCommits).toBe(1);
  });

  test('the same commit many times at once stores one result', async () => {
    const world = await createTaskWorld(db);
    const project = await world.newProject();
    const scan = await world.submit(project.id);
    const task = await world.claimOne(await world.register());
    const request = await world.putResult(task, [resultFinding(world.engine, 'a'), resultFinding(world.engine, 'b')]);
    const outcomes = await Promise.all(Array.from({ length: 6 }, () => world.leases.commit(request, world.options)));
    expect(outcomes).toEqual(Array.from({ length: 6 }, () => ({ state: 'committed' })));
    expect(await world.countRows('findings', scan.id)).toBe(2);
    expect(await world.scanNow(scan)).toMatchObject({ tasksDone: 1, findingsTotal: 2 });
  });

  test('a late one is refused, counted, and leaves nothing', async () => {
    const world = await createTaskWorld(db);
    const project = await world.newProject();
    const scan = await world.submit(project.id);
    const [slow, quick] = await Promise.all([world.register(), world.register()]);
    const before = await world.claimOne(slow);
    const late = await world.putResult(before, [resultFinding(world.engine, 'late')]);
    await world.runOut(before.lease.taskId);
    await reapExpired(world.deps, world.options);
    await world.waitOver(before.lease.taskId);
    const after = await world.claimOne(quick);
    expect(after).toMatchObject({ attempt: 2, lease: { epoch: 2 } });
    expect(await world.leases.commit(late, world.options)).toEqual({ state: 'fenced' });
    const request = await world.putResult(after, [resultFinding(world.engine, 'x'), resultFinding(world.engine, 'y')]);
    expect(await world.leases.commit(request, world.options)).toEqual({ state: 'committed' });
    expect(await world.leases.commit(late, world.options)).toEqual({ state: 'fenced' });
    expect(await world.task(before.lease.taskId)).toMatchObject({ fencedCommits: 2, findingsCount: 2, result: { epoch: 2 } });
    expect(await world.countRows('findings', scan.id)).toBe(2);
    const [task] = await world.tasksOf(scan);
    expect(task?.attempts.map((attempt) => attempt.outcome)).toEqual(['expired', 'succeeded']);
  });

  test('a lease that ran out and that nobody took yet still holds', async () => {
    const world = await createTaskWorld(db);
    const project = await world.newProject();
    await world.submit(project.id);
    const task = await world.claimOne(await world.register());
    const request = await world.putResult(task);
    await world.runOut(task.lease.taskId);
    expect(await world.leases.commit(request, world.options)).toEqual({ state: 'committed' });
  });

  test('commit against cancellation and expiry, all at once: one of them wins, whole', async () => {
    const world = await createTaskWorld(db);
    const scans = createScans(world.deps);
    const project = await world.newProject();
    const workerId = await world.register();
    for (let round = 0; round < 12; round += 1) {
      const scan = await world.submit(project.id, { shards: 2 });
      const [one, two] = await world.claim(workerId, 2);
      if (one === undefined || two === undefined) throw new Error('two tasks were expected');
      const [first, second] = await Promise.all([
        world.putResult(one, [resultFinding(world.engine, `${round} a`)]),
        world.putResult(two, [resultFinding(world.engine, `${round} b`)]),
      ]);
      await world.runOut(one.lease.taskId);
      const [outcome, other] = await Promise.all([
        world.leases.commit(first, world.options),
        world.leases.commit(second, world.options),
        reapExpired(world.deps, world.options),
        round % 3 === 0 ? undefined : scans.cancel(world.caller, scan.id, 'race', world.options).catch(() => undefined),
      ]);
      const stored = [outcome, other].filter(({ state }) => state === 'committed').length;
      expect(await world.countRows('findings', scan.id)).toBe(stored);
      expect(await world.scanNow(scan)).toMatchObject({ findingsTotal: stored });
      await scans.cancel(world.caller, scan.id, 'end of the round', world.options).catch(() => undefined);
    }
    expect(await brokenInvariants(db)).toEqual([]);
  });

  test('after a cancellation nothing is stored', async () => {
    const world = await createTaskWorld(db);
    const project = await world.newProject();
    const scan = await world.submit(project.id);
    const task = await world.claimOne(await world.register());
    const request = await world.putResult(task, [resultFinding(world.engine, 'a')]);
    await createScans(world.deps).cancel(world.caller, scan.id, 'enough', world.options);
    expect(await world.leases.commit(request, world.options)).toEqual({ state: 'cancelled' });
    expect(await world.leases.fail({ ...task.lease, code: 'engine_failed', message: '', retryable: true }, world.options)).toEqual({
      state: 'fenced',
    });
    expect(await world.leases.release(task.lease, world.options)).toBe('lost');
    expect(await world.countRows('findings', scan.id)).toBe(0);
    const [ended] = await world.tasksOf(scan);
    expect(ended).toMatchObject({ state: 'cancelled', attempts: [{ outcome: 'cancelled' }] });
  });

  test('a scan that is removed meanwhile takes the result with it', async () => {
    const world = await createTaskWorld(db);
    const project = await world.newProject();
    const scan = await world.submit(project.id);
    const task = await world.claimOne(await world.register());
    const request = await world.putResult(task, [resultFinding(world.engine, 'a')]);
    await createScans(world.deps).remove(world.caller, scan.id, world.options);
    expect(await world.leases.commit(request, world.options)).toEqual({ state: 'fenced' });
  });

  test('a result that does not read as one is a failed attempt', async () => {
    const world = await createTaskWorld(db);
    const project = await world.newProject();
    const scan = await world.submit(project.id);
    const workerId = await world.register();
    const bad = [
      (lines: readonly unknown[]) => lines.slice(0, -1),
      (lines: readonly unknown[]) => [...lines.slice(0, -2), lines.at(-1)],
      () => [{ line: 'head' }],
    ];
    const task = async () => {
      const [{ id } = { id: '' }] = await world.tasksOf(scan);
      await world.waitOver(id);
      return world.claimOne(workerId);
    };
    for (const [n, spoil] of bad.entries()) {
      const leased = await task();
      const lines = resultLines(world.engine, [resultFinding(world.engine, 'a')]);
      const request = await world.putBytes(leased.lease, packedLines(spoil(lines)));
      expect(await world.leases.commit(request, world.options)).toMatchObject({ state: 'invalid' });
      expect(await world.task(leased.lease.taskId)).toMatchObject({
        state: n === 2 ? 'failed' : 'queued',
        failedAttempts: n + 1,
        error: { code: 'engine_output_invalid' },
      });
    }
    expect(await world.countRows('findings', scan.id)).toBe(0);
    expect(await world.scanNow(scan)).toMatchObject({ tasksDone: 1 });
  });

  test('a result under another key, of another engine, or that was never stored, is refused', async () => {
    const world = await createTaskWorld(db, { maxAttempts: 9 });
    const project = await world.newProject();
    const scan = await world.submit(project.id);
    const workerId = await world.register();
    const next = async () => {
      const [{ id } = { id: '' }] = await world.tasksOf(scan);
      await world.waitOver(id);
      return world.claimOne(workerId);
    };
    const first = await next();
    const good = await world.putResult(first);
    expect(await world.leases.commit({ ...good, resultKey: `${good.resultKey}0` }, world.options)).toMatchObject({ state: 'invalid' });
    const second = await next();
    const foreign = await world.putBytes(second.lease, packedLines(resultLines(second.engine, [resultFinding('somebody-else', 'a')])));
    expect(await world.leases.commit(foreign, world.options)).toMatchObject({
      state: 'invalid',
      message: expect.stringContaining('somebody-else'),
    });
    const third = await next();
    const absent = { ...(await world.putResult(third)), ...third.lease };
    await world.deps.blobs.delete(absent.resultKey, world.options);
    expect(await world.leases.commit(absent, world.options)).toMatchObject({ state: 'invalid' });
  });

  test('more findings than are kept in memory', async () => {
    const world = await createTaskWorld(db);
    const project = await world.newProject();
    const scan = await world.submit(project.id);
    const task = await world.claimOne(await world.register());
    const count = db.kind === 'postgres' ? 20_000 : 7_500;
    const findings = Array.from({ length: count }, (_, n) => resultFinding(world.engine, `many ${n}`));
    const request = await world.putResult(task, findings);
    expect(await world.leases.commit(request, world.options)).toEqual({ state: 'committed' });
    expect(await world.countRows('findings', scan.id)).toBe(count);
    expect(await world.scanNow(scan)).toMatchObject({ findingsTotal: count });
  });

  test('and every promise of the server holds', async () => {
    expect(await brokenInvariants(db)).toEqual([]);
  });
});
