import { placeUnplacedEvents } from '../../store/events.ts';
import type { SystemDb } from '../../store/system-tx.ts';
import type { AppDependencies } from '../dependencies.ts';

const batchSize = 1000;

/**
 * Gives every committed event its place in the order that consumers resume by, and wakes them. Safe from several processes at once, and a
 * process that dies in the middle costs nothing: what it had not placed is placed by the next. Number of events placed.
 */
export const placeEvents = async (
  deps: Pick<AppDependencies, 'dispatcher'> & { readonly system: SystemDb },
  { signal }: { readonly signal: AbortSignal },
): Promise<number> => {
  let placed = 0;
  for (;;) {
    const batch = await deps.system.transaction((tx) => placeUnplacedEvents(tx, batchSize), { signal });
    placed += batch;
    if (batch > 0) deps.dispatcher.announce('events');
    if (batch < batchSize) return placed;
  }
};
