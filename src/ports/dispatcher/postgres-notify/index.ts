import { randomUUID } from 'node:crypto';
import type { Database } from '../../database/database.ts';
import { type Dispatcher, type DispatcherOptions, type Topic, topics } from '../dispatcher.ts';
import { createSubscribers } from '../subscribers.ts';

/** One channel for all topics: a connection that listens costs the server the same whatever it hears. */
const channel = 'sightline_wake';
const closeWithinMs = 2000;

const topicOf = (name: string): Topic | undefined => topics.find((topic) => topic === name);

/**
 * LISTEN/NOTIFY: joins every process that uses the same database. This process's own listeners are woken at once, without the way over
 * the server; its own notices come back and are ignored by the sender's name in them (`<topic>@<sender>`).
 */
export const openPostgresNotify = async (database: Database, options: DispatcherOptions): Promise<Dispatcher> => {
  const subscribers = createSubscribers(options);
  const sender = randomUUID();
  const ended = new AbortController();
  const signal = AbortSignal.any([options.signal, ended.signal]);
  const waiting = new Set<Topic>();
  let sending: Promise<void> | undefined;

  const sendAll = async (): Promise<void> => {
    while (waiting.size > 0) {
      const payloads = [...waiting].map((topic) => `${topic}@${sender}`);
      waiting.clear();
      try {
        await database.transaction(
          (tx) => tx.query(`select pg_notify('${channel}', payload) from unnest($1::text[]) as payload`, [payloads]),
          { signal },
        );
      } catch (error) {
        // Not tried again: whoever missed it looks by himself in a moment, and the next announcement tells of this one too.
        if (!signal.aborted) options.onTrouble('other processes could not be woken', error);
      }
    }
  };
  const send = (topic: Topic): void => {
    waiting.add(topic);
    sending ??= sendAll().finally(() => {
      sending = undefined;
    });
  };

  await database.listen(
    channel,
    (payload) => {
      // Without a payload: notices may have been lost with a connection.
      if (payload === undefined) return subscribers.wakeAll();
      const [name = '', from] = payload.split('@');
      const topic = topicOf(name);
      if (topic !== undefined && from !== sender) subscribers.wake(topic);
    },
    { signal },
  );

  return {
    kind: 'postgres-notify',
    announce: (topic) => {
      if (signal.aborted) return;
      subscribers.wake(topic);
      send(topic);
    },
    subscribe: (topic, onWake, { signal: until }) => {
      if (!signal.aborted) subscribers.add(topic, onWake, until);
    },
    close: async () => {
      subscribers.clear();
      const timer = setTimeout(() => ended.abort(), closeWithinMs);
      await sending;
      clearTimeout(timer);
      ended.abort();
    },
  };
};
