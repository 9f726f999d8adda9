import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { abortReason, throwIfAborted } from '../../../lib/abort.ts';
import { unavailable } from './failures.ts';
import type { ConnectionSettings } from './settings.ts';

const firstPauseMs = 100;
const longestPauseMs = 10_000;

const quoteIdentifier = (name: string): string => `"${name.replaceAll('"', '""')}"`;

interface Listening {
  /** Resolves when the connection is gone, for whatever reason. */
  readonly ended: Promise<void>;
  readonly stop: () => void;
}

const connect = async (settings: ConnectionSettings, channel: string, onNotice: (payload: string) => void): Promise<Listening> => {
  const client = new Client(settings.config);
  const { promise: ended, resolve } = Promise.withResolvers<void>();
  client.on('error', () => resolve());
  client.on('end', () => resolve());
  client.on('notification', ({ channel: of, payload }) => {
    if (of === channel) onNotice(payload ?? '');
  });
  const stop = (): void => {
    void client.end().catch(() => undefined);
  };
  try {
    await client.connect();
    await client.query(`listen ${quoteIdentifier(channel)}`);
    return { ended, stop };
  } catch (error) {
    stop();
    throw unavailable(settings.place, error);
  }
};

/**
 * Listens on a connection of its own until the signal ends. When that breaks it is made again, after pauses that grow to ten seconds (the
 * half of each by chance, so that not all processes come back at once), and `onNotice` is called without payload: something may have been missed.
 */
export const listenOn = async (
  settings: ConnectionSettings,
  channel: string,
  onNotice: (payload: string | undefined) => void,
  signal: AbortSignal,
): Promise<void> => {
  throwIfAborted(signal);
  let current: Listening | undefined;
  const onAbort = (): void => current?.stop();

  const reconnect = async (): Promise<Listening | undefined> => {
    for (let pauseMs = firstPauseMs; !signal.aborted; pauseMs = Math.min(pauseMs * 2, longestPauseMs)) {
      await sleep(pauseMs / 2 + (Math.random() * pauseMs) / 2, undefined, { signal, ref: false }).catch(() => undefined);
      if (signal.aborted) return undefined;
      try {
        return await connect(settings, channel, onNotice);
      } catch {
        // Tried again after the next pause.
      }
    }
    return undefined;
  };
  const keep = async (): Promise<void> => {
    while (current !== undefined && !signal.aborted) {
      await current.ended;
      current = signal.aborted ? undefined : await reconnect();
      if (current !== undefined && !signal.aborted) onNotice(undefined);
    }
    current?.stop();
  };

  const connecting = connect(settings, channel, onNotice);
  const aborted = Promise.withResolvers<never>();
  const giveUp = (): void => aborted.reject(abortReason(signal));
  signal.addEventListener('abort', giveUp, { once: true });
  try {
    current = await Promise.race([connecting, aborted.promise]);
  } catch (error) {
    if (signal.aborted) {
      connecting.then(
        ({ stop }) => stop(),
        () => undefined,
      );
    }
    throw error;
  } finally {
    signal.removeEventListener('abort', giveUp);
  }
  signal.addEventListener('abort', onAbort, { once: true });
  void keep();
};
