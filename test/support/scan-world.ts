import { sql } from 'kysely';
import type { ServerLimits } from '../../src/app/dependencies.ts';
import { createScans } from '../../src/app/scans/create-scans.ts';
import type { SubmitScan } from '../../src/app/scans/scans.ts';
import type { ScanRecord } from '../../src/domain/scan-record.ts';
import { scanNameOf } from '../../src/domain/scan-record.ts';
import type { TaskRecord } from '../../src/domain/task-record.ts';
import { insertProject } from '../../src/store/projects.ts';
import { tasksOfScan } from '../../src/store/tasks.ts';
import type { OrgTx } from '../../src/store/tx.ts';
import { callerOf, createTestDependencies } from './app-dependencies.ts';
import { type MadeResult, storeFailure, storeResult } from './task-results.ts';
import type { TestDatabase } from './test-database.ts';

/** An organisation with a project, and what a person and a worker would do in it. */
export const createScanWorld = async (test: TestDatabase, limits: Partial<ServerLimits> = {}) => {
  const deps = await createTestDependencies(test, limits);
  const caller = callerOf(await test.newOrganization());
  const scans = createScans(deps);
  const options = { signal: test.signal };
  const run = <Result>(work: (tx: OrgTx) => Promise<Result>): Promise<Result> =>
    deps.asOrganization(caller.organizationId).transaction(work, options);
  const newProject = async (): Promise<string> => {
    const id = test.newId();
    await run((tx) => insertProject(tx, { id, slug: `p-${id}`, name: 'p', description: '' }));
    return id;
  };
  const projectId = await newProject();
  /** Rows of a table of the organisation. */
  const count = async (table: string, where = sql`true`): Promise<number> => {
    const rows = await run((tx) =>
      tx.run(
        sql<{ n: number }>`select count(*) as n from ${sql.table(table)} where organization_id = ${caller.organizationId} and ${where}`,
      ),
    );
    return rows[0]?.n ?? 0;
  };
  let submissions = 0;
  return {
    test,
    deps,
    caller,
    scans,
    options,
    run,
    projectId,
    newProject,
    count,
    submit: (input: Partial<SubmitScan> = {}) => {
      submissions += 1;
      const source = { type: 'git' as const, url: `https://git.example.com/${submissions}`, ref: 'main' };
      // One task, unless a test says otherwise.
      return scans.submit(caller, { projectId, source, engines: ['secrets'], ...input }, options);
    },
    tasksOf: (scan: ScanRecord): Promise<readonly TaskRecord[]> => run((tx) => tasksOfScan(tx, scanNameOf(scan))),
    finish: (task: TaskRecord | undefined, result: MadeResult = {}): Promise<void> => {
      if (task === undefined) throw new Error('there is no such task');
      return run((tx) => storeResult(tx, task, result, test.newId));
    },
    giveUp: (task: TaskRecord | undefined, code = 'engine_failed'): Promise<void> => {
      if (task === undefined) throw new Error('there is no such task');
      return run((tx) => storeFailure(tx, task, { code, message: `it was ${code}` }, test.newId));
    },
    activeScans: async (): Promise<number> => {
      const rows = await run((tx) =>
        tx.run(sql<{ n: number }>`select active_scans as n from organization_load where organization_id = ${caller.organizationId}`),
      );
      return rows[0]?.n ?? 0;
    },
  };
};

export type ScanWorld = Awaited<ReturnType<typeof createScanWorld>>;
