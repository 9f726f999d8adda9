import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { describeDatabases, type TestDatabase } from '../../test/support/database.ts';
import { createQueuedScan, madeFullFinding, madePlainFinding } from '../../test/support/queued-scan.ts';
import { countFailing, countFindings, findFinding, findingPage, placeOfFinding } from './finding-lists.ts';
import { insertFindings } from './findings.ts';
import { storableText } from './storable-text.ts';

describeDatabases('findings', (open) => {
  let test: TestDatabase;
  beforeAll(async () => {
    test = await open();
  });

  it('keep every field', async () => {
    const scan = await createQueuedScan(test);
    const finding = madeFullFinding();
    const findingId = test.newId();
    await scan.run((tx) => insertFindings(tx, scan.owner, [{ ...finding, findingId }]));
    const stored = await scan.run((tx) => findFinding(tx, findingId));
    expect(stored).toEqual({
      ...finding,
      findingId,
      scanId: scan.name.scanId,
      projectId: scan.owner.projectId,
      createdAt: expect.any(Date),
    });
  });

  it('keep nothing that was not there, for each type of location', async () => {
    const scan = await createQueuedScan(test);
    const locations = [
      { type: 'file' as const, path: 'a', startLine: 1, startColumn: 1, endLine: 1, endColumn: 2 },
      { type: 'package' as const, purl: 'pkg:npm/left-pad@1.3.0', path: 'package-lock.json' },
      { type: 'resource' as const, address: 'aws_s3_bucket.logs', path: 'main.tf' },
    ];
    for (const location of locations) {
      const finding = { ...madePlainFinding(), location };
      const findingId = test.newId();
      await scan.run((tx) => insertFindings(tx, scan.owner, [{ ...finding, findingId }]));
      const {
        findingId: _id,
        scanId: _scan,
        projectId: _project,
        createdAt: _at,
        ...stored
      } = (await scan.run((tx) => findFinding(tx, findingId))) ?? {};
      expect(stored).toEqual(finding);
    }
  });

  it('hold hostile text, with what cannot be stored replaced', async () => {
    const scan = await createQueuedScan(test);
    const text = fc.string({ unit: fc.constantFrom('\0', '\ud800', '\udfff', '\\', '"', 'u0000', "'", '😀', '\n', '%', '{', '}', ',') });
    await fc.assert(
      fc.asyncProperty(text, text, text, async (title, path, raw) => {
        const findingId = test.newId();
        const finding = {
          ...madePlainFinding(),
          findingId,
          title,
          cwe: [title],
          location: { type: 'resource' as const, address: raw, path },
          details: { rawOutput: { [raw]: [raw] }, references: [raw] },
        };
        await scan.run((tx) => insertFindings(tx, scan.owner, [finding]));
        const stored = await scan.run((tx) => findFinding(tx, findingId));
        expect(stored).toMatchObject({
          title: storableText(title),
          cwe: [storableText(title)],
          location: { address: storableText(raw), path: storableText(path) },
          details: { rawOutput: { [storableText(raw)]: [storableText(raw)] }, references: [storableText(raw)] },
        });
      }),
      { numRuns: 40 },
    );
  });

  it('bound what a tool said', async () => {
    const scan = await createQueuedScan(test);
    const deep: unknown = JSON.parse(`${'['.repeat(20_000)}${']'.repeat(20_000)}`);
    for (const rawOutput of ['x'.repeat(70_000), deep]) {
      const findingId = test.newId();
      await scan.run((tx) => insertFindings(tx, scan.owner, [{ ...madePlainFinding(), findingId, details: { rawOutput } }]));
      const stored = await scan.run((tx) => findFinding(tx, findingId));
      expect(stored?.details?.rawOutput).toHaveProperty('omitted');
    }
  });

  it('are listed worst first, then oldest, page by page, each once', async () => {
    const scan = await createQueuedScan(test);
    const severities = ['low', 'critical', 'high', 'info', 'medium', 'high'] as const;
    const made = Array.from({ length: 2500 }, (_, index) => ({
      ...madePlainFinding(),
      findingId: test.newId(),
      severity: severities[index % severities.length] ?? 'info',
      id: String(index),
    }));
    await scan.run((tx) => insertFindings(tx, scan.owner, made));
    const seen: string[] = [];
    let after: Parameters<typeof findingPage>[2];
    for (;;) {
      const place = after;
      const page = await scan.run((tx) => findingPage(tx, { scan: scan.name }, place, 400));
      seen.push(...page.map((finding) => `${finding.severity} ${finding.findingId}`));
      const last = page.at(-1);
      if (last === undefined) break;
      after = placeOfFinding(last);
    }
    const order = ['critical', 'high', 'medium', 'low', 'info'];
    const expected = made
      .toSorted((a, b) => order.indexOf(a.severity) - order.indexOf(b.severity) || (a.findingId < b.findingId ? -1 : 1))
      .map((finding) => `${finding.severity} ${finding.findingId}`);
    expect(seen).toEqual(expected);
    expect(await scan.run((tx) => countFindings(tx, { scan: scan.name }, { exact: false }))).toBe(2500);
    expect(await scan.run((tx) => countFindings(tx, { scan: scan.name, severities: ['critical', 'low'] }, { exact: true }))).toBe(834);
  });

  it('are searched for text as it stands', async () => {
    const scan = await createQueuedScan(test);
    const paths = ['50%_off.txt', '50 off.txt', 'back\\slash', 'Ünïcode', 'a.b'];
    await scan.run((tx) =>
      insertFindings(
        tx,
        scan.owner,
        paths.map((path) => ({
          ...madePlainFinding(),
          findingId: test.newId(),
          title: 't',
          message: 'm',
          location: { type: 'resource' as const, address: 'x', path },
        })),
      ),
    );
    const found = async (search: string): Promise<string[]> =>
      (await scan.run((tx) => findingPage(tx, { scan: scan.name, search }, undefined, 10))).map(({ location }) => location.path).sort();
    expect(await found('%')).toEqual(['50%_off.txt']);
    expect(await found('0%_O')).toEqual(['50%_off.txt']);
    expect(await found('_')).toEqual(['50%_off.txt']);
    expect(await found('\\')).toEqual(['back\\slash']);
    expect(await found('.*')).toEqual([]);
    expect(await found("'; drop table findings; --\0")).toEqual([]);
    expect(await found('OFF')).toEqual(['50 off.txt', '50%_off.txt']);
  });

  describe('of other organisations', () => {
    it('are not found by their id', async () => {
      const [one, two] = [await createQueuedScan(test), await createQueuedScan(test)];
      const findingId = test.newId();
      await one.run((tx) => insertFindings(tx, one.owner, [{ ...madePlainFinding(), findingId }]));
      expect(await two.run((tx) => findFinding(tx, findingId))).toBeUndefined();
      expect(await two.run((tx) => findFinding(tx, 'no id'))).toBeUndefined();
    });
  });

  it('count against a gate unless suppressed or known', async () => {
    const scan = await createQueuedScan(test);
    const plain = madePlainFinding();
    const suppression = { source: 'inline' as const, reason: 'r' };
    const made = [
      { ...plain, severity: 'critical' as const },
      { ...plain, severity: 'high' as const, baseline: 'new' as const },
      { ...plain, severity: 'high' as const, baseline: 'unchanged' as const },
      { ...plain, severity: 'high' as const, suppression },
      { ...plain, severity: 'medium' as const },
    ];
    await scan.run((tx) =>
      insertFindings(
        tx,
        scan.owner,
        made.map((finding) => ({ ...finding, findingId: test.newId() })),
      ),
    );
    expect(await scan.run((tx) => countFailing(tx, scan.name, 'high'))).toBe(2);
    expect(await scan.run((tx) => countFailing(tx, scan.name, 'info'))).toBe(3);
    expect(await scan.run((tx) => countFailing(tx, scan.name, 'critical'))).toBe(1);
  });
});
