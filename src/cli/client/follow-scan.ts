import { type ScanDetailWire, scanDetailShape } from '../../api/wire/scans.ts';
import { isTerminalScan } from '../../domain/scan-record.ts';
import { abortReason } from '../../lib/abort.ts';
import { errorSpec } from '../../lib/errors.ts';
import { readEvents } from './event-stream.ts';
import type { HttpClient } from './http-client.ts';

/** Between two looks while events come; each event means a look at once. */
const lookWithEventsMs = 10_000;
/** Without events, which a proxy may swallow. */
const lookAloneMs = 1500;
/** A server that restarts is waited for so long. */
const patienceMs = 120_000;
/** A busy scan has many events; it is not looked at more often than this. */
const quietMs = 200;

export interface FollowOptions {
  readonly signal: AbortSignal;
  readonly nowMs: () => number;
  /** Each look, the last one too. */
  readonly onLook: (scan: ScanDetailWire) => void;
  /** The server cannot be reached just now; undefined when it answers again. */
  readonly onTrouble: (error: unknown) => void;
}

/** A wait that somebody can end early. */
const createAlarm = (signal: AbortSignal): { readonly wait: (forMs: number) => Promise<void>; readonly ring: () => void } => {
  let isDue = false;
  let end: (() => void) | undefined;
  return {
    ring: () => {
      isDue = true;
      end?.();
    },
    wait: (forMs) =>
      new Promise((done) => {
        const finish = (): void => {
          clearTimeout(timer);
          signal.removeEventListener('abort', finish);
          end = undefined;
          isDue = false;
          done();
        };
        const timer = setTimeout(finish, forMs);
        signal.addEventListener('abort', finish, { once: true });
        end = finish;
        if (isDue || signal.aborted) finish();
      }),
  };
};

/**
 * Looks at a scan until it has ended. Events make it prompt, but nothing depends on them: it also looks by itself, and waits for a server
 * that restarts. @throws AppError when the scan is gone, the token is refused, or the server stays away
 */
export const followScan = async (client: HttpClient, scanId: string, options: FollowOptions): Promise<ScanDetailWire> => {
  const { signal, nowMs, onLook, onTrouble } = options;
  const ended = new AbortController();
  const until = AbortSignal.any([signal, ended.signal]);
  const alarm = createAlarm(until);
  let hasEvents = false;

  const listen = async (): Promise<void> => {
    let lastId: string | undefined;
    const pause = createAlarm(until);
    while (!until.aborted) {
      try {
        const path = `/api/v1/scans/${scanId}/events`;
        const headers = { accept: 'text/event-stream', ...(lastId === undefined ? {} : { 'last-event-id': lastId }) };
        const stream = await client.open({ path, headers }, until);
        hasEvents = true;
        for await (const event of readEvents(stream)) {
          lastId = event.id ?? lastId;
          alarm.ring();
        }
      } catch {
        // Looking goes on by itself; the next turn listens again.
      }
      hasEvents = false;
      await pause.wait(lookAloneMs);
    }
  };

  const listening = listen();
  let lastAnswerAtMs = nowMs();
  try {
    for (;;) {
      try {
        const scan = await client.ask(scanDetailShape, { path: `/api/v1/scans/${scanId}` });
        lastAnswerAtMs = nowMs();
        onTrouble(undefined);
        onLook(scan);
        if (isTerminalScan(scan.state)) return scan;
      } catch (error) {
        if (signal.aborted || !errorSpec(error).retryable || nowMs() - lastAnswerAtMs > patienceMs) throw error;
        onTrouble(error);
      }
      await createAlarm(until).wait(quietMs);
      await alarm.wait(hasEvents ? lookWithEventsMs : lookAloneMs);
      if (signal.aborted) throw abortReason(signal);
    }
  } finally {
    ended.abort();
    await listening;
  }
};
