import type { Caller } from '../../domain/caller.ts';
import type { CallOptions } from '../../lib/call-options.ts';
import { isAppError } from '../../lib/errors.ts';
import { deleteArtifactsOfProject } from '../../store/artifacts.ts';
import { deleteProject, findProject } from '../../store/projects.ts';
import { retryConflicts } from '../../store/retry-conflicts.ts';
import { activeScansOfProject, deleteScans, endedScansOfProject, holdingsOf, holdScans } from '../../store/scan-removal.ts';
import type { OrgTx } from '../../store/tx.ts';
import { deleteBlobs } from '../artifacts/delete-blobs.ts';
import type { AppDependencies } from '../dependencies.ts';
import { notFound } from '../not-found.ts';
import type { Scans } from '../scans/scans.ts';
import { auditProject } from './project-audit.ts';

export type ProjectDependencies = AppDependencies & { readonly scans: Pick<Scans, 'remove'> };

/** Scans in one transaction: enough to be quick, few enough that others wait for a moment only. */
const batchSize = 20;

/**
 * Scan by scan, then the rest, so that no transaction grows with the project. What is interrupted in the middle leaves a project with fewer
 * scans, which can be removed again; bytes whose row is gone are found by retention.
 */
export const removeProject = async (deps: ProjectDependencies, caller: Caller, projectId: string, options: CallOptions): Promise<void> => {
  const database = deps.asOrganization(caller.organizationId);
  const transaction = <Result>(work: (tx: OrgTx) => Promise<Result>): Promise<Result> =>
    retryConflicts(() => database.transaction(work, options), options);

  const cancelActive = async (): Promise<void> => {
    const active = await transaction(async (tx) => {
      if ((await findProject(tx, projectId)) === undefined) throw notFound('project', projectId);
      return activeScansOfProject(tx, projectId, batchSize);
    });
    for (const scanId of active) {
      await deps.scans.remove(caller, scanId, options).catch((error: unknown) => {
        if (!isAppError(error, 'not_found')) throw error;
      });
    }
    if (active.length === batchSize) await cancelActive();
  };

  const removeEnded = async (): Promise<void> => {
    const { removed, storageKeys } = await transaction(async (tx) => {
      const scans = await holdScans(tx, await endedScansOfProject(tx, projectId, batchSize));
      if (scans.length === 0) return { removed: 0, storageKeys: [] };
      const { storageKeys } = await holdingsOf(tx, scans);
      await deleteScans(tx, scans);
      return { removed: scans.length, storageKeys };
    });
    await deleteBlobs(deps, storageKeys, options);
    if (removed === batchSize) await removeEnded();
  };

  /** Undefined when somebody put a scan into it meanwhile. */
  const removeRest = (): Promise<readonly string[] | undefined> =>
    transaction(async (tx) => {
      const project = await findProject(tx, projectId, 'remove');
      if (project === undefined) throw notFound('project', projectId);
      if ((await activeScansOfProject(tx, projectId, 1)).length > 0) return undefined;
      const storageKeys = await deleteArtifactsOfProject(tx, projectId);
      await deleteProject(tx, projectId);
      await auditProject(deps, tx, caller, 'project.removed', projectId, { slug: project.slug, name: project.name });
      return storageKeys;
    });

  for (;;) {
    await cancelActive();
    await removeEnded();
    const storageKeys = await removeRest();
    if (storageKeys === undefined) continue;
    await deleteBlobs(deps, storageKeys, options);
    return;
  }
};
