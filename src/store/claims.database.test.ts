import { sql } from 'kysely';
import { beforeAll, expect, test } from 'vitest';
import { describeDatabases, type TestDatabase } from '../../test/support/database.ts';
import { createTaskWorld, type TaskWorld } from '../../test/support/task-world.ts';
import { findCandidates } from './claims.ts';
import type { SystemTx } from './system-tx.ts';
import type { Runnable } from './tx.ts';

interface Plan {
  readonly 'Actual Rows': number;
  readonly 'Actual Loops': number;
  readonly 'Rows Removed by Filter'?: number;
  readonly Plans?: readonly Plan[];
}

/** The most rows that one step of the plan has read, those it threw away among them. */
const mostRowsOf = (plan: Plan): number =>
  Math.max(plan['Actual Loops'] * (plan['Actual Rows'] + (plan['Rows Removed by Filter'] ?? 0)), ...(plan.Plans ?? []).map(mostRowsOf));

describeDatabases('the search for tasks to claim', (open) => {
  let db: TestDatabase;
  let world: TaskWorld;
  beforeAll(async () => {
    db = await open();
    world = await createTaskWorld(db);
  });

  const mostRows = (): Promise<number> =>
    db.doors.system.transaction(
      async (tx) => {
        let most = 0;
        const run = async <Row>(query: Runnable<Row>): Promise<readonly Row[]> => {
          const explained = await tx.run<{ 'QUERY PLAN': readonly { Plan: Plan }[] }>(sql`explain (analyze, format json) ${query}`);
          for (const { Plan } of explained[0]?.['QUERY PLAN'] ?? []) most = mostRowsOf(Plan);
          return [];
        };
        const explaining: SystemTx = { ...tx, run };
        await findCandidates(explaining, { engines: [world.engine], limit: 20, slots: 4, urgentAfterMs: 600_000 });
        return most;
      },
      { signal: db.signal },
    );

  test('reads a few of the tasks, however many wait, with statistics and without', async () => {
    const project = await world.newProject({ maxRunningScans: 2 });
    for (let n = 0; n < 10; n += 1) await world.submit(project.id, { shards: 200 });
    await world.claim(await world.register(), 3);
    expect(await mostRows()).toBeGreaterThan(0);
    expect(await mostRows()).toBeLessThan(300);
    await db.doors.system.transaction((tx) => tx.run(sql`analyze`), { signal: db.signal });
    expect(await mostRows()).toBeLessThan(300);
  });
});
