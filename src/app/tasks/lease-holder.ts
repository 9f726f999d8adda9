import type { LeaseName, PinAnswer, PinRequest, TaskSecrets } from '../../domain/lease-service.ts';
import { holds } from '../../domain/task-lifecycle.ts';
import type { TaskRecord } from '../../domain/task-record.ts';
import type { CallOptions } from '../../lib/call-options.ts';
import { AppError } from '../../lib/errors.ts';
import { pinScan } from '../../store/scan-pins.ts';
import { findScan } from '../../store/scans.ts';
import { findTask, scanNameOfTask } from '../../store/tasks.ts';
import type { OrgTx } from '../../store/tx.ts';
import { projectSecrets } from '../projects/secrets.ts';
import type { LeaseDependencies } from './lease-dependencies.ts';

const commitPattern = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;

/** Runs `work` for the holder of a lease; undefined for anybody else. */
const asHolder = <Result>(
  deps: LeaseDependencies,
  lease: LeaseName,
  work: (tx: OrgTx, task: TaskRecord) => Promise<Result | undefined>,
  { signal }: CallOptions,
): Promise<Result | undefined> =>
  deps.asOrganization(lease.organizationId).transaction(
    async (tx) => {
      const task = await findTask(tx, lease);
      return task !== undefined && holds(task, lease) ? work(tx, task) : undefined;
    },
    { signal },
  );

/** @throws AppError `ref_invalid` for something that is no commit id */
export const pinCommit = async (deps: LeaseDependencies, request: PinRequest, options: CallOptions): Promise<PinAnswer> => {
  const { commit, ref } = request;
  if (!commitPattern.test(commit) || ref?.length === 0 || (ref?.length ?? 0) > 255)
    throw new AppError('ref_invalid', 'a scan is pinned to a full commit id, and a ref of at most 255 characters');
  const pinned = await asHolder(deps, request, (tx, task) => pinScan(tx, scanNameOfTask(task), { commit, ref }), options);
  return pinned === undefined ? { state: 'lost' } : { state: 'pinned', commit: pinned };
};

export const openTaskSecrets = (deps: LeaseDependencies, lease: LeaseName, options: CallOptions): Promise<TaskSecrets | undefined> =>
  asHolder(
    deps,
    lease,
    async (tx, task) => {
      const source = (await findScan(tx, scanNameOfTask(task)))?.source;
      return projectSecrets(deps, tx, task.projectId, source?.type === 'git' ? source.url : undefined);
    },
    options,
  );
