import { sql } from 'kysely';
import { beforeAll, expect, it } from 'vitest';
import { describeDatabases, type TestDatabase } from '../../../test/support/database.ts';
import { refusalCode } from '../../../test/support/refusal-code.ts';
import { createScanWorld } from '../../../test/support/scan-world.ts';
import type { ScanRecord } from '../../domain/scan-record.ts';
import { isAppError } from '../../lib/errors.ts';
import { findArtifact, insertArtifact, makeAvailable } from '../../store/artifacts.ts';
import type { ServerLimits } from '../dependencies.ts';
import type { SubmitScan } from './scans.ts';

const git = (url = 'https://git.example.com/a/b.git') => ({ type: 'git' as const, url });
const times = <Item>(count: number, make: (index: number) => Item): Item[] => Array.from({ length: count }, (_, index) => make(index));

describeDatabases('submitting scans', (open) => {
  let test: TestDatabase;
  beforeAll(async () => {
    test = await open();
  });

  const setUp = async (limits: Partial<ServerLimits> = {}) => {
    const world = await createScanWorld(test, limits);
    const { scans, caller, run, projectId } = world;
    /** Of the same repository unless another is named. */
    const submit = (input: Partial<SubmitScan> = {}) =>
      scans.submit(caller, { projectId, source: git(), ...input }, { signal: test.signal });
    const newArtifact = async (more: Partial<Parameters<typeof insertArtifact>[1]> = {}): Promise<string> => {
      const id = test.newId();
      await run((tx) =>
        insertArtifact(tx, {
          id,
          type: 'source',
          state: 'available',
          filename: 'a.zip',
          contentType: 'application/zip',
          sizeBytes: 3,
          sha256: 'a'.repeat(64),
          storageKey: `${caller.organizationId}/source/${id}`,
          lifetimeMs: 60_000,
          ...more,
        }),
      );
      return id;
    };
    return { ...world, submit, newArtifact };
  };

  it('queues the scan with its tasks, events and audit entry, and wakes workers', async () => {
    const { deps, submit, scans, caller, count, activeScans, run } = await setUp();
    const { scan, isNew } = await submit({ source: { ...git('HTTPS://git.EXAMPLE.com/a/b.git'), ref: 'main' }, timeoutMs: 60_000 });
    expect(isNew).toBe(true);
    expect(scan).toMatchObject({
      state: 'queued',
      source: { type: 'git', url: 'https://git.example.com/a/b.git', ref: 'main' },
      ref: 'main',
      engines: ['code', 'secrets'],
      tasksTotal: 2,
      tasksDone: 0,
      priority: 'interactive',
      requestedBy: 'operator',
      traceId: 'test-request',
    });
    expect((scan.deadlineAt?.getTime() ?? 0) - (scan.queuedAt?.getTime() ?? 0)).toBeCloseTo(60_000, -2);
    expect(await scans.get(caller, scan.id, { signal: test.signal })).toEqual(scan);
    expect(await count('tasks')).toBe(2);
    expect(await activeScans()).toBe(1);
    const types = await run((tx) => tx.run(sql<{ type: string }>`select type from events where scan_id = ${scan.id} order by ordinal`));
    expect(types.map(({ type }) => type)).toEqual(['scan.created', 'scan.scheduled']);
    expect(await count('audit_entries')).toBe(1);
    expect(deps.announced).toContain('tasks');
  });

  it('cuts only engines that look at single files into shards', async () => {
    const { submit, scans, caller } = await setUp();
    const { scan } = await submit({ engines: ['gitleaks', 'secrets', 'secrets'], shardCount: 3 });
    const { tasks } = await scans.detail(caller, scan.id, { signal: test.signal });
    expect(tasks.map(({ engine, shard, shardCount }) => `${engine} ${shard}/${shardCount}`)).toEqual([
      'gitleaks 0/1',
      'secrets 0/3',
      'secrets 1/3',
      'secrets 2/3',
    ]);
    const history = await submit({ shardCount: 3, options: { history: true } });
    expect(history.scan.tasksTotal).toBe(1);
  });

  it('refuses what cannot be scanned, and keeps nothing of it', async () => {
    const { submit, scans, caller, count, newArtifact, projectId } = await setUp();
    const other = await setUp();
    expect(await refusalCode(submit({ projectId: test.newId() }))).toBe('not_found');
    expect(await refusalCode(submit({ projectId: other.projectId }))).toBe('not_found');
    expect(await refusalCode(submit({ projectId: "' or true" }))).toBe('not_found');
    expect(await refusalCode(submit({ engines: ['none'] }))).toBe('engine_unknown');
    expect(await refusalCode(submit({ engines: ['toString'] }))).toBe('engine_unknown');
    expect(await refusalCode(submit({ engines: [] }))).toBe('request_invalid');
    expect(await refusalCode(submit({ shardCount: 257 }))).toBe('request_invalid');
    expect(await refusalCode(submit({ idempotencyKey: 'ü' }))).toBe('request_invalid');
    expect(await refusalCode(submit({ source: git('http://git.example.com/a') }))).toBe('protocol_denied');
    expect(await refusalCode(submit({ source: git(`https://u:${'p'.repeat(9)}@git.example.com/a`) }))).toBe('url_has_credentials');
    expect(await refusalCode(submit({ source: git('https://169.254.169.254/a') }))).toBe('address_denied');
    expect(await refusalCode(submit({ source: { ...git(), ref: '../x' } }))).toBe('ref_invalid');

    const artifact = (artifactId: string) => ({ source: { type: 'artifact' as const, artifactId } });
    expect(await refusalCode(submit(artifact(test.newId())))).toBe('not_found');
    expect(await refusalCode(submit(artifact('no id')))).toBe('not_found');
    expect(await refusalCode(submit(artifact(await other.newArtifact())))).toBe('not_found');
    expect(await refusalCode(submit(artifact(await newArtifact({ type: 'sarif' }))))).toBe('not_found');
    expect(await refusalCode(submit(artifact(await newArtifact({ state: 'pending' }))))).toBe('artifact_not_ready');
    expect(await refusalCode(submit(artifact(await newArtifact({ lifetimeMs: -1 }))))).toBe('artifact_expired');
    const source = await newArtifact();
    expect(await refusalCode(scans.importSarif(caller, { projectId, artifactId: source }, { signal: test.signal }))).toBe('not_found');

    for (const table of ['scans', 'tasks', 'submission_keys', 'audit_entries', 'organization_load']) expect(await count(table)).toBe(0);
  });

  it('takes an upload and a SARIF log', async () => {
    const { submit, scans, caller, newArtifact, projectId } = await setUp();
    const source = await newArtifact();
    const { scan } = await submit({ source: { type: 'artifact', artifactId: source, ref: 'v1' } });
    expect(scan).toMatchObject({ ref: 'v1', source: { type: 'artifact', artifactId: source, ref: 'v1', filename: 'a.zip' } });
    const log = await newArtifact({ type: 'sarif', projectId });
    const commit = 'a'.repeat(40);
    const imported = await scans.importSarif(caller, { projectId, artifactId: log, ref: 'main', commit }, { signal: test.signal });
    expect(imported.scan).toMatchObject({ kind: 'import', engines: ['sarif-import'], ref: 'main', commit, tasksTotal: 1 });
  });

  it('gives the same scan for the same submission while one is active', async () => {
    const { submit, scans, caller, newArtifact, newProject, count } = await setUp();
    const first = await submit({ source: { ...git(), ref: 'main' } });
    const again = await submit({
      source: { ...git('https://git.example.com:443/a/b.git'), ref: 'main' },
      priority: 'batch',
    });
    expect(again).toEqual({ scan: first.scan, isNew: false });
    expect((await submit({ source: { ...git(), ref: 'main' }, options: { failOn: 'low' } })).isNew).toBe(true);
    expect((await submit({ source: { ...git(), ref: 'next' } })).isNew).toBe(true);
    expect((await submit({ source: { ...git(), ref: 'main', commit: 'b'.repeat(40) } })).isNew).toBe(true);
    expect((await submit({ source: { ...git(), ref: 'main' }, projectId: await newProject() })).isNew).toBe(true);
    expect((await submit({ source: { ...git(), ref: 'main' }, engines: ['secrets', 'gitleaks'] })).isNew).toBe(true);
    // Who names no engines leaves the choice to the target, which need not be these.
    expect((await submit({ source: { ...git(), ref: 'main' }, engines: ['secrets'] })).isNew).toBe(true);
    expect((await submit({ source: { ...git(), ref: 'main' }, engines: ['secrets'] })).isNew).toBe(false);
    const forced = await submit({ source: { ...git(), ref: 'main' }, force: true });
    expect(forced.isNew).toBe(true);
    expect((await submit({ source: { ...git(), ref: 'main' } })).scan.id).toBe(forced.scan.id);

    // Equal bytes are equal, however often they were uploaded.
    const uploads = [await newArtifact(), await newArtifact(), await newArtifact({ sha256: 'b'.repeat(64) })];
    const made: ScanRecord[] = [];
    for (const artifactId of uploads) made.push((await submit({ source: { type: 'artifact', artifactId } })).scan);
    expect(made[1]?.id).toBe(made[0]?.id);
    expect(made[2]?.id).not.toBe(made[0]?.id);

    const before = await count('scans');
    await scans.cancel(caller, forced.scan.id, 'enough', { signal: test.signal });
    const renewed = await submit({ source: { ...git(), ref: 'main' } });
    expect(renewed.isNew).toBe(true);
    expect(await count('scans')).toBe(before + 1);
  });

  it('obeys the Idempotency-Key, also after the scan has ended, for a day', async () => {
    const { submit, scans, caller, run, activeScans } = await setUp();
    const first = await submit({ idempotencyKey: 'k' });
    await scans.cancel(caller, first.scan.id, 'enough', { signal: test.signal });
    expect(await submit({ idempotencyKey: 'k' })).toMatchObject({ scan: { id: first.scan.id, state: 'cancelled' }, isNew: false });
    expect(await refusalCode(submit({ idempotencyKey: 'k', force: true }))).toBe('idempotency_conflict');
    expect(await refusalCode(submit({ idempotencyKey: 'k', source: git('https://git.example.com/other') }))).toBe('idempotency_conflict');
    expect((await submit({ idempotencyKey: 'l' })).isNew).toBe(true);
    // A second key may lead to the scan that is active.
    expect((await submit({ idempotencyKey: 'm' })).isNew).toBe(false);
    expect((await submit({ idempotencyKey: 'm' })).isNew).toBe(false);
    await run((tx) => tx.change(sql`update submission_keys set expires_at = clock_timestamp() where key = 'k'`));
    expect((await submit({ idempotencyKey: 'k', source: git('https://git.example.com/other') })).isNew).toBe(true);
    expect(await activeScans()).toBe(2);
  });

  it('makes one scan of fifty equal submissions at once', async () => {
    const { submit, count, activeScans } = await setUp();
    const submitted = await Promise.all(times(50, () => submit()));
    expect(new Set(submitted.map(({ scan }) => scan.id)).size).toBe(1);
    expect(submitted.filter(({ isNew }) => isNew)).toHaveLength(1);
    expect([await count('scans'), await count('tasks'), await activeScans()]).toEqual([1, 2, 1]);
    const keyed = await Promise.all(times(50, () => submit({ idempotencyKey: 'same', source: git('https://git.example.com/c') })));
    expect(new Set(keyed.map(({ scan }) => scan.id)).size).toBe(1);
  });

  it('takes exactly as many as there is room for of fifty different ones at once', async () => {
    const { submit, count, activeScans, scans, caller } = await setUp({ maxActiveScans: 10 });
    const outcomes = await Promise.all(
      times(50, async (index) => {
        try {
          return await submit({ source: git(`https://git.example.com/${index}`) });
        } catch (error) {
          if (!isAppError(error, 'queue_full')) throw error;
          return error.details['retry_after_s'];
        }
      }),
    );
    const accepted = outcomes.filter((outcome) => typeof outcome === 'object');
    expect(accepted).toHaveLength(10);
    expect(outcomes.filter((outcome) => typeof outcome === 'number')).toHaveLength(40);
    expect([await count('scans'), await count('tasks'), await activeScans()]).toEqual([10, 20, 10]);
    // The same as one that waits needs no room.
    expect((await submit({ source: accepted[0]?.scan.source ?? git() })).isNew).toBe(false);
    await scans.cancel(caller, accepted[0]?.scan.id ?? '', 'room', { signal: test.signal });
    expect((await submit({ source: git('https://git.example.com/one-more') })).isNew).toBe(true);
    expect(await refusalCode(submit({ source: git('https://git.example.com/too-much') }))).toBe('queue_full');
  });

  it('leaves an upload it refused as it was', async () => {
    const { submit, newArtifact, run } = await setUp({ maxActiveScans: 1 });
    await submit();
    const id = await newArtifact({ state: 'pending' });
    await run((tx) => makeAvailable(tx, id));
    expect(await refusalCode(submit({ source: { type: 'artifact', artifactId: id } }))).toBe('queue_full');
    expect(await run((tx) => findArtifact(tx, id))).toMatchObject({ state: 'available' });
  });
});
