import type { Caller } from '../../domain/caller.ts';
import type { CallOptions } from '../../lib/call-options.ts';
import { appendAudit } from '../../store/audit.ts';
import { runRetention } from './retention.ts';
import type { RetentionDependencies, RetentionStatistics } from './retention-run.ts';

export interface RetentionRequest {
  readonly dryRun: boolean;
  /** Absent: as the server is set. */
  readonly keepLatest?: boolean;
}

/**
 * A person runs the cleaner. It cleans the whole instance, so it is for those who operate it. What was removed stays removed when the call
 * breaks off; another one goes on where this one was.
 */
export type RetentionOnDemand = (caller: Caller, request: RetentionRequest, options: CallOptions) => Promise<RetentionStatistics>;

/** Who asked is in the audit trail before anything is gone; a rehearsal leaves no trace there. */
export const createRetentionOnDemand =
  (deps: RetentionDependencies): RetentionOnDemand =>
  async (caller, { dryRun, keepLatest = deps.limits.keepLatest }, { signal }) => {
    if (!dryRun) {
      await deps.asOrganization(caller.organizationId).transaction(
        (tx) =>
          appendAudit(tx, {
            actor: caller.actor,
            action: 'retention.requested',
            resourceType: 'organization',
            resourceId: caller.organizationId,
            data: { keep_latest: keepLatest, request_id: caller.requestId },
            at: new Date(deps.clock.now()),
          }),
        { signal },
      );
    }
    return runRetention({ ...deps, limits: { ...deps.limits, keepLatest } }, { dryRun, signal });
  };
