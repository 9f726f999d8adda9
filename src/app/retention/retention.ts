import { messageOf } from '../../lib/errors.ts';
import {
  beginRetentionRun,
  databaseNow,
  deleteRetentionRunsBefore,
  endRetentionRun,
  forgetDeletedArtifacts,
  wasRetentionDone,
} from '../../store/retention.ts';
import type { RetentionRule } from '../../store/scan-removal.ts';
import { removeExpiredArtifacts } from './expired-artifacts.ts';
import { removeOldScans } from './old-scans.ts';
import { removeOrphanBlobs } from './orphan-blobs.ts';
import {
  type RetentionDependencies,
  type RetentionOptions,
  type RetentionRunContext,
  type RetentionStatistics,
  statisticsRecord,
} from './retention-run.ts';
import { removeSpentRecords } from './spent-records.ts';

const dayMs = 24 * 3_600_000;
const keepRunsMs = 400 * dayMs;

/** True when the cleaner has not been through for a day: a server that is off at night would never clean. */
export const isRetentionOverdue = (
  deps: Pick<RetentionDependencies, 'system'>,
  { signal }: { readonly signal: AbortSignal },
): Promise<boolean> => deps.system.transaction(async (tx) => !(await wasRetentionDone(tx, dayMs)), { signal, readOnly: true });

const before = (now: Date, ageMs: number): Date => new Date(now.getTime() - ageMs);

/**
 * The cleaner. Removes ended scans past the retention with everything they own, artifacts past their end, bytes that belong to nothing, and
 * records that have served; keeps the newest full scan of each project and ref, baselines, issues and their decisions, usage and audit.
 * Small transactions: it can be interrupted anywhere and run again, by several processes at once too.
 */
export const runRetention = async (deps: RetentionDependencies, { dryRun, signal }: RetentionOptions): Promise<RetentionStatistics> => {
  const runId = deps.newId();
  const log = deps.log.with({ retention_run_id: runId, dry_run: dryRun });
  const now = await deps.system.transaction(
    async (tx) => {
      await beginRetentionRun(tx, { id: runId, dryRun });
      return databaseNow(tx);
    },
    { signal },
  );
  const { retentionMs, keepLatest, eventRetentionMs } = deps.limits;
  const rule: RetentionRule = { endedBefore: before(now, retentionMs), keepLatest };
  const run: RetentionRunContext = { runId, now, rule, dryRun, signal };

  // In an order in which nothing is counted twice: what goes with a scan is counted with it, keys before they would go with one.
  const spent = await removeSpentRecords(deps, run, { eventsBefore: before(now, eventRetentionMs), workersBefore: rule.endedBefore });
  const scans = await removeOldScans(deps, run);
  const artifacts = await removeExpiredArtifacts(deps, run);
  const orphans = await removeOrphanBlobs(deps, run);
  const statistics: RetentionStatistics = {
    scans: scans.scans,
    findings: scans.findings,
    artifacts: scans.artifacts + artifacts.count,
    artifactBytes: scans.artifactBytes + artifacts.bytes,
    orphanBlobs: orphans.count,
    orphanBytes: orphans.bytes,
    ...spent,
  };

  if (!dryRun) {
    await deps.blobs.sweep({ olderThanMs: dayMs, signal }).catch((error: unknown) => {
      if (signal.aborted) throw error;
      log.warn('leftovers of uploads could not be swept', { error: messageOf(error) });
    });
  }
  await deps.system.transaction(
    async (tx) => {
      if (!dryRun) {
        await forgetDeletedArtifacts(tx, rule.endedBefore);
        await deleteRetentionRunsBefore(tx, before(now, keepRunsMs));
      }
      await endRetentionRun(tx, runId, statisticsRecord(statistics));
    },
    { signal },
  );
  log.info(dryRun ? 'retention rehearsed' : 'retention done', statisticsRecord(statistics));
  return statistics;
};
