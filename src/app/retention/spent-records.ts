import { countEventsBefore, deleteEventsBefore } from '../../store/events.ts';
import { countExpiredKeys, countForgottenWorkers, deleteExpiredKeys, deleteForgottenWorkers } from '../../store/retention.ts';
import type { RetentionDependencies, RetentionRunContext, RetentionStatistics } from './retention-run.ts';

const eventBatch = 5000;

/** Records that nobody resumes by or asks for any more. */
export const removeSpentRecords = async (
  deps: RetentionDependencies,
  { now, dryRun, signal }: RetentionRunContext,
  { eventsBefore, workersBefore }: { readonly eventsBefore: Date; readonly workersBefore: Date },
): Promise<Pick<RetentionStatistics, 'events' | 'submissionKeys' | 'workers'>> => {
  if (dryRun) {
    return deps.system.transaction(
      async (tx) => ({
        events: await countEventsBefore(tx, eventsBefore),
        submissionKeys: await countExpiredKeys(tx, now),
        workers: await countForgottenWorkers(tx, workersBefore),
      }),
      { signal, readOnly: true },
    );
  }
  let events = 0;
  for (;;) {
    const deleted = await deps.system.transaction((tx) => deleteEventsBefore(tx, eventsBefore, eventBatch), { signal });
    events += deleted;
    if (deleted === 0) break;
  }
  return deps.system.transaction(
    async (tx) => ({
      events,
      submissionKeys: await deleteExpiredKeys(tx, now),
      workers: await deleteForgottenWorkers(tx, workersBefore),
    }),
    { signal },
  );
};
