import type { Caller } from '../../domain/caller.ts';
import type { ScanName, ScanRecord } from '../../domain/scan-record.ts';
import { AppError } from '../../lib/errors.ts';
import { deleteArtifactsOfScan } from '../../store/artifacts.ts';
import { appendAudit } from '../../store/audit.ts';
import { retryConflicts } from '../../store/retry-conflicts.ts';
import { forgetScanInProject } from '../../store/scan-projects.ts';
import { deleteScan, findScan, scanNameIn } from '../../store/scans.ts';
import type { OrgTx } from '../../store/tx.ts';
import { deleteBlobs } from '../artifacts/delete-blobs.ts';
import type { AppDependencies } from '../dependencies.ts';
import { notFound } from '../not-found.ts';
import { endScan } from './end-scan.ts';
import type { Scans } from './scans.ts';

type EndDependencies = Pick<AppDependencies, 'asOrganization' | 'clock' | 'newId' | 'dispatcher' | 'blobs' | 'log'>;

const cancelIn = async (deps: EndDependencies, tx: OrgTx, name: ScanName, actor: string, cancelReason: string): Promise<ScanRecord> => {
  const move = await endScan(deps, tx, name, { to: 'cancelled', fields: { cancelReason }, actor });
  if (move.moved) return move.scan;
  const scan = await findScan(tx, name);
  if (scan === undefined) throw notFound('scan', name.scanId);
  if (scan.state === 'cancelled') return scan;
  throw new AppError('scan_ended', `scan ${scan.id} has ended (${scan.state}) and cannot be cancelled any more`);
};

/** Keys of the objects it had; they may go once the transaction is committed. */
const removeIn = async (deps: EndDependencies, tx: OrgTx, name: ScanName, caller: Caller): Promise<readonly string[]> => {
  await endScan(deps, tx, name, { to: 'cancelled', fields: { cancelReason: 'removed' }, actor: caller.actor });
  const scan = await findScan(tx, name, 'update');
  if (scan === undefined) throw notFound('scan', name.scanId);
  await forgetScanInProject(tx, scan);
  const storageKeys = await deleteArtifactsOfScan(tx, scan.id);
  await deleteScan(tx, name);
  await appendAudit(tx, {
    actor: caller.actor,
    action: 'scan.removed',
    resourceType: 'scan',
    resourceId: scan.id,
    data: { project_id: scan.projectId, state: scan.state, findings: scan.findingsTotal, request_id: caller.requestId },
    at: new Date(deps.clock.now()),
  });
  return storageKeys;
};

export const createEndings = (deps: EndDependencies): Pick<Scans, 'cancel' | 'remove'> => {
  /** Told after the commit: who runs work for it stops at the latest with the next heartbeat. */
  const announceEnd = (): void => {
    deps.dispatcher.announce('cancellations');
    deps.dispatcher.announce('tasks');
    deps.dispatcher.announce('events');
  };

  return {
    cancel: async (caller, scanId, reason, { signal }) => {
      const name = scanNameIn(caller.organizationId, scanId);
      if (name === undefined) throw notFound('scan', scanId);
      const organization = deps.asOrganization(caller.organizationId);
      const scan = await retryConflicts(
        () => organization.transaction((tx) => cancelIn(deps, tx, name, caller.actor, reason), { signal }),
        { signal },
      );
      announceEnd();
      return scan;
    },

    remove: async (caller, scanId, { signal }) => {
      const name = scanNameIn(caller.organizationId, scanId);
      if (name === undefined) throw notFound('scan', scanId);
      const organization = deps.asOrganization(caller.organizationId);
      const storageKeys = await retryConflicts(() => organization.transaction((tx) => removeIn(deps, tx, name, caller), { signal }), {
        signal,
      });
      announceEnd();
      // The scan is gone for good; an object that stays behind belongs to nothing, and retention finds it.
      await deleteBlobs(deps, storageKeys, { signal });
    },
  };
};
