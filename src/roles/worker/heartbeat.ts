import { type Transferable, Worker } from 'node:worker_threads';
import type { LeasedTask } from '../../domain/lease-service.ts';
import { killGroup } from '../../lib/child-process.ts';
import { monotonicMs } from '../../lib/clock.ts';
import { AppError, messageOf } from '../../lib/errors.ts';
import type { Logger } from '../../lib/log.ts';
import {
  createLeaseState,
  endOf,
  type HeartbeatCommand,
  type HeartbeatReport,
  type HeartbeatSetup,
  type Hold,
  isOverdue,
  type LeaseEnd,
  type LeaseServiceSource,
  markEnd,
} from './heartbeat-messages.ts';

/** A lease of this worker, from the claim to the end of its task. */
export interface HeldLease {
  /** Aborted as soon as the lease is not this worker's any more. */
  readonly signal: AbortSignal;
  /** Why it is not; undefined while it holds. Looks at the clock itself: to be asked before anything that must not be done twice. */
  readonly endedFor: () => LeaseEnd | undefined;
  /** Killed by the heartbeat thread when the lease ends; undefined when the process has ended. */
  readonly setProcess: (pid: number | undefined) => void;
  readonly log: (level: 'debug' | 'info' | 'warn' | 'error', message: string) => void;
  /** Resolves when the lines so far were sent, or could not be. */
  readonly flush: () => Promise<void>;
  /** The task is over: nothing is renewed any more. */
  readonly drop: () => void;
}

export interface Heartbeat {
  /** False until the thread has a way to the server; nothing should be claimed before. */
  readonly isReady: () => boolean;
  /** `sentAtMs`: when the claim was sent, on the monotonic clock; the lease counts from there. */
  readonly hold: (task: LeasedTask, sentAtMs: number) => HeldLease;
  readonly beatNow: () => void;
  /** Tells the server that this worker takes nothing more. */
  readonly drain: () => void;
  readonly close: () => Promise<void>;
}

export interface HeartbeatOptions {
  readonly source: LeaseServiceSource;
  /** Ports in `source.data`. */
  readonly transfer?: readonly Transferable[];
  readonly workerId: string;
  readonly intervalMs: number;
  readonly log: Logger;
  /** Wall clock of log lines. */
  readonly now: () => number;
  readonly onReady: () => void;
  /** The server does not know this worker any more. */
  readonly onUnknown: () => void;
  /** The thread died, which is a defect; every lease was given up. */
  readonly onBroken: (error: AppError) => void;
}

export type StartHeartbeat = (options: HeartbeatOptions) => Heartbeat;

interface Held {
  readonly hold: Hold;
  readonly controller: AbortController;
  pid: number | undefined;
}

const flushMs = 2000;
const threadUrl = (): URL => new URL(`./heartbeat-thread${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url);

const reasonOf = (end: LeaseEnd): AppError =>
  end === 'cancel' ? new AppError('cancelled', 'the scan was cancelled') : new AppError('worker_lost', `the lease of the task is ${end}`);

/** Starts the thread that keeps the leases, and speaks to it. */
export const startHeartbeat: StartHeartbeat = (options) => {
  const { log } = options;
  const held = new Map<number, Held>();
  const flushes = new Map<number, () => void>();
  let nextToken = 0;
  let nextId = 0;
  let isReady = false;
  let isClosing = false;

  const setup: HeartbeatSetup = { source: options.source, workerId: options.workerId, intervalMs: options.intervalMs };
  const thread = new Worker(threadUrl(), { workerData: setup, transferList: [...(options.transfer ?? [])], stdout: false });
  const send = (command: HeartbeatCommand): void => thread.postMessage(command);
  const give = (each: Held, end: LeaseEnd): void => {
    if (!each.controller.signal.aborted) each.controller.abort(reasonOf(end));
  };

  const take = (report: HeartbeatReport): void => {
    switch (report.type) {
      case 'ready':
        isReady = true;
        return options.onReady();
      case 'ended': {
        const each = held.get(report.id);
        if (each !== undefined) give(each, report.reason);
        return;
      }
      case 'beaten':
        flushes.get(report.token)?.();
        return;
      case 'unknown':
        return options.onUnknown();
      case 'trouble':
        return log.warn('heartbeats do not reach the server', { error: report.message });
      case 'recovered':
        return log.info('heartbeats reach the server again');
    }
  };
  const onDeath = (error: AppError): void => {
    if (isClosing) return;
    isClosing = true;
    for (const each of held.values()) {
      markEnd(each.hold, 'fenced');
      if (each.pid !== undefined) killGroup(each.pid);
      give(each, 'fenced');
    }
    options.onBroken(error);
  };
  let death: unknown;
  thread.on('message', take);
  thread.on('error', (error: unknown) => {
    death = error;
  });
  const gone = new Promise<void>((resolve) => {
    thread.once('exit', (code) => {
      onDeath(new AppError('internal', `the heartbeat thread ended: ${death === undefined ? `code ${code}` : messageOf(death)}`));
      for (const resume of flushes.values()) resume();
      resolve();
    });
  });

  const flush = (): Promise<void> =>
    new Promise((resolve) => {
      if (isClosing) return resolve();
      const token = nextToken++;
      const end = (): void => {
        clearTimeout(timer);
        flushes.delete(token);
        resolve();
      };
      const timer = setTimeout(end, flushMs);
      flushes.set(token, end);
      send({ type: 'beat', token });
    });

  return {
    isReady: () => isReady,
    hold: (task, sentAtMs) => {
      const id = nextId++;
      const hold: Hold = { id, lease: task.lease, leaseMs: task.leaseMs, state: createLeaseState(sentAtMs) };
      const each: Held = { hold, controller: new AbortController(), pid: undefined };
      held.set(id, each);
      send({ type: 'hold', hold });
      return {
        signal: each.controller.signal,
        endedFor: () => {
          if (isOverdue(hold, monotonicMs())) markEnd(hold, 'fenced');
          const end = endOf(hold);
          if (end !== undefined) give(each, end);
          return end;
        },
        setProcess: (pid) => {
          each.pid = pid;
          send({ type: 'process', id, pid });
        },
        log: (level, message) => send({ type: 'log', id, line: { at: new Date(options.now()).toISOString(), level, message } }),
        flush,
        drop: () => {
          held.delete(id);
          send({ type: 'drop', id });
        },
      };
    },
    beatNow: () => send({ type: 'beat' }),
    drain: () => send({ type: 'drain' }),
    close: async () => {
      isClosing = true;
      send({ type: 'close' });
      const timer = setTimeout(() => void thread.terminate(), flushMs);
      await gone;
      clearTimeout(timer);
    },
  };
};
