import { sql } from 'kysely';
import { beforeAll, expect, it } from 'vitest';
import { describeDatabases, type TestDatabase } from '../../../test/support/database.ts';
import { madePlainFinding } from '../../../test/support/queued-scan.ts';
import { refusalCode } from '../../../test/support/refusal-code.ts';
import { createScanWorld } from '../../../test/support/scan-world.ts';
import type { Page, PageRequest } from '../../domain/page.ts';
import type { Rule } from '../../domain/rule.ts';
import type { ScanRecord } from '../../domain/scan-record.ts';
import { appendScanLog } from '../../store/scan-logs.ts';
import { insertScanRules } from '../../store/scan-rules.ts';
import { finaliseScans } from '../scheduling/finalise.ts';

/** All items of a list, by its own cursors. */
const walk = async <Item>(read: (page: PageRequest) => Promise<Page<Item>>, limit: number): Promise<Item[]> => {
  const items: Item[] = [];
  let cursor: string | undefined;
  do {
    const page: Page<Item> = await read({ limit, ...(cursor === undefined ? {} : { cursor }) });
    items.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  return items;
};

const rule = (engine: string, id: string): Rule => ({
  id,
  engine,
  kind: 'secret',
  title: 't',
  severity: 'high',
  confidence: 'low',
  cwe: ['CWE-1'],
  help: '',
  helpUrl: 'https://example.com',
  tags: ['a'],
});

describeDatabases('reading scans', (open) => {
  let test: TestDatabase;
  beforeAll(async () => {
    test = await open();
  });

  it('lists newest first, filtered, page by page', async () => {
    const world = await createScanWorld(test);
    const { scans, caller, options } = world;
    const made: string[] = [];
    for (let index = 0; index < 23; index += 1) {
      const source = { type: 'git' as const, url: `https://git.example.com/${index}`, ref: index % 2 === 0 ? 'main' : 'next' };
      made.unshift((await world.submit({ source })).scan.id);
      test.clock.advance(index % 5);
    }
    const otherProject = await world.newProject();
    const other = (await world.submit({ projectId: otherProject })).scan;
    await scans.cancel(caller, other.id, 'r', options);
    const list = (filter: Parameters<typeof scans.list>[1]) => (page: PageRequest) => scans.list(caller, filter, page, options);
    expect(
      (await walk(list({ projectId: world.projectId }), 4))
        .map(({ id }) => id)
        .toSorted()
        .toReversed(),
    ).toEqual(made.toSorted().toReversed());
    expect((await walk(list({}), 200)).map(({ id }) => id)).toEqual((await walk(list({}), 3)).map(({ id }) => id));
    expect((await walk(list({ ref: 'next', states: ['queued'] }), 5)).every((scan) => scan.ref === 'next')).toBe(true);
    expect((await list({ states: ['cancelled'] })({ limit: 5 })).items.map(({ id }) => id)).toEqual([other.id]);
    expect((await list({ ref: 'next' })({ limit: 2 })).total).toEqual({ value: 11, relation: 'eq' });
    expect((await list({ kind: 'import' })({ limit: 2 })).total).toEqual({ value: 0, relation: 'eq' });
    expect((await list({ createdAfter: other.createdAt })({ limit: 5 })).items.map(({ id }) => id)).toEqual([other.id]);
    expect((await list({ createdBefore: other.createdAt, states: [] })({ limit: 5 })).items).toEqual([]);
    // Scans that come meanwhile change nothing of the pages that follow.
    const first = await list({})({ limit: 10 });
    await world.submit();
    const second = await list({})({ limit: 10, cursor: first.nextCursor ?? '' });
    expect(new Set([...first.items, ...second.items].map(({ id }) => id)).size).toBe(20);
    expect(await refusalCode(list({ ref: 'main' })({ limit: 10, cursor: first.nextCursor ?? '' }))).toBe('cursor_invalid');
    const stranger = await createScanWorld(test);
    expect(await refusalCode(scans.list(stranger.caller, {}, { limit: 10, cursor: first.nextCursor ?? '' }, options))).toBe(
      'cursor_invalid',
    );
    expect((await scans.list(stranger.caller, {}, { limit: 10 }, options)).items).toEqual([]);
  });

  it('counts exactly up to 10,000, and further when asked to', async () => {
    const world = await createScanWorld(test);
    const { scans, caller, options } = world;
    const { scan } = await world.submit();
    await world.run((tx) =>
      tx.change(sql`
        insert into scan_logs (organization_id, scan_id, scan_created_at, level, message)
        select ${caller.organizationId}, ${scan.id}, ${scan.createdAt}, 'info', 'm' from generate_series(1, 3)`),
    );
    const [task] = await world.tasksOf(scan);
    const findings = Array.from({ length: 10_050 }, (_, index) => ({ ...madePlainFinding(), id: String(index) }));
    await world.finish(task, { findings });
    const page = (exactTotal?: boolean) =>
      scans.findings(caller, { scanId: scan.id }, { limit: 1, ...(exactTotal === undefined ? {} : { exactTotal }) }, options);
    expect((await page()).total).toEqual({ value: 10_000, relation: 'gte' });
    expect((await page(true)).total).toEqual({ value: 10_050, relation: 'eq' });
    let batches = 0;
    const seen = new Set<string>();
    for await (const batch of scans.eachFinding(caller, scan.id, options)) {
      batches += 1;
      for (const { findingId } of batch) seen.add(findingId);
    }
    expect([batches, seen.size]).toEqual([11, 10_050]);
    await scans.remove(caller, scan.id, options);
  });

  it('counts files that an engine has no rule for only where no other one looked', async () => {
    const world = await createScanWorld(test);
    const excludedOf = async (engines: readonly string[]): Promise<number | undefined> => {
      const { scan } = await world.submit({ engines });
      for (const task of await world.tasksOf(scan)) {
        const none = { path: 'a.md', state: 'excluded', reason: 'not_applicable', engine: 'code' } as const;
        await world.finish(task, task.engine === 'code' ? { analysed: ['a.py'], files: [none] } : { analysed: ['a.md', 'a.py'] });
      }
      return (await world.scans.detail(world.caller, scan.id, world.options)).coverage?.filesExcluded;
    };
    expect(await excludedOf(['code', 'secrets'])).toBe(0);
    expect(await excludedOf(['code'])).toBe(1);
  });

  it('shows tasks and the coverage of all of them, each file once', async () => {
    const world = await createScanWorld(test);
    const { scans, caller, options } = world;
    const { scan } = await world.submit({ engines: ['gitleaks', 'secrets'], shardCount: 2 });
    const [gitleaks, ...secrets] = await world.tasksOf(scan);
    const leftOut = { path: 'lib/', state: 'excluded' as const, reason: 'ignored' as const, detail: '.gitignore:1' };
    const binary = { path: 'a.bin', state: 'excluded' as const, reason: 'binary' as const, engine: 'secrets', sizeBytes: 7 };
    await world.finish(gitleaks, { analysed: ['a', 'b', 'a.bin'], files: [leftOut] });
    await world.finish(secrets[0], { analysed: ['a'], files: [leftOut, binary] });
    await world.finish(secrets[1], {
      analysed: ['b'],
      files: [
        leftOut,
        { path: 'z', state: 'failed', reason: 'timeout', engine: 'secrets' },
        { path: 'Z', state: 'degraded', reason: 'encoding' },
      ],
    });
    const detail = await scans.detail(caller, scan.id, options);
    expect(detail.tasks.map(({ engine, state, attempts }) => `${engine} ${state} ${attempts.length}`)).toEqual([
      'gitleaks succeeded 0',
      'secrets succeeded 0',
      'secrets succeeded 0',
    ]);
    expect(detail.coverage).toEqual({
      engines: [
        expect.objectContaining({ engine: 'gitleaks', state: 'complete', filesAnalysed: 3 }),
        expect.objectContaining({ engine: 'secrets', state: 'complete', filesAnalysed: 2, bytesAnalysed: 20, durationMs: 6 }),
      ],
      filesAnalysed: 3,
      filesExcluded: 2,
      filesDegraded: 1,
      filesFailed: 1,
      bytesAnalysed: 30,
      files: [
        { path: 'z', state: 'failed', reason: 'timeout', engine: 'secrets' },
        { path: 'Z', state: 'degraded', reason: 'encoding' },
        binary,
        leftOut,
      ],
    });
    const files = (page: PageRequest) => scans.coverageFiles(caller, scan.id, page, options);
    expect(await walk(files, 1)).toEqual(detail.coverage.files);
    expect((await files({ limit: 1 })).total).toEqual({ value: 4, relation: 'eq' });
  });

  it('shows logs and rules', async () => {
    const world = await createScanWorld(test);
    const { scans, caller, options } = world;
    const { scan } = await world.submit();
    const [task] = await world.tasksOf(scan);
    if (task === undefined) throw new Error('no task');
    await world.run(async (tx) => {
      await appendScanLog(tx, scan, [
        { level: 'info', message: 'one\0', taskId: task.id, epoch: 1 },
        { level: 'error', message: 'x'.repeat(5000) },
      ]);
      await appendScanLog(tx, scan, []);
      await appendScanLog(tx, scan, [{ level: 'debug', message: 'three' }]);
      const rules = [rule('secrets', 'b'), rule('secrets', 'a'), rule('gitleaks', 'a')];
      await insertScanRules(tx, { scanId: scan.id, scanCreatedAt: scan.createdAt }, rules);
      await insertScanRules(tx, { scanId: scan.id, scanCreatedAt: scan.createdAt }, rules);
    });
    const lines = await scans.logs(caller, scan.id, { limit: 10 }, options);
    expect(lines.map(({ level, message }) => `${level} ${message.slice(0, 5)} ${message.length}`)).toEqual([
      'info one\ufffd 4',
      'error xxxxx 4000',
      'debug three 5',
    ]);
    expect(lines[0]).toMatchObject({ taskId: task.id, epoch: 1, at: expect.any(Date) });
    const afterId = lines[1]?.id ?? 0;
    expect((await scans.logs(caller, scan.id, { afterId, limit: 10 }, options)).map(({ message }) => message)).toEqual(['three']);
    expect(await refusalCode(scans.logs(caller, scan.id, { limit: 0 }, options))).toBe('request_invalid');
    expect(await scans.rules(caller, scan.id, options)).toEqual([rule('gitleaks', 'a'), rule('secrets', 'a'), rule('secrets', 'b')]);
  });

  it('sums up', async () => {
    const world = await createScanWorld(test);
    const { scans, caller, options } = world;
    expect(await scans.summary(caller, options)).toEqual({ total: 0, active: 0, completedToday: 0 });
    const made: ScanRecord[] = [];
    for (let index = 0; index < 4; index += 1) made.push((await world.submit()).scan);
    for (const scan of made.slice(0, 2)) await world.finish((await world.tasksOf(scan))[0]);
    await finaliseScans(world.deps, options);
    await scans.cancel(caller, made[2]?.id ?? '', 'r', options);
    await world.run((tx) =>
      tx.change(
        sql`update scans set started_at = finished_at - interval '2 s' where organization_id = ${caller.organizationId} and state = 'completed'`,
      ),
    );
    expect(await scans.summary(caller, options)).toEqual({ total: 4, active: 1, completedToday: 2, meanDurationMs: 2000 });
    await world.run((tx) =>
      tx.change(sql`
        update scans set finished_at = finished_at - interval '1 day', started_at = started_at - interval '1 day 2 s'
        where organization_id = ${caller.organizationId} and id = ${made[0]?.id}`),
    );
    expect(await scans.summary(caller, options)).toMatchObject({ completedToday: 1, meanDurationMs: 3000 });
  });

  it('knows nothing of other organisations', async () => {
    const [mine, theirs] = [await createScanWorld(test), await createScanWorld(test)];
    const { scan } = await theirs.submit();
    await theirs.finish((await theirs.tasksOf(scan))[0], { findings: [madePlainFinding()] });
    const [finding] = (await theirs.scans.findings(theirs.caller, {}, { limit: 1 }, theirs.options)).items;
    const { scans, caller, options } = mine;
    const page = { limit: 5 };
    const asked = (id: string, findingId: string): Promise<unknown>[] => [
      scans.get(caller, id, options),
      scans.detail(caller, id, options),
      scans.coverageFiles(caller, id, page, options),
      scans.logs(caller, id, { limit: 5 }, options),
      scans.rules(caller, id, options),
      scans.cancel(caller, id, 'r', options),
      scans.remove(caller, id, options),
      scans.findings(caller, { scanId: id }, page, options),
      scans.eachFinding(caller, id, options)[Symbol.asyncIterator]().next(),
      scans.finding(caller, findingId, options),
    ];
    for (const [id, findingId] of [
      [scan.id, finding?.findingId ?? ''],
      [test.newId(), test.newId()],
      ['nothing', 'nothing'],
    ] as const) {
      expect(new Set(await Promise.all(asked(id, findingId).map(refusalCode)))).toEqual(new Set(['not_found']));
    }
    expect((await scans.findings(caller, {}, page, options)).items).toEqual([]);
    expect((await theirs.scans.get(theirs.caller, scan.id, options)).state).toBe('running');
  });
});
