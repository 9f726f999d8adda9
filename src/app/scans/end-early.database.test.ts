import { sql } from 'kysely';
import { beforeAll, expect, it } from 'vitest';
import { describeDatabases, type TestDatabase } from '../../../test/support/database.ts';
import { madePlainFinding } from '../../../test/support/queued-scan.ts';
import { refusalCode } from '../../../test/support/refusal-code.ts';
import { createScanWorld, type ScanWorld } from '../../../test/support/scan-world.ts';
import type { ScanRecord } from '../../domain/scan-record.ts';
import { insertArtifact } from '../../store/artifacts.ts';
import { finaliseScans } from '../scheduling/finalise.ts';

const bytesOf = async function* (text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
};

describeDatabases('cancelling and removing scans', (open) => {
  let test: TestDatabase;
  beforeAll(async () => {
    test = await open();
  });
  const addArtifact = async (world: ScanWorld, scan: ScanRecord): Promise<string> => {
    const id = test.newId();
    const storageKey = `${world.caller.organizationId}/result/${id}`;
    const stat = await world.deps.blobs.put(storageKey, bytesOf('result'), { signal: test.signal, maxBytes: 100 });
    await world.run((tx) =>
      insertArtifact(tx, {
        id,
        type: 'result',
        state: 'available',
        scanId: scan.id,
        filename: 'r',
        contentType: 'application/gzip',
        sizeBytes: stat.sizeBytes,
        sha256: stat.sha256,
        storageKey,
      }),
    );
    return storageKey;
  };

  it('cancels the scan with its tasks and their attempts, once', async () => {
    const world = await createScanWorld(test);
    const { scans, caller, options } = world;
    const { scan } = await world.submit({ engines: ['gitleaks', 'secrets'], shardCount: 2 });
    const [done, leased] = await world.tasksOf(scan);
    await world.finish(done, { findings: [madePlainFinding()] });
    const workerId = test.newId();
    await world.run(async (tx) => {
      await tx.change(sql`
        insert into workers (id, name, host, pid, version, slots, capabilities, state) values (${workerId}, 'w', 'h', 1, '1', 1, '{}', 'active')`);
      await tx.change(sql`
        update tasks set state = 'leased', epoch = 1, worker_id = ${workerId}, leased_at = now(), lease_expires_at = now() + interval '1 min'
        where id = ${leased?.id}`);
      await tx.change(sql`
        insert into attempts (organization_id, task_id, epoch, worker_id, worker_name) values (${caller.organizationId}, ${leased?.id}, 1, ${workerId}, 'w')`);
    });
    const cancelled = await scans.cancel(caller, scan.id, 'no longer\0 needed', options);
    expect(cancelled).toMatchObject({ state: 'cancelled', cancelReason: 'no longer\ufffd needed', tasksDone: 3, tasksTotal: 3 });
    const { tasks } = await scans.detail(caller, scan.id, options);
    expect(tasks.map(({ state, workerId: holder }) => `${state} ${holder}`)).toEqual([
      'succeeded undefined',
      'cancelled undefined',
      'cancelled undefined',
    ]);
    expect(tasks[1]?.attempts).toMatchObject([{ epoch: 1, outcome: 'cancelled', finishedAt: expect.any(Date) }]);
    expect([await world.activeScans(), await world.count('submission_keys')]).toEqual([0, 0]);
    expect(world.deps.announced).toContain('cancellations');
    // Asking again changes nothing.
    expect(await scans.cancel(caller, scan.id, 'again', options)).toEqual(cancelled);
    expect(await world.count('audit_entries', sql`action = 'scan.cancelled'`)).toBe(1);
    expect(await finaliseScans(world.deps, options)).toBe(0);
  });

  it('is told once by many who cancel at the same time', async () => {
    const world = await createScanWorld(test);
    const { scan } = await world.submit();
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, index) => world.scans.cancel(world.caller, scan.id, `reason ${index}`, world.options)),
    );
    expect(new Set(answers.map(({ cancelReason }) => cancelReason)).size).toBe(1);
    expect(await world.activeScans()).toBe(0);
  });

  it('leaves a scan that has ended as it is', async () => {
    const world = await createScanWorld(test);
    const { scan } = await world.submit();
    await world.finish((await world.tasksOf(scan))[0]);
    await finaliseScans(world.deps, world.options);
    const before = await world.scans.get(world.caller, scan.id, world.options);
    expect(await refusalCode(world.scans.cancel(world.caller, scan.id, 'late', world.options))).toBe('scan_ended');
    expect(await world.scans.get(world.caller, scan.id, world.options)).toEqual(before);
  });

  it('removes a scan in any state with everything it owns, but not its issues', async () => {
    const world = await createScanWorld(test);
    const { scans, caller, options, deps } = world;
    const queued = (await world.submit()).scan;
    const running = (await world.submit({ engines: ['gitleaks', 'secrets'] })).scan;
    const completed = (await world.submit()).scan;
    const kept = (await world.submit()).scan;
    await world.finish((await world.tasksOf(running))[0], { findings: [madePlainFinding()], files: [{ path: 'a', state: 'failed' }] });
    await world.finish((await world.tasksOf(completed))[0], { findings: [madePlainFinding()] });
    await finaliseScans(deps, options);
    await world.run((tx) => tx.change(sql`update projects set baseline_scan_id = ${completed.id} where id = ${world.projectId}`));
    const removed = [await addArtifact(world, running), await addArtifact(world, completed)];
    const other = await addArtifact(world, kept);

    for (const scan of [queued, running, completed]) {
      await scans.remove(caller, scan.id, options);
      expect(await refusalCode(scans.get(caller, scan.id, options))).toBe('not_found');
      expect(await refusalCode(scans.remove(caller, scan.id, options))).toBe('not_found');
    }
    for (const table of ['scans', 'tasks', 'submission_keys', 'artifacts']) expect(await world.count(table)).toBe(1);
    for (const table of ['findings', 'coverage', 'coverage_files', 'ref_heads']) expect(await world.count(table)).toBe(0);
    expect(await world.count('issues')).toBe(1);
    expect(await world.count('projects', sql`baseline_scan_id is not null`)).toBe(0);
    expect(await world.activeScans()).toBe(1);
    for (const key of removed) expect(await deps.blobs.stat(key, options)).toBeUndefined();
    expect(await deps.blobs.stat(other, options)).toBeDefined();
    expect(await world.count('audit_entries', sql`action = 'scan.removed'`)).toBe(3);
  });

  it('removes for good what is removed, also when its bytes cannot be deleted now', async () => {
    const world = await createScanWorld(test);
    const { scan } = await world.submit();
    await addArtifact(world, scan);
    const { createScans } = await import('./create-scans.ts');
    const blobs = { ...world.deps.blobs, delete: () => Promise.reject(new Error('no')) };
    await createScans({ ...world.deps, blobs }).remove(world.caller, scan.id, world.options);
    expect(await world.count('scans')).toBe(0);
    expect(await world.count('artifacts')).toBe(0);
  });
});
