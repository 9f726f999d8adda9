import type { RetentionRule } from '../../store/scan-removal.ts';
import type { SystemDb } from '../../store/system-tx.ts';
import type { AppDependencies } from '../dependencies.ts';

/** What a run removed, or in a rehearsal what it would have. */
export interface RetentionStatistics {
  readonly scans: number;
  readonly findings: number;
  readonly artifacts: number;
  readonly artifactBytes: number;
  /** Bytes in the blob store that no row names, older than a day. */
  readonly orphanBlobs: number;
  readonly orphanBytes: number;
  readonly events: number;
  readonly submissionKeys: number;
  readonly workers: number;
}

/** As it is stored, logged and answered. */
export const statisticsRecord = (statistics: RetentionStatistics) => ({
  scans: statistics.scans,
  findings: statistics.findings,
  artifacts: statistics.artifacts,
  artifact_bytes: statistics.artifactBytes,
  orphan_blobs: statistics.orphanBlobs,
  orphan_bytes: statistics.orphanBytes,
  events: statistics.events,
  submission_keys: statistics.submissionKeys,
  workers: statistics.workers,
});

export interface RetentionOptions {
  /** Counts only; the numbers are those a real run at this moment would give. */
  readonly dryRun: boolean;
  readonly signal: AbortSignal;
}

export type RetentionDependencies = Pick<AppDependencies, 'asOrganization' | 'clock' | 'newId' | 'blobs' | 'log' | 'limits'> & {
  readonly system: SystemDb;
};

/** One run: what it is, and where it stops. */
export interface RetentionRunContext extends RetentionOptions {
  readonly runId: string;
  /** By the database's clock, fixed for the whole run. */
  readonly now: Date;
  readonly rule: RetentionRule;
}
