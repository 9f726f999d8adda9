import type { WorkerLogLine } from '../../domain/lease-service.ts';
import { withDeadline } from '../../lib/abort.ts';
import { AppError, messageOf } from '../../lib/errors.ts';
import type { Waker } from '../../lib/waker.ts';
import {
  confirm,
  endOf,
  type HeartbeatCommand,
  type HeartbeatReport,
  type Hold,
  isOverdue,
  type LeaseEnd,
  markEnd,
  type OpenedLeaseService,
} from './heartbeat-messages.ts';

/** The server takes no more of one lease at once. */
const linesPerBeat = 200;
/** Older lines beyond these are dropped while the server is away. */
const keptLines = 1000;
const shortestFailureMs = 100;

interface Held extends Hold {
  pid: number | undefined;
  lines: readonly WorkerLogLine[];
}

export interface HeartbeatLoopDependencies {
  readonly workerId: string;
  readonly intervalMs: number;
  /** Undefined while there is no way to the server. */
  readonly service: () => Pick<OpenedLeaseService, 'leases' | 'isQueued'> | undefined;
  readonly report: (report: HeartbeatReport) => void;
  /** SIGKILL to a process group. */
  readonly kill: (pid: number) => void;
  readonly monotonicMs: () => number;
  readonly waker: Waker;
}

export interface HeartbeatLoop {
  readonly take: (command: Exclude<HeartbeatCommand, { type: 'close' }>) => void;
  /** Gives up what is overdue. To be called often. */
  readonly watch: () => void;
  /** Beats until the signal ends. */
  readonly run: (options: { readonly signal: AbortSignal }) => Promise<void>;
}

/** Renews the leases of one worker, ends the engines of those it lost, and gives up those nobody confirms. Knows no thread. */
export const createHeartbeatLoop = (deps: HeartbeatLoopDependencies): HeartbeatLoop => {
  const { report, waker } = deps;
  const held = new Map<number, Held>();
  let tokens: number[] = [];
  let state: 'active' | 'draining' = 'active';
  let isTroubled = false;
  /** A heartbeat whose place in the queue keeps its leases; it never waits too long. */
  let waiting: { readonly holds: readonly Hold[]; readonly restart: AbortController } | undefined;

  const end = (hold: Held, reason: LeaseEnd): void => {
    // Marked before the kill, so that whoever sees the process end knows why.
    if (!markEnd(hold, reason)) return;
    if (hold.pid !== undefined) deps.kill(hold.pid);
    report({ type: 'ended', id: hold.id, reason });
  };

  const take: HeartbeatLoop['take'] = (command) => {
    switch (command.type) {
      case 'hold':
        held.set(command.hold.id, { ...command.hold, pid: undefined, lines: [] });
        if (deps.service()?.isQueued !== true) return;
        // The claim may have been asked long before it had its turn. A heartbeat that waits already does not know of it.
        confirm(command.hold, deps.monotonicMs());
        waiting?.restart.abort(new AppError('cancelled', 'there is one more lease'));
        waker.wake();
        return;
      case 'drop':
        held.delete(command.id);
        return;
      case 'process': {
        const hold = held.get(command.id);
        if (hold === undefined) return;
        hold.pid = command.pid;
        // It may have been started while the lease was lost.
        if (command.pid !== undefined && endOf(hold) !== undefined) deps.kill(command.pid);
        return;
      }
      case 'log': {
        const hold = held.get(command.id);
        if (hold !== undefined) hold.lines = [...hold.lines, command.line].slice(-keptLines);
        return;
      }
      case 'beat':
        if (command.token !== undefined) tokens.push(command.token);
        waker.wake();
        return;
      case 'drain':
        state = 'draining';
        waker.wake();
    }
  };

  /** One heartbeat. @throws what the server's side throws */
  const beat = async ({ leases, isQueued }: Pick<OpenedLeaseService, 'leases' | 'isQueued'>, signal: AbortSignal): Promise<void> => {
    const sent = [...held.values()].filter((hold) => endOf(hold) === undefined);
    const batches = sent.map((hold) => ({ hold, log: hold.lines.slice(0, linesPerBeat) }));
    const sentAtMs = deps.monotonicMs();
    const shortestLeaseMs = Math.min(...sent.map(({ leaseMs }) => leaseMs), deps.intervalMs * 3);
    const restart = new AbortController();
    if (isQueued) waiting = { holds: sent, restart };
    // An answer that takes longer is worth asking for anew while the lease still holds; one that stands in the queue would lose its place.
    const deadline = isQueued
      ? { signal: AbortSignal.any([signal, restart.signal]), clear: () => undefined }
      : withDeadline(signal, Math.max(1, Math.ceil(shortestLeaseMs / 3)), 'deadline_exceeded', 'no answer to a heartbeat');
    try {
      const request = {
        workerId: deps.workerId,
        state,
        leases: batches.map(({ hold, log }) => ({ lease: hold.lease, log })),
      };
      const answer = await leases.heartbeat(request, { signal: deadline.signal });
      for (const { hold, log } of batches) {
        // Its task may be over by now, and then the server may not know the lease any more.
        if (!held.has(hold.id)) continue;
        hold.lines = hold.lines.slice(log.length);
        const found = answer.leases.find(({ taskId, epoch }) => taskId === hold.lease.taskId && epoch === hold.lease.epoch);
        if (found?.state === 'held') confirm(hold, isQueued ? deps.monotonicMs() : sentAtMs);
        else if (found !== undefined) end(hold, found.state);
      }
      if (!answer.known) report({ type: 'unknown' });
    } catch (error) {
      if (!restart.signal.aborted) throw error;
    } finally {
      waiting = undefined;
      deadline.clear();
    }
  };

  const turn = async (signal: AbortSignal): Promise<number> => {
    const asked = tokens;
    tokens = [];
    try {
      const service = deps.service();
      if (service !== undefined) {
        await beat(service, signal);
        if (isTroubled) report({ type: 'recovered' });
        isTroubled = false;
      }
      return service === undefined ? shortestFailureMs : deps.intervalMs;
    } catch (error) {
      if (!signal.aborted && !isTroubled) report({ type: 'trouble', message: messageOf(error) });
      isTroubled = true;
      return Math.max(shortestFailureMs, Math.round(deps.intervalMs / 5));
    } finally {
      for (const token of asked) report({ type: 'beaten', token });
    }
  };

  return {
    take,
    watch: () => {
      const nowMs = deps.monotonicMs();
      for (const hold of waiting?.holds ?? []) confirm(hold, nowMs);
      for (const hold of held.values()) if (isOverdue(hold, nowMs)) end(hold, 'fenced');
    },
    run: async ({ signal }) => {
      while (!signal.aborted) await waker.sleep(await turn(signal), { signal });
    },
  };
};
