import { describe, expect, it } from 'vitest';
import type { Caller } from '../../domain/caller.ts';
import type { DomainEvent } from '../../domain/event.ts';
import type { Events } from './events.ts';
import { createFollowEvents } from './follow.ts';

const caller: Caller = { organizationId: 'o', actor: 'operator', requestId: 'r' };

/** Events in memory, and a bell that rings only when it is told to. */
const feed = (count: number) => {
  const log: DomainEvent[] = [];
  const listeners = new Set<() => void>();
  const add = (scanId = 's') =>
    log.push({
      organizationId: 'o',
      id: `e${log.length + 1}`,
      type: 'scan.created',
      schemaVersion: 1,
      subjectId: scanId,
      scanId,
      occurredAt: new Date(0),
      payload: {},
      position: log.length + 1,
    });
  for (let made = 0; made < count; made += 1) add();
  const events: Events = {
    after: async (_caller, { afterPosition, limit, scanId }) =>
      log.filter(({ position = 0, scanId: of }) => position > afterPosition && (scanId === undefined || of === scanId)).slice(0, limit),
    newestPosition: async () => log.length,
  };
  const subscribe = (_topic: unknown, onWake: () => void, { signal }: { readonly signal: AbortSignal }) => {
    listeners.add(onWake);
    signal.addEventListener('abort', () => listeners.delete(onWake));
  };
  const ring = () => {
    for (const listener of listeners) listener();
  };
  return { add, ring, listeners, follow: createFollowEvents({ events, dispatcher: { subscribe } }) };
};

describe('following events', () => {
  it('gives what was there in order, in batches, then what comes when it is woken', async () => {
    const { add, ring, listeners, follow } = feed(450);
    const stop = new AbortController();
    const seen: number[] = [];
    for await (const batch of follow(caller, { after: 10 }, { signal: stop.signal, heartbeatMs: 60_000 })) {
      seen.push(...batch.map(({ position = 0 }) => position));
      if (seen.length === 440) {
        add();
        ring();
      }
      if (seen.length === 441) stop.abort();
    }
    expect(seen).toEqual(Array.from({ length: 441 }, (_, index) => index + 11));
    expect(listeners.size).toBe(0);
  });

  it('starts with what is still to come, and sees it without being woken', async () => {
    const { add, follow } = feed(3);
    const stop = new AbortController();
    const seen: number[] = [];
    for await (const batch of follow(caller, { scanId: 't' }, { signal: stop.signal, heartbeatMs: 50 })) {
      seen.push(...batch.map(({ position = 0 }) => position));
      if (batch.length > 0) stop.abort();
      else if (seen.length === 0) {
        add('other');
        add('t');
      }
    }
    expect(seen.at(-1)).toBeGreaterThan(3);
  });

  it('says that nothing happened, and ends when the reader leaves', async () => {
    const { listeners, follow } = feed(0);
    for await (const batch of follow(caller, {}, { signal: new AbortController().signal, heartbeatMs: 20 })) {
      expect(batch).toEqual([]);
      break;
    }
    expect(listeners.size).toBe(0);
  });
});
