import type { Caller } from '../../domain/caller.ts';
import type { DomainEvent } from '../../domain/event.ts';
import { monotonicMs } from '../../lib/clock.ts';
import { createWaker } from '../../lib/waker.ts';
import type { Dispatcher } from '../../ports/dispatcher/dispatcher.ts';
import type { Events } from './events.ts';

export interface FollowRange {
  /** Position to go on after; absent: only what is still to come. */
  readonly after?: number;
  readonly scanId?: string;
}

export interface FollowOptions {
  readonly signal: AbortSignal;
  /** An empty batch is given when nothing happened for so long. */
  readonly heartbeatMs: number;
}

/** Events as they come, in batches, in order, none left out and none twice; ends with the signal. */
export type FollowEvents = (caller: Caller, range: FollowRange, options: FollowOptions) => AsyncIterable<readonly DomainEvent[]>;

/** Wake-ups may get lost, so everybody looks by himself now and then. */
const lookMs = 2000;
const batchSize = 200;

export const createFollowEvents = (deps: { readonly events: Events; readonly dispatcher: Pick<Dispatcher, 'subscribe'> }): FollowEvents =>
  async function* follow(caller, range, { signal, heartbeatMs }) {
    const waker = createWaker();
    const ended = new AbortController();
    const end = AbortSignal.any([signal, ended.signal]);
    // Before the first look, so that nothing falls in between.
    deps.dispatcher.subscribe('events', waker.wake, { signal: end });
    try {
      let position = range.after ?? (await deps.events.newestPosition(caller, { signal }));
      let saidAt = monotonicMs();
      while (!signal.aborted) {
        const scan = range.scanId === undefined ? {} : { scanId: range.scanId };
        const batch = await deps.events.after(caller, { afterPosition: position, ...scan, limit: batchSize }, { signal });
        if (batch.length > 0) {
          position = batch.at(-1)?.position ?? position;
          saidAt = monotonicMs();
          yield batch;
          if (batch.length === batchSize) continue;
        }
        await waker.sleep(Math.max(0, Math.min(lookMs, saidAt + heartbeatMs - monotonicMs())), { signal });
        if (!signal.aborted && monotonicMs() - saidAt >= heartbeatMs) {
          saidAt = monotonicMs();
          yield [];
        }
      }
    } catch (error) {
      if (!signal.aborted) throw error;
    } finally {
      ended.abort();
    }
  };
