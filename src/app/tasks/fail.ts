import type { FailOutcome, FailRequest, LeaseName } from '../../domain/lease-service.ts';
import { type Decision, fail, release } from '../../domain/task-lifecycle.ts';
import type { TaskRecord } from '../../domain/task-record.ts';
import type { CallOptions } from '../../lib/call-options.ts';
import { retryConflicts } from '../../store/retry-conflicts.ts';
import { findTask } from '../../store/tasks.ts';
import { endAttempts } from './end-attempts.ts';
import type { LeaseDependencies } from './lease-dependencies.ts';

/** Decides on the locked task, carries it out and wakes whom it concerns. */
const decide = async <Answer>(
  deps: LeaseDependencies,
  lease: LeaseName,
  rule: (task: TaskRecord | undefined) => Decision<Answer>,
  { signal }: CallOptions,
): Promise<Decision<Answer>> => {
  const decision = await retryConflicts(
    () =>
      deps.asOrganization(lease.organizationId).transaction(
        async (tx) => {
          const task = await findTask(tx, lease, 'update');
          const decided = rule(task);
          const { change } = decided;
          if (task !== undefined && (change?.to === 'queued' || change?.to === 'failed')) await endAttempts(tx, [{ task, change }], deps);
          return decided;
        },
        { signal },
      ),
    { signal },
  );
  if (decision.change === undefined) return decision;
  deps.dispatcher.announce(decision.change.to === 'queued' ? 'tasks' : 'scans');
  deps.dispatcher.announce('events');
  return decision;
};

export const failTask = async (deps: LeaseDependencies, request: FailRequest, options: CallOptions): Promise<FailOutcome> => {
  const random = deps.random();
  const { answer, change } = await decide(deps, request, (task) => fail(task, request, request, random), options);
  // Of a message that was told before the wait is not known any more; it only tells when to look again.
  return answer === 'requeued' ? { state: 'requeued', delayMs: change?.to === 'queued' ? change.delayMs : 0 } : { state: answer };
};

export const releaseTask = async (deps: LeaseDependencies, lease: LeaseName, options: CallOptions): Promise<'released' | 'lost'> =>
  (await decide(deps, lease, (task) => release(task, lease), options)).answer;
