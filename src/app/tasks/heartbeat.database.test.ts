import { beforeAll, expect, test } from 'vitest';
import { describeDatabases, type TestDatabase } from '../../../test/support/database.ts';
import { brokenInvariants, createTaskWorld } from '../../../test/support/task-world.ts';
import { createScans } from '../scans/create-scans.ts';
import { reapExpired } from './reaper.ts';

describeDatabases('heartbeats, and what only the holder of a lease may', (open) => {
  let db: TestDatabase;
  beforeAll(async () => {
    db = await open();
  });

  test('renews all leases, keeps the log, tells what is lost and cancelled', async () => {
    const world = await createTaskWorld(db);
    const project = await world.newProject();
    const scan = await world.submit(project.id, { shards: 2 });
    const doomed = await world.submit(project.id);
    const workerId = await world.register();
    const tasks = await world.claim(workerId, 3);
    const [first, second] = tasks.filter((task) => task.scanId === scan.id);
    const third = tasks.find((task) => task.scanId === doomed.id);
    if (first === undefined || second === undefined || third === undefined) throw new Error('three tasks were expected');
    await createScans(world.deps).cancel(world.caller, doomed.id, 'enough', world.options);
    await world.runOut(first.lease.taskId);

    const line = { at: '2026-01-01T00:00:00Z', level: 'info' as const, message: 'cloned\0 \ud800' };
    const answer = await world.leases.heartbeat(
      {
        workerId,
        state: 'active',
        leases: [
          { lease: first.lease, log: [line] },
          { lease: { ...second.lease, epoch: 0 }, log: [line] },
          { lease: third.lease, log: [line] },
          { lease: { ...first.lease, taskId: db.newId() }, log: [] },
        ],
      },
      world.options,
    );
    expect(answer.known).toBe(true);
    expect(answer.leases.map((lease) => lease.state)).toEqual(['held', 'lost', 'cancel', 'lost']);
    const renewed = await world.task(first.lease.taskId);
    expect((renewed.leaseExpiresAt?.getTime() ?? 0) - Date.now()).toBeGreaterThan(10_000);
    expect(await world.countRows('scan_logs', scan.id)).toBe(1);
  });

  test('keeps a thousand lines of an attempt', async () => {
    const world = await createTaskWorld(db);
    const project = await world.newProject();
    const scan = await world.submit(project.id);
    const workerId = await world.register();
    const { lease } = await world.claimOne(workerId);
    const log = Array.from({ length: 200 }, (_, n) => ({ at: '', level: 'debug' as const, message: `line ${n}` }));
    for (let beat = 0; beat < 8; beat += 1) {
      await world.leases.heartbeat(
        { workerId, state: 'active', leases: [{ lease, log: beat === 2 ? log.slice(50) : log }] },
        world.options,
      );
    }
    expect(await world.countRows('scan_logs', scan.id)).toBe(1_001);
  });

  test('does not renew a lease that is held far beyond the time its task may take', async () => {
    const world = await createTaskWorld(db, { taskTimeoutMs: 1_000 });
    const project = await world.newProject();
    await world.submit(project.id);
    const workerId = await world.register();
    const { lease } = await world.claimOne(workerId);
    const beat = () => world.leases.heartbeat({ workerId, state: 'active', leases: [{ lease, log: [] }] }, world.options);
    expect((await beat()).leases[0]?.state).toBe('held');
    const past = new Date(Date.now() - 62_000);
    await world.deps.system.transaction(
      (tx) => tx.change(tx.build.updateTable('tasks').set({ leased_at: past, lease_expires_at: past }).where('id', '=', lease.taskId)),
      world.options,
    );
    expect((await beat()).leases[0]?.state).toBe('lost');
    expect((await world.task(lease.taskId)).leaseExpiresAt).toEqual(past);
  });

  test('a worker that is not known, or was given up, has no leases', async () => {
    const world = await createTaskWorld(db);
    const project = await world.newProject();
    await world.submit(project.id);
    const workerId = await world.register();
    const { lease } = await world.claimOne(workerId);
    const beat = () => world.leases.heartbeat({ workerId, state: 'active', leases: [{ lease, log: [] }] }, world.options);
    expect(await beat()).toMatchObject({ known: true, leases: [{ state: 'held' }] });
    const long = new Date(Date.now() - 3_600_000);
    await world.deps.system.transaction(
      (tx) => tx.change(tx.build.updateTable('workers').set({ last_seen_at: long }).where('id', '=', workerId)),
      world.options,
    );
    await world.runOut(lease.taskId);
    const reaped = await reapExpired(world.deps, world.options);
    expect(reaped.lostWorkers).toBeGreaterThan(0);
    expect(await beat()).toMatchObject({ known: false, leases: [{ state: 'lost' }] });
    expect(await world.claim(workerId)).toEqual([]);
  });

  test('the first to pin decides for all', async () => {
    const world = await createTaskWorld(db);
    const project = await world.newProject();
    const scan = await world.submit(project.id, { shards: 3 });
    const [one, two, three] = await world.claim(await world.register(), 3);
    if (one === undefined || two === undefined || three === undefined) throw new Error('three tasks were expected');
    const [first, second] = await Promise.all([
      world.leases.pin({ ...one.lease, commit: '1'.repeat(40), ref: 'main' }, world.options),
      world.leases.pin({ ...two.lease, commit: '2'.repeat(40), ref: 'other' }, world.options),
    ]);
    expect(first).toEqual(second);
    const pinned = await world.scanNow(scan);
    expect(first).toEqual({ state: 'pinned', commit: pinned.commit });
    expect(pinned.ref).toBe(pinned.commit?.startsWith('1') ? 'main' : 'other');
    expect(await world.leases.pin({ ...three.lease, epoch: 7, commit: '3'.repeat(40) }, world.options)).toEqual({ state: 'lost' });
    await expect(world.leases.pin({ ...three.lease, commit: 'main' }, world.options)).rejects.toMatchObject({ code: 'ref_invalid' });
    await world.leases.release(three.lease, world.options);
    expect((await world.claimOne(await world.register())).source).toMatchObject({ commit: pinned.commit });
  });

  test('secrets are for the holder', async () => {
    const world = await createTaskWorld(db);
    const project = await world.newProject();
    await world.submit(project.id);
    const { lease } = await world.claimOne(await world.register());
    const secrets = await world.leases.openSecrets(lease, world.options);
    expect(Buffer.from(secrets?.hmacKey.key ?? '', 'base64').length).toBe(32);
    expect(await world.leases.openSecrets({ ...lease, epoch: 2 }, world.options)).toBeUndefined();
    expect(await world.leases.openSecrets({ ...lease, workerId: db.newId() }, world.options)).toBeUndefined();
  });

  test('and every promise of the server holds', async () => {
    expect(await brokenInvariants(db)).toEqual([]);
  });
});
