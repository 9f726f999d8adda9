import { beforeAll, expect, test } from 'vitest';
import { describeDatabases, type TestDatabase } from '../../../test/support/database.ts';
import { brokenInvariants, createTaskWorld } from '../../../test/support/task-world.ts';
import { createScans } from '../scans/create-scans.ts';

const tenMinutes = 600_000;

describeDatabases('claims', (open) => {
  let db: TestDatabase;
  beforeAll(async () => {
    db = await open();
  });

  test('a lease, an attempt, a running scan', async () => {
    const world = await createTaskWorld(db);
    const project = await world.newProject();
    const scan = await world.submit(project.id, {
      options: { failOn: 'low' },
      source: { type: 'git', url: 'https://git.example.com/b.git', ref: 'main' },
    });
    const workerId = await world.register();

    const [leased, ...others] = await world.claim(workerId, 5);
    expect(others).toEqual([]);
    expect(leased).toEqual({
      lease: { organizationId: world.organizationId, taskId: expect.any(String), workerId, epoch: 1 },
      leaseMs: 600_000,
      scanId: scan.id,
      projectId: project.id,
      kind: 'scan',
      engine: world.engine,
      shard: 0,
      shardCount: 1,
      source: { type: 'git', url: 'https://git.example.com/b.git', ref: 'main' },
      options: { failOn: 'low' },
      timeoutMs: 1_800_000,
      attempt: 1,
      traceId: 'test-request',
    });
    const [task] = await world.tasksOf(scan);
    expect(task).toMatchObject({ state: 'leased', epoch: 1, workerId, attempts: [{ epoch: 1, workerId, workerName: 'worker' }] });
    expect(task?.attempts[0]?.outcome).toBeUndefined();
    expect(await world.scanNow(scan)).toMatchObject({ state: 'running', tasksDone: 0, tasksTotal: 1 });
    const assigned = await db.doors
      .asOrganization(world.organizationId)
      .transaction(
        (tx) =>
          tx.run(
            tx.build
              .selectFrom('events')
              .select('trace_id')
              .where('organization_id', '=', world.organizationId)
              .where('type', '=', 'task.assigned'),
          ),
        { signal: db.signal },
      );
    expect(assigned).toEqual([{ trace_id: 'test-request' }]);
    expect(await world.claim(workerId, 5)).toEqual([]);
  });

  test('three claimers, many tasks: each once, the oldest first', async () => {
    const world = await createTaskWorld(db);
    const project = await world.newProject();
    // The embedded database has one transaction at a time: nothing to gain from more.
    const shards = db.kind === 'postgres' ? 100 : 20;
    for (let n = 0; n < 10; n += 1) await world.submit(project.id, { shards });
    const workers = await Promise.all([world.register(), world.register(), world.register()]);
    const drain = async (workerId: string): Promise<readonly string[]> => {
      const taken: string[] = [];
      for (;;) {
        const tasks = await world.claim(workerId, 7);
        if (tasks.length === 0) return taken;
        taken.push(...tasks.map((task) => task.lease.taskId));
      }
    };
    const taken = await Promise.all(workers.map(drain));
    expect(taken.flat().length).toBe(10 * shards);
    expect(new Set(taken.flat()).size).toBe(10 * shards);
    // Ids begin with the time they were made.
    for (const ofOne of taken) expect(ofOne).toEqual(ofOne.toSorted());
  });

  test('only what the worker can do, and never more than its slots', async () => {
    const world = await createTaskWorld(db);
    const project = await world.newProject();
    const other = `${world.engine}-other`;
    await world.submit(project.id, { engines: [world.engine, other], shards: 3 });
    expect(await world.claim(await world.register({ engines: ['nothing-like-it'] }), 9)).toEqual([]);
    expect(await world.claim(await world.register({ engines: [] }), 9)).toEqual([]);
    const workerId = await world.register({ engines: [other], slots: 2 });
    const claims = await Promise.all([world.claim(workerId, 2), world.claim(workerId, 2), world.claim(workerId, 2)]);
    expect(claims.flat().map((task) => task.engine)).toEqual([other, other]);
    expect(await world.claim('01900000-0000-7000-8000-00000000abcd', 2)).toEqual([]);
  });

  test('interactive before batch, kept slots, and batch that waited ten minutes', async () => {
    const world = await createTaskWorld(db);
    const project = await world.newProject();
    const batch = await world.submit(project.id, { priority: 'batch', shards: 3 });
    const interactive = await world.submit(project.id, { shards: 1 });
    const workerId = await world.register();
    const first = await world.claim(workerId, 3, 1);
    expect(first.map((task) => task.scanId)).toEqual([interactive.id, batch.id, batch.id]);
    expect(await world.claim(workerId, 1, 1)).toEqual([]);

    const [left] = (await world.tasksOf(batch)).filter((task) => task.state === 'queued');
    await world.deps.system.transaction(
      (tx) =>
        tx.change(
          tx.build
            .updateTable('tasks')
            .set({ created_at: new Date(Date.now() - tenMinutes - 5_000) })
            .where('id', '=', left?.id ?? ''),
        ),
      world.options,
    );
    expect((await world.claim(workerId, 1, 1)).map((task) => task.lease.taskId)).toEqual([left?.id]);
  });

  test('between organisations, the one with fewer leases first', async () => {
    const world = await createTaskWorld(db);
    const greedy = await world.newProject();
    await world.submit(greedy.id, { shards: 20 });
    const otherId = await db.newOrganization();
    const modest = await world.newProject({ organizationId: otherId });
    await world.submit(modest.id, { shards: 3, organizationId: otherId });
    const workerId = await world.register();
    const tasks = await world.claim(workerId, 6);
    expect(tasks.filter((task) => task.lease.organizationId === otherId).length).toBe(3);
    // The greedy one has leases already; a newcomer overtakes all it has waiting.
    await world.submit(modest.id, { shards: 2, organizationId: otherId });
    await world.claim(workerId, 4);
    const lateId = await db.newOrganization();
    const late = await world.newProject({ organizationId: lateId });
    await world.submit(late.id, { organizationId: lateId });
    expect((await world.claim(workerId, 1)).map((task) => task.lease.organizationId)).toEqual([lateId]);
  });

  test('a project runs no more scans at once than it may, however many claim', async () => {
    const world = await createTaskWorld(db);
    const project = await world.newProject({ maxRunningScans: 3 });
    const free = await world.newProject();
    const scans = await Promise.all(Array.from({ length: 8 }, () => world.submit(project.id, { shards: 2 })));
    const other = await world.submit(free.id);
    const workers = await Promise.all(Array.from({ length: 6 }, () => world.register()));
    const claimed = (await Promise.all(workers.map((workerId) => world.claim(workerId, 5)))).flat();
    const again = (await Promise.all(workers.map((workerId) => world.claim(workerId, 5)))).flat();
    const tasks = [...claimed, ...again];
    expect(new Set(tasks.filter((task) => task.projectId === project.id).map((task) => task.scanId)).size).toBe(3);
    expect(tasks.filter((task) => task.projectId === project.id).length).toBe(6);
    expect(tasks.some((task) => task.scanId === other.id)).toBe(true);
    const states = await Promise.all(scans.map(async (scan) => (await world.scanNow(scan)).state));
    expect(states.filter((state) => state === 'running').length).toBe(3);

    // The end of one makes room for the next.
    const ended = tasks.find((task) => task.projectId === project.id)?.scanId ?? '';
    await createScans(world.deps).cancel(world.caller, ended, 'enough', world.options);
    const next = await world.claim(workers[0] ?? '', 5);
    expect(new Set(next.map((task) => task.scanId)).size).toBe(1);
    expect(next.length).toBe(2);
  });

  test('an import whose bytes are gone ends as a dead letter, not at the worker', async () => {
    const world = await createTaskWorld(db);
    const project = await world.newProject();
    const scan = await world.submit(project.id);
    await world.deps.system.transaction(
      (tx) =>
        tx.change(
          tx.build
            .updateTable('scans')
            .set({ source: JSON.stringify({ type: 'artifact', artifact_id: db.newId() }) })
            .where('id', '=', scan.id),
        ),
      world.options,
    );
    expect(await world.claim(await world.register())).toEqual([]);
    expect((await world.tasksOf(scan))[0]).toMatchObject({
      state: 'failed',
      error: { code: 'artifact_expired' },
      deadAt: expect.any(Date),
    });
  });

  test('and every promise of the server holds', async () => {
    expect(await brokenInvariants(db)).toEqual([]);
  });
});
