import type { Caller } from '../../domain/caller.ts';
import type { DomainEvent } from '../../domain/event.ts';
import type { CallOptions } from '../../lib/call-options.ts';
import { type EventRange, eventsAfter, newestPosition } from '../../store/events.ts';
import type { AppDependencies } from '../dependencies.ts';

/** What happened, for those who follow it: read, remember the last position, read on from there. Woken by the topic `events`. */
export interface Events {
  /** In the order of their positions. Events are kept for 30 days by default; a position that is older goes on with the oldest there is. */
  readonly after: (caller: Caller, range: EventRange, options: CallOptions) => Promise<readonly DomainEvent[]>;
  /** Where somebody starts who wants only what is still to come; 0 when there is nothing. */
  readonly newestPosition: (caller: Caller, options: CallOptions) => Promise<number>;
}

export const createEvents = (deps: Pick<AppDependencies, 'asOrganization'>): Events => ({
  after: (caller, range, { signal }) =>
    deps.asOrganization(caller.organizationId).transaction((tx) => eventsAfter(tx, range), { signal, readOnly: true }),
  newestPosition: (caller, { signal }) =>
    deps.asOrganization(caller.organizationId).transaction((tx) => newestPosition(tx), { signal, readOnly: true }),
});
