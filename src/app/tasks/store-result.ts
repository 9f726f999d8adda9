import type { FileCoverage } from '../../domain/coverage.ts';
import type { CommitRequest } from '../../domain/lease-service.ts';
import { commit, type TaskChange } from '../../domain/task-lifecycle.ts';
import type { TaskRecord } from '../../domain/task-record.ts';
import type { NewId } from '../../lib/clock.ts';
import { insertArtifact } from '../../store/artifacts.ts';
import { insertCoverage, insertCoverageFiles } from '../../store/coverage.ts';
import { appendEvents } from '../../store/events.ts';
import { insertFindings } from '../../store/findings.ts';
import { insertScanRules } from '../../store/scan-rules.ts';
import { countTaskDone, keepTaskHead } from '../../store/scan-state.ts';
import { writeTaskChanges } from '../../store/task-changes.ts';
import { findTask, scanNameOfTask } from '../../store/tasks.ts';
import type { OrgTx } from '../../store/tx.ts';
import { insertUsage } from '../../store/usage.ts';
import type { TaskPlan } from '../scans/plan-tasks.ts';
import type { CheckedResult } from './checked-result.ts';
import { extendScan } from './extend-scan.ts';
import { taskEvent } from './task-event.ts';

interface StoreDependencies {
  readonly newId: NewId;
}

const countState = (files: readonly FileCoverage[], state: FileCoverage['state']): number =>
  files.filter((file) => file.state === state).length;

const storeFindings = async (deps: StoreDependencies, tx: OrgTx, task: TaskRecord, result: CheckedResult): Promise<void> => {
  const owner = { scanId: task.scanId, scanCreatedAt: task.scanCreatedAt, taskId: task.id, projectId: task.projectId };
  for await (const batch of result.findings()) {
    await insertFindings(
      tx,
      owner,
      batch.map((finding) => ({ ...finding, findingId: deps.newId() })),
    );
  }
};

const storeCoverage = async (tx: OrgTx, task: TaskRecord, { head, files, plainFiles, analysedPaths }: CheckedResult) => {
  const filesAnalysed = plainFiles + countState(files, 'analysed');
  const bytesAnalysed = head.engines.reduce((sum, engine) => sum + engine.bytesAnalysed, 0);
  await insertCoverage(
    tx,
    { scanId: task.scanId, scanCreatedAt: task.scanCreatedAt, taskId: task.id },
    {
      engines: head.engines,
      rulesInForce: head.rulesInForce,
      filesAnalysed,
      filesExcluded: countState(files, 'excluded'),
      filesDegraded: countState(files, 'degraded'),
      filesFailed: countState(files, 'failed'),
      bytesAnalysed,
      analysedPaths,
    },
  );
  await insertCoverageFiles(tx, task.id, files);
  return { filesAnalysed, bytesAnalysed };
};

const storeSuccess = async (
  deps: StoreDependencies,
  tx: OrgTx,
  task: TaskRecord,
  request: CommitRequest,
  result: CheckedResult,
  wanted: TaskPlan | undefined,
  change: Extract<TaskChange, { readonly to: 'succeeded' }>,
): Promise<void> => {
  const analysed = await storeCoverage(tx, task, result);
  const scan = scanNameOfTask(task);
  await insertScanRules(tx, scan, result.rules);
  await insertArtifact(tx, {
    id: deps.newId(),
    type: 'result',
    state: 'available',
    projectId: task.projectId,
    scanId: task.scanId,
    taskId: task.id,
    epoch: task.epoch,
    filename: `${task.engine}-${task.shard}.jsonl.gz`,
    contentType: 'application/gzip',
    sizeBytes: request.resultBytes,
    sha256: request.resultSha256,
    storageKey: request.resultKey,
  });
  await insertUsage(tx, task, { engineMs: request.engineMs, ...analysed });
  await writeTaskChanges(tx, [{ organizationId: task.organizationId, taskId: task.id, change, findingsCount: result.findingsCount }]);
  await appendEvents(tx, [
    taskEvent(deps.newId, 'task.completed', task, {
      state: 'succeeded',
      findings: result.findingsCount,
      findings_by_severity: result.counts,
    }),
    taskEvent(deps.newId, 'usage.recorded', task, {
      engine_ms: Math.round(request.engineMs),
      files_analysed: analysed.filesAnalysed,
      bytes_analysed: analysed.bytesAnalysed,
    }),
  ]);
  // Last, so that the scan, which all its tasks count on, is locked as shortly as can be.
  if (wanted !== undefined) await extendScan(tx, task, wanted, deps);
  await keepTaskHead(tx, scan, result.head);
  if (!(await countTaskDone(tx, scan, result.counts))) throw new Error(`task ${task.id} was leased, its scan does not run`);
};

/**
 * Stores a checked result and decides, in that order: findings go in first, which can take a while, and only then is the task locked and
 * asked whether it is still this lease's. So neither a heartbeat nor a cancellation waits for a large result. An answer other than
 * `committed` must roll the transaction back, and with it the findings.
 */
export const storeResult = async (
  deps: StoreDependencies,
  tx: OrgTx,
  task: TaskRecord,
  request: CommitRequest,
  result: CheckedResult,
  wanted: TaskPlan | undefined,
): Promise<ReturnType<typeof commit>['answer']> => {
  await storeFindings(deps, tx, task, result);
  const locked = await findTask(tx, request, 'update');
  const { answer, change } = commit(locked, request, request.resultSha256);
  if (locked !== undefined && change?.to === 'succeeded') await storeSuccess(deps, tx, locked, request, result, wanted, change);
  return answer;
};
