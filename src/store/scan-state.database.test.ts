import { sql } from 'kysely';
import { beforeAll, expect, it } from 'vitest';
import { describeDatabases, type TestDatabase } from '../../test/support/database.ts';
import { createQueuedScan, madePlainFinding } from '../../test/support/queued-scan.ts';
import { mayBecome, type ScanState, scanStates } from '../domain/scan-record.ts';
import { findFinding } from './finding-lists.ts';
import { insertFindings } from './findings.ts';
import { ensurePartitions } from './partitions.ts';
import { countTaskDone, keepTaskHead, keptGate, moveScan, type ScanMoveFields, startScan } from './scan-state.ts';
import { findScan } from './scans.ts';
import type { OrgTx, Runnable } from './tx.ts';

const fieldsFor = (to: ScanState): ScanMoveFields => {
  if (to === 'failed') return { error: { code: 'internal', message: 'm' } };
  const gate = { state: 'passed' as const, failOn: 'high' as const, failingFindings: 0, baseline: false, allowPartial: true };
  return to === 'completed' ? { coverage: 'full', gate } : {};
};

/** The shortest way from `queued` to a state. */
const ways: Readonly<Record<ScanState, readonly ScanState[]>> = {
  created: [],
  queued: [],
  running: ['running'],
  completed: ['running', 'completed'],
  failed: ['failed'],
  cancelled: ['cancelled'],
};

const noCounts = { critical: 0, high: 0, medium: 0, low: 0, info: 0 };

describeDatabases('states of scans', (open) => {
  let test: TestDatabase;
  beforeAll(async () => {
    test = await open();
  });
  const deps = { newId: () => test.newId() };

  it('move only as the transition table says; anything else is a refused value and changes nothing', async () => {
    for (const from of scanStates.filter((state) => state !== 'created')) {
      for (const to of scanStates) {
        const scan = await createQueuedScan(test);
        await scan.run(async (tx) => {
          for (const step of ways[from]) await moveScan(tx, scan.name, step, fieldsFor(step), deps);
          const before = await findScan(tx, scan.name);
          const move = await moveScan(tx, scan.name, to, fieldsFor(to), deps);
          const after = await findScan(tx, scan.name);
          const isWay = mayBecome(from, to);
          expect(move).toEqual(isWay ? { moved: true, scan: after } : { moved: false, state: from });
          expect(after).toMatchObject(isWay ? { state: to, revision: (before?.revision ?? 0) + 1 } : { ...before });
        });
      }
    }
  });

  it('of a scan that is not there are missing', async () => {
    const scan = await createQueuedScan(test);
    const elsewhere = { ...scan.name, organizationId: test.newId() };
    expect(await scan.run((tx) => moveScan(tx, elsewhere, 'running', {}, deps))).toEqual({ moved: false, state: 'missing' });
  });

  it('keep the verdict as it was given', async () => {
    const scan = await createQueuedScan(test);
    await scan.run(async (tx) => {
      await startScan(tx, scan.name, deps);
      await moveScan(tx, scan.name, 'completed', fieldsFor('completed'), deps);
    });
    expect(await scan.run((tx) => findScan(tx, scan.name))).toMatchObject({ ...fieldsFor('completed') });
  });

  it('are moved by one of many at once', async () => {
    const scan = await createQueuedScan(test);
    const moves = await Promise.all(Array.from({ length: 8 }, () => scan.run((tx) => startScan(tx, scan.name, deps))));
    expect(moves.filter(({ moved }) => moved)).toHaveLength(1);
    const [row] = await scan.run((tx) =>
      tx.run(sql<{ n: number }>`select count(*) as n from events where scan_id = ${scan.name.scanId} and type = 'scan.status_changed'`),
    );
    expect(row?.n).toBe(1);
  });

  it('count tasks only while the scan runs', async () => {
    const scan = await createQueuedScan(test);
    expect(await scan.run((tx) => countTaskDone(tx, scan.name, noCounts))).toBe(false);
    await scan.run((tx) => startScan(tx, scan.name, deps));
    expect(await scan.run((tx) => countTaskDone(tx, scan.name, { ...noCounts, high: 2, info: 1 }))).toBe(true);
    expect(await scan.run((tx) => findScan(tx, scan.name))).toMatchObject({
      tasksDone: 1,
      findingsTotal: 3,
      findingsBySeverity: { ...noCounts, high: 2, info: 1 },
    });
  });

  it("keep the first task's settings and everybody's warnings, each once", async () => {
    const scan = await createQueuedScan(test);
    const head = { failOn: 'low' as const, allowPartial: true, warnings: ['a', 'a', 'b\0'] };
    await scan.run((tx) => keepTaskHead(tx, scan.name, head));
    await scan.run((tx) => keepTaskHead(tx, scan.name, { failOn: 'none', allowPartial: false, warnings: ['c', 'a'] }));
    expect(await scan.run((tx) => keptGate(tx, scan.name))).toEqual({ failOn: 'low', allowPartial: true });
    const kept = await scan.run((tx) => findScan(tx, scan.name));
    expect(kept?.warnings).toEqual(['a', 'b\ufffd', 'c']);
    expect(kept?.gate).toBeUndefined();
    const many = Array.from({ length: 500 }, (_, index) => `w${index}`);
    await scan.run((tx) => keepTaskHead(tx, scan.name, { ...head, warnings: many }));
    expect((await scan.run((tx) => findScan(tx, scan.name)))?.warnings).toHaveLength(200);
  });

  it('are looked up in one partition', async () => {
    await test.doors.system.transaction((tx) => ensurePartitions(tx, { monthsAhead: 3 }), { signal: test.signal });
    const scan = await createQueuedScan(test);
    const findingId = test.newId();
    await scan.run((tx) => insertFindings(tx, scan.owner, [{ ...madePlainFinding(), findingId }]));
    const plans: string[] = [];
    const explaining = (tx: OrgTx): OrgTx => ({
      ...tx,
      one: async <Row>(query: Runnable<Row>) => {
        if (!('isRawBuilder' in query)) {
          plans.push(JSON.stringify(await tx.run(sql`explain (format json) ${query}`)));
        }
        return tx.one(query);
      },
    });
    expect(await scan.run((tx) => findScan(explaining(tx), scan.name))).toBeDefined();
    expect(await scan.run((tx) => findFinding(explaining(tx), findingId))).toBeDefined();
    const relations = plans.map((plan) => [...plan.matchAll(/"Relation Name": ?"([^"]+)"/g)].map(([, name]) => name));
    expect(relations).toEqual([[expect.stringMatching(/^scans_\d{4}_\d{2}$/)], [expect.stringMatching(/^findings_\d{4}_\d{2}$/)]]);
  });
});
