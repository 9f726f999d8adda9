import type { ScanName } from '../../domain/scan-record.ts';
import { appendAudit } from '../../store/audit.ts';
import { retryConflicts } from '../../store/retry-conflicts.ts';
import { deleteScans, holdingsOf, holdScans, removableScans, type ScanHoldings, stillRemovable } from '../../store/scan-removal.ts';
import { deleteBlobs } from '../artifacts/delete-blobs.ts';
import type { RetentionDependencies, RetentionRunContext } from './retention-run.ts';

/** Names in one answer of the database. */
const chunkSize = 5000;
/** Scans in one transaction. */
const batchSize = 20;

interface OldScans extends Omit<ScanHoldings, 'storageKeys'> {
  readonly scans: number;
}

const nothing: OldScans & Pick<ScanHoldings, 'storageKeys'> = { scans: 0, findings: 0, artifacts: 0, artifactBytes: 0, storageKeys: [] };

/** Next to each other, of one organisation, at most {@link batchSize}. */
const batchesOf = (scans: readonly ScanName[]): readonly (readonly ScanName[])[] => {
  const batches: ScanName[][] = [];
  for (const scan of scans) {
    const last = batches.at(-1);
    if (last !== undefined && last.length < batchSize && last[0]?.organizationId === scan.organizationId) last.push(scan);
    else batches.push([scan]);
  }
  return batches;
};

export const removeOldScans = async (deps: RetentionDependencies, run: RetentionRunContext): Promise<OldScans> => {
  const { signal } = run;

  const removeBatch = (batch: readonly ScanName[], organizationId: string) =>
    deps.asOrganization(organizationId).transaction(
      async (tx) => {
        const scans = await stillRemovable(tx, run.dryRun ? batch : await holdScans(tx, batch), run.rule);
        if (scans.length === 0) return nothing;
        const holdings = await holdingsOf(tx, scans);
        if (run.dryRun) return { ...holdings, scans: scans.length, storageKeys: [] };
        await deleteScans(tx, scans);
        await appendAudit(tx, {
          actor: 'system',
          action: 'scans.expired',
          resourceType: 'retention_run',
          resourceId: run.runId,
          data: { scan_ids: scans.map((scan) => scan.scanId), findings: holdings.findings, artifacts: holdings.artifacts },
          at: new Date(deps.clock.now()),
        });
        return { ...holdings, scans: scans.length };
      },
      { signal },
    );

  const total = { scans: 0, findings: 0, artifacts: 0, artifactBytes: 0 };
  let after: ScanName | undefined;
  for (;;) {
    const names = await deps.system.transaction((tx) => removableScans(tx, run.rule, { after, limit: chunkSize }), {
      signal,
      readOnly: true,
    });
    for (const batch of batchesOf(names)) {
      const removed = await retryConflicts(() => removeBatch(batch, batch[0]?.organizationId ?? ''), { signal });
      await deleteBlobs(deps, removed.storageKeys, { signal });
      total.scans += removed.scans;
      total.findings += removed.findings;
      total.artifacts += removed.artifacts;
      total.artifactBytes += removed.artifactBytes;
    }
    after = names.at(-1);
    if (names.length < chunkSize) return total;
  }
};
