import { sql } from 'kysely';
import { beforeAll, expect, it } from 'vitest';
import { describeDatabases, type TestDatabase } from '../../../test/support/database.ts';
import { madePlainFinding } from '../../../test/support/queued-scan.ts';
import { createScanWorld, type ScanWorld } from '../../../test/support/scan-world.ts';
import type { Finding } from '../../domain/finding.ts';
import type { ScanRecord } from '../../domain/scan-record.ts';
import { expireScans } from './expire-scans.ts';
import { finaliseScans } from './finalise.ts';

const findingOf = (content: string, more: Partial<Finding> = {}): Finding => ({
  ...madePlainFinding(),
  id: Buffer.from(content).toString('hex'),
  fingerprints: [{ algorithm: 'sightline/v1', value: Buffer.from(content).toString('hex') }],
  ...more,
});

describeDatabases('ending scans', (open) => {
  let test: TestDatabase;
  beforeAll(async () => {
    test = await open();
  });

  const finalise = (world: ScanWorld): Promise<number> => finaliseScans(world.deps, world.options);
  const look = (world: ScanWorld, scan: ScanRecord): Promise<ScanRecord> => world.scans.get(world.caller, scan.id, world.options);
  const endsOf = (world: ScanWorld, scan: ScanRecord): Promise<number> =>
    world.count('audit_entries', sql`resource_id = ${scan.id} and action in ('scan.completed', 'scan.failed', 'scan.cancelled')`);
  const eventsOf = async (world: ScanWorld, scan: ScanRecord): Promise<string[]> => {
    const rows = await world.run((tx) =>
      tx.run(sql<{ type: string }>`select type from events where scan_id = ${scan.id} order by ordinal`),
    );
    return rows.map(({ type }) => type);
  };

  it('gives the verdict when all tasks have ended, once, and frees the place and the key', async () => {
    const world = await createScanWorld(test);
    const { scan } = await world.submit({ engines: ['gitleaks', 'secrets'], shardCount: 2 });
    const tasks = await world.tasksOf(scan);
    const findings = [findingOf('a', { severity: 'critical' }), findingOf('b', { severity: 'low' })];
    for (const [index, task] of tasks.entries()) {
      expect(await finalise(world)).toBe(0);
      await world.finish(task, { analysed: ['x', 'y'], findings: index === 1 ? findings : [], head: { warnings: ['w', `w${index}`] } });
    }
    expect((await look(world, scan)).gate).toBeUndefined();
    expect(await finalise(world)).toBe(1);
    const ended = await look(world, scan);
    expect(ended).toMatchObject({
      state: 'completed',
      coverage: 'full',
      gate: { state: 'failed', failOn: 'high', failingFindings: 1, baseline: false, allowPartial: false },
      findingsTotal: 2,
      findingsBySeverity: { critical: 1, high: 0, medium: 0, low: 1, info: 0 },
      tasksDone: 3,
    });
    expect(ended.warnings.toSorted()).toEqual(['w', 'w0', 'w1', 'w2']);
    expect(ended.finishedAt).toBeInstanceOf(Date);
    expect(ended.startedAt).toBeInstanceOf(Date);
    expect(await eventsOf(world, scan)).toEqual([
      'scan.created',
      'scan.scheduled',
      'scan.status_changed',
      'scan.status_changed',
      'scan.completed',
    ]);
    expect([await endsOf(world, scan), await world.activeScans(), await world.count('submission_keys')]).toEqual([1, 0, 0]);
    expect(await world.count('findings', sql`issue_id is null`)).toBe(0);
    expect(await world.count('issues')).toBe(2);
    expect(await finalise(world)).toBe(0);
  });

  it('is partial where a task, an engine or a file failed, and failed only where nothing succeeded', async () => {
    const world = await createScanWorld(test);
    const two = { engines: ['gitleaks', 'secrets'] };
    const oneDead = (await world.submit(two)).scan;
    const [dead, alive] = await world.tasksOf(oneDead);
    await world.giveUp(dead);
    await world.finish(alive);
    const badEngine = (await world.submit()).scan;
    await world.finish((await world.tasksOf(badEngine))[0], { engineState: 'failed' });
    const badFile = (await world.submit()).scan;
    await world.finish((await world.tasksOf(badFile))[0], { files: [{ path: 'a', state: 'failed', reason: 'timeout' }] });
    const leftOut = (await world.submit()).scan;
    await world.finish((await world.tasksOf(leftOut))[0], { files: [{ path: 'a', state: 'excluded', reason: 'binary' }] });
    const allDead = (await world.submit(two)).scan;
    for (const task of await world.tasksOf(allDead)) await world.giveUp(task, 'memory_limit');
    expect(await finalise(world)).toBe(5);
    expect(await look(world, oneDead)).toMatchObject({ state: 'completed', coverage: 'partial', gate: { state: 'passed' } });
    expect(await look(world, badEngine)).toMatchObject({ state: 'completed', coverage: 'partial' });
    expect(await look(world, badFile)).toMatchObject({ state: 'completed', coverage: 'partial' });
    expect(await look(world, leftOut)).toMatchObject({ state: 'completed', coverage: 'full' });
    const failed = await look(world, allDead);
    expect(failed).toMatchObject({ state: 'failed', error: { code: 'memory_limit', message: 'it was memory_limit' } });
    expect(failed.coverage).toBeUndefined();
    expect(await eventsOf(world, allDead)).toContain('scan.failed');
    expect([await endsOf(world, allDead), await world.activeScans()]).toEqual([1, 0]);
    expect(await world.count('ref_heads')).toBe(1);
  });

  it('judges by the submission, then the target, and leaves out what is suppressed or known', async () => {
    const world = await createScanWorld(test);
    const verdict = async (findings: readonly Finding[], failOn?: 'low' | 'none', options: ScanRecord['options'] = {}) => {
      const { scan } = await world.submit({ options });
      await world.finish((await world.tasksOf(scan))[0], { findings, ...(failOn === undefined ? {} : { head: { failOn } }) });
      await finalise(world);
      const { gate } = await look(world, scan);
      return { scan, gate: `${gate?.state} ${gate?.failOn} ${gate?.failingFindings} ${gate?.baseline}` };
    };
    const low = [findingOf('low', { severity: 'low' })];
    const high = [findingOf('high'), findingOf('other', { ruleId: 'other' })];
    const suppressed = [findingOf('s', { suppression: { source: 'inline', reason: 'r' } })];
    expect((await verdict(low)).gate).toBe('passed high 0 false');
    expect((await verdict(low, 'low')).gate).toBe('failed low 1 false');
    expect((await verdict(low, 'low', { failOn: 'high' })).gate).toBe('passed high 0 false');
    expect((await verdict(high, 'none')).gate).toBe('passed none 0 false');
    expect((await verdict(suppressed)).gate).toBe('passed high 0 false');

    const baseline = await verdict(high);
    expect(baseline.gate).toBe('failed high 2 false');
    await world.run((tx) => tx.change(sql`update projects set baseline_scan_id = ${baseline.scan.id} where id = ${world.projectId}`));
    expect((await verdict(high)).gate).toBe('passed high 0 true');
    const next = await verdict([...high, findingOf('new')]);
    expect(next.gate).toBe('failed high 1 true');
    const { items } = await world.scans.findings(world.caller, { scanId: next.scan.id }, { limit: 10 }, world.options);
    expect(items.map(({ id, baseline: state }) => `${Buffer.from(id, 'hex').toString()} ${state}`).sort()).toEqual([
      'high unchanged',
      'new new',
      'other unchanged',
    ]);
  });

  it('keeps the newest full scan of each ref, whichever ends last', async () => {
    const world = await createScanWorld(test);
    const submit = async (ref: string): Promise<ScanRecord> =>
      (await world.submit({ source: { type: 'git', url: 'https://git.example.com/heads', ref }, force: true })).scan;
    const older = await submit('main');
    test.clock.advance(10);
    const younger = await submit('main');
    const other = await submit('next');
    for (const scan of [younger, other, older]) {
      await world.finish((await world.tasksOf(scan))[0]);
      await finalise(world);
    }
    const heads = await world.run((tx) =>
      tx.run(sql<{ ref: string; id: string }>`
        select ref, newest_full_scan_id as id from ref_heads where organization_id = ${world.caller.organizationId} order by ref`),
    );
    expect(heads).toEqual([
      { ref: 'main', id: younger.id },
      { ref: 'next', id: other.id },
    ]);
    // Without it, the one before is the newest.
    await world.scans.remove(world.caller, younger.id, world.options);
    expect(await world.count('ref_heads', sql`newest_full_scan_id = ${older.id}`)).toBe(1);
  });

  it('ends each scan once, however many do it at the same time', async () => {
    const world = await createScanWorld(test);
    const scans = await Promise.all(Array.from({ length: 20 }, async () => (await world.submit()).scan));
    for (const scan of scans) await world.finish((await world.tasksOf(scan))[0], { findings: [findingOf('same')] });
    const ended = await Promise.all(Array.from({ length: 6 }, () => finalise(world)));
    expect(ended.reduce((sum, count) => sum + count, 0) + (await finalise(world))).toBe(20);
    expect(await world.count('scans', sql`state = 'completed'`)).toBe(20);
    expect(await world.count('audit_entries', sql`action = 'scan.completed'`)).toBe(20);
    expect(await world.activeScans()).toBe(0);
    expect(await world.count('issues')).toBe(1);
  });

  it('ends a scan one way, when it is cancelled in the same moment', async () => {
    const world = await createScanWorld(test);
    for (let round = 0; round < 10; round += 1) {
      const { scan } = await world.submit();
      await world.finish((await world.tasksOf(scan))[0]);
      const [ended, cancelled] = await Promise.allSettled([
        finalise(world),
        world.scans.cancel(world.caller, scan.id, 'race', world.options),
      ]);
      const { state } = await look(world, scan);
      expect(ended.status).toBe('fulfilled');
      expect(state).toBe(cancelled.status === 'fulfilled' ? 'cancelled' : 'completed');
      expect(await endsOf(world, scan)).toBe(1);
    }
    expect(await world.activeScans()).toBe(0);
  });

  it('goes on past a scan that cannot be ended', async () => {
    const world = await createScanWorld(test);
    const broken = (await world.submit()).scan;
    const sound = (await world.submit()).scan;
    for (const scan of [broken, sound]) await world.finish((await world.tasksOf(scan))[0]);
    await world.run((tx) => tx.change(sql`update coverage set engines = '{}' where scan_id = ${broken.id}`));
    const errors: unknown[] = [];
    const log = { ...world.deps.log, error: (message: string, fields?: object) => errors.push([message, fields]) };
    expect(await finaliseScans({ ...world.deps, log }, world.options)).toBe(1);
    expect(errors).toEqual([['a scan could not be ended', expect.objectContaining({ scan_id: broken.id })]]);
    expect((await look(world, sound)).state).toBe('completed');
    expect((await look(world, broken)).state).toBe('running');
    await world.scans.remove(world.caller, broken.id, world.options);
  });

  it('fails what is past its deadline, and stops its tasks', async () => {
    const world = await createScanWorld(test);
    const waiting = (await world.submit({ engines: ['gitleaks', 'secrets'] })).scan;
    const running = (await world.submit({ engines: ['gitleaks', 'secrets'] })).scan;
    const inTime = (await world.submit()).scan;
    await world.finish((await world.tasksOf(running))[0], { findings: [findingOf('kept')] });
    expect(await expireScans(world.deps, world.options)).toBe(0);
    await world.run((tx) =>
      tx.change(sql`update scans set deadline_at = clock_timestamp() - interval '1 ms' where id in (${waiting.id}, ${running.id})`),
    );
    const counts = await Promise.all([expireScans(world.deps, world.options), expireScans(world.deps, world.options)]);
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(2);
    for (const scan of [waiting, running]) {
      expect(await look(world, scan)).toMatchObject({ state: 'failed', error: { code: 'deadline_exceeded' }, tasksDone: 2 });
      expect(await endsOf(world, scan)).toBe(1);
    }
    expect((await world.tasksOf(running)).map(({ state }) => state).sort()).toEqual(['cancelled', 'succeeded']);
    expect((await look(world, running)).findingsTotal).toBe(1);
    expect((await look(world, inTime)).state).toBe('queued');
    expect(await world.activeScans()).toBe(1);
    expect(world.deps.announced).toContain('cancellations');
  });
});
