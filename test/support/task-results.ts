import { sql } from 'kysely';
import type { EngineCoverage, FileCoverage } from '../../src/domain/coverage.ts';
import type { Finding } from '../../src/domain/finding.ts';
import type { SeverityCounts } from '../../src/domain/scan-record.ts';
import type { TaskRecord } from '../../src/domain/task-record.ts';
import type { NewId } from '../../src/lib/clock.ts';
import { insertCoverage, insertCoverageFiles, packPaths } from '../../src/store/coverage.ts';
import { insertFindings } from '../../src/store/findings.ts';
import { countTaskDone, keepTaskHead, startScan, type TaskHead } from '../../src/store/scan-state.ts';
import { scanNameOfTask } from '../../src/store/tasks.ts';
import type { OrgTx } from '../../src/store/tx.ts';

export interface MadeResult {
  readonly findings?: readonly Finding[];
  readonly head?: Partial<TaskHead>;
  readonly engineState?: EngineCoverage['state'];
  readonly analysed?: readonly string[];
  readonly files?: readonly FileCoverage[];
}

export const countsOf = (findings: readonly Finding[]): SeverityCounts => {
  const counts = { critical: 0, high: 0, medium: 0, low: 0, info: 0 };
  for (const { severity } of findings) counts[severity] += 1;
  return counts;
};

/** A task that ends well, without the worker and the lease: only what is stored of it. */
export const storeResult = async (tx: OrgTx, task: TaskRecord, result: MadeResult, newId: NewId): Promise<void> => {
  const { findings = [], head = {}, engineState = 'complete', analysed = [], files = [] } = result;
  const name = scanNameOfTask(task);
  await startScan(tx, name, { newId });
  await tx.change(sql`
    update tasks set state = 'succeeded', epoch = 1, result_epoch = 1, result_sha256 = ${'0'.repeat(64)}, finished_at = clock_timestamp(),
      findings_count = ${findings.length}
    where organization_id = ${task.organizationId} and id = ${task.id}`);
  const owner = { ...name, taskId: task.id, projectId: task.projectId };
  await insertFindings(
    tx,
    owner,
    findings.map((finding) => ({ ...finding, findingId: newId() })),
  );
  const engine: EngineCoverage = {
    engine: task.engine,
    version: '1',
    rulesetDigest: '0',
    ruleCount: 1,
    state: engineState,
    filesAnalysed: analysed.length,
    bytesAnalysed: analysed.length * 10,
    durationMs: 5 + task.shard,
  };
  await insertCoverage(tx, owner, {
    engines: [engine],
    rulesInForce: { [task.engine]: ['rule'] },
    filesAnalysed: analysed.length,
    filesExcluded: files.filter(({ state }) => state === 'excluded').length,
    filesDegraded: files.filter(({ state }) => state === 'degraded').length,
    filesFailed: files.filter(({ state }) => state === 'failed').length,
    bytesAnalysed: analysed.length * 10,
    analysedPaths: await packPaths(analysed),
  });
  await insertCoverageFiles(tx, task.id, files);
  await keepTaskHead(tx, name, { failOn: 'high', allowPartial: false, warnings: [], ...head });
  if (!(await countTaskDone(tx, name, countsOf(findings)))) throw new Error('the scan does not run');
};

/** A task that is given up. */
export const storeFailure = async (
  tx: OrgTx,
  task: TaskRecord,
  error: { readonly code: string; readonly message: string },
  newId: NewId,
): Promise<void> => {
  const name = scanNameOfTask(task);
  await startScan(tx, name, { newId });
  await tx.change(sql`
    update tasks set state = 'failed', error_code = ${error.code}, error_message = ${error.message}, finished_at = clock_timestamp(),
      dead_at = clock_timestamp(), failed_attempts = max_attempts
    where organization_id = ${task.organizationId} and id = ${task.id}`);
  if (!(await countTaskDone(tx, name, countsOf([])))) throw new Error('the scan does not run');
};
