import type { ScanName, ScanState } from '../../domain/scan-record.ts';
import { appendAudit } from '../../store/audit.ts';
import { giveScanPlaceBack } from '../../store/organization-load.ts';
import { countTasksCancelled, moveScan, type ScanMove, type ScanMoveFields } from '../../store/scan-state.ts';
import { removeActiveKey } from '../../store/submission-keys.ts';
import { cancelTasksOfScan } from '../../store/task-changes.ts';
import { holdTasksOfScan } from '../../store/tasks.ts';
import type { OrgTx } from '../../store/tx.ts';
import type { AppDependencies } from '../dependencies.ts';

export interface ScanEnd {
  readonly to: Extract<ScanState, 'completed' | 'failed' | 'cancelled'>;
  readonly fields: ScanMoveFields;
  /** Who ended it: a person, or `system`. */
  readonly actor: string;
  /** Between the move and what follows; its time is not spent holding what the whole organisation waits for. */
  readonly afterMove?: (move: Extract<ScanMove, { moved: true }>) => Promise<void>;
}

/**
 * The one way a scan ends: its tasks, state, events, key and place in the queue, and its one entry in the audit trail, in the caller's
 * transaction. Locks are taken in the order all writers keep: tasks, scan, organisation.
 */
export const endScan = async (
  deps: Pick<AppDependencies, 'clock' | 'newId'>,
  tx: OrgTx,
  name: ScanName,
  end: ScanEnd,
): Promise<ScanMove> => {
  await holdTasksOfScan(tx, name);
  const cancelled = end.to === 'completed' ? 0 : await cancelTasksOfScan(tx, name);
  await countTasksCancelled(tx, name, cancelled);
  const move = await moveScan(tx, name, end.to, end.fields, deps);
  if (!move.moved) return move;
  await removeActiveKey(tx, name.scanId);
  await end.afterMove?.(move);
  await giveScanPlaceBack(tx);
  const { scan } = move;
  await appendAudit(tx, {
    actor: end.actor,
    action: `scan.${end.to}`,
    resourceType: 'scan',
    resourceId: scan.id,
    data: {
      project_id: scan.projectId,
      findings: scan.findingsTotal,
      coverage: scan.coverage,
      gate: scan.gate?.state,
      reason: scan.cancelReason,
      error_code: scan.error?.code,
    },
    at: new Date(deps.clock.now()),
  });
  return move;
};
