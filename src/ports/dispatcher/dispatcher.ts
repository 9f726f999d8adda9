/**
 * Carries "there is something to do", nothing else: the database stays the truth, and everybody who listens also looks by himself every few
 * seconds. A wake-up that is lost, late or doubled costs time only.
 *
 * Obligations of every adapter (checked by `dispatcher.contract.ts`): `announce` never throws for a listener's sake and never blocks on one;
 * several announcements may arrive as one; a subscriber hears announcements of other processes where the adapter joins processes; a lost
 * connection is made again, and then each subscriber is woken once.
 */
export const topics = ['tasks', 'scans', 'events', 'cancellations'] as const;
/** tasks: some became claimable. scans: one may be finalised. events: the outbox has more. cancellations: somebody cancelled. */
export type Topic = (typeof topics)[number];

export interface Dispatcher {
  readonly kind: 'in-process' | 'postgres-notify';
  /** Call it after the commit. */
  readonly announce: (topic: Topic) => void;
  /** Ends with the signal. `onWake` must not throw. */
  readonly subscribe: (topic: Topic, onWake: () => void, options: { readonly signal: AbortSignal }) => void;
  /** Nobody is woken after it; announcements made before it are still sent to other processes where that goes at once. Idempotent. */
  readonly close: () => Promise<void>;
}

export interface DispatcherOptions {
  /** A wake-up that could not be sent, or a listener that threw all the same. For the log; nothing has to be done about it. */
  readonly onTrouble: (what: string, error: unknown) => void;
  readonly signal: AbortSignal;
}
