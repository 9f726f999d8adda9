import type { StartTaskProcess, TaskLimits } from '../../analysis/task/start-task-process.ts';
import type { TaskSettings } from '../../analysis/task/task-request.ts';
import type { LeasedTask, LeaseService, RegisterRequest, Registration } from '../../domain/lease-service.ts';
import { type Backoff, backoffMs } from '../../lib/backoff.ts';
import { monotonicMs } from '../../lib/clock.ts';
import { AppError, messageOf } from '../../lib/errors.ts';
import type { Logger } from '../../lib/log.ts';
import { createWaker } from '../../lib/waker.ts';
import type { BlobStore } from '../../ports/blob-store/blob-store.ts';
import { createScratch, sweepStale } from '../../ports/checkout/scratch.ts';
import type { Dispatcher } from '../../ports/dispatcher/dispatcher.ts';
import type { Heartbeat, HeartbeatOptions, StartHeartbeat } from './heartbeat.ts';
import { runLease } from './run-lease.ts';
import { untilAnswered } from './until-answered.ts';

export interface WorkerDependencies {
  readonly leases: LeaseService;
  readonly blobs: BlobStore;
  readonly dispatcher: Pick<Dispatcher, 'subscribe'>;
  readonly startTask: StartTaskProcess;
  readonly limitsOf: (task: LeasedTask) => Promise<TaskLimits>;
  readonly startHeartbeat: StartHeartbeat;
  /** How the heartbeat thread reaches the server; asked again for each thread. */
  readonly heartbeatSource: () => Pick<HeartbeatOptions, 'source' | 'transfer'>;
  readonly log: Logger;
  /** Wall clock, for log lines. */
  readonly now: () => number;
  /** In [0, 1); for jitter only. */
  readonly random: () => number;
}

export interface WorkerSettings extends RegisterRequest {
  /** Existing directory that workers of this machine share. */
  readonly scratchRoot: string;
  /** How long running tasks may go on after the signal. */
  readonly graceMs: number;
  readonly task: TaskSettings;
}

const shortestPollMs = 1000;
const longestPollMs = 5000;
const claimBackoff: Backoff = { firstMs: 250, longestMs: 10_000 };
/** Cancellations arrive with heartbeats where a wake-up got lost. */
const longestHeartbeatMs = 2000;
/** For handing back what did not end within the grace period, and saying goodbye. */
const goodbyeMs = 3000;
/** With so many slots one is kept for scans that somebody waits for. */
const slotsToKeepOne = 4;

/**
 * A worker: claims tasks, runs each in an engine process, commits what they found. Knows the server by `LeaseService` only and goes on
 * while it is away. On the signal it takes nothing more, lets what runs end within the grace period, hands back the rest, and resolves.
 */
export const runWorker = async (
  deps: WorkerDependencies,
  settings: WorkerSettings,
  { signal }: { readonly signal: AbortSignal },
): Promise<void> => {
  const { leases, random } = deps;
  const { workerId, slots, graceMs } = settings;
  const log = deps.log.with({ worker_id: workerId });
  const handBack = new AbortController();
  const cutOff = new AbortController();
  const running = new Set<Promise<void>>();
  const waker = createWaker();
  let heartbeat: Heartbeat | undefined;

  const swept = await sweepStale(settings.scratchRoot);
  if (swept > 0) log.info('removed what workers that died had left', { directories: swept });
  const scratch = await createScratch(settings.scratchRoot);

  const register = (until: AbortSignal): Promise<Registration> => {
    const { name, host, pid, version, capabilities } = settings;
    const request = { workerId, name, host, pid, version, slots, capabilities };
    return untilAnswered((options) => leases.register(request, options), { what: 'register', log, random, signal: until });
  };

  const startBeating = ({ heartbeatMs }: Registration): Heartbeat =>
    deps.startHeartbeat({
      ...deps.heartbeatSource(),
      workerId,
      intervalMs: Math.min(heartbeatMs, longestHeartbeatMs),
      log,
      now: deps.now,
      onReady: waker.wake,
      onUnknown: () =>
        void register(signal).then(waker.wake, (error: unknown) => log.warn('not registered again', { error: messageOf(error) })),
      onBroken: (error) => {
        log.error('heartbeats stopped; all leases were given up', { error: error.message });
        heartbeat = undefined;
        waker.wake();
      },
    });

  const takeOn = (task: LeasedTask, sentAtMs: number, beats: Heartbeat): void => {
    const held = beats.hold(task, sentAtMs);
    const { blobs, startTask, limitsOf } = deps;
    const parts = { leases, blobs, startTask, limitsOf, settings: settings.task, scratchDir: scratch.path, log, random };
    const run: Promise<void> = runLease(task, held, parts, { handBack: handBack.signal, signal: cutOff.signal })
      .catch((error: unknown) => log.error('a task ended in a defect', { error: messageOf(error), task_id: task.lease.taskId }))
      .finally(() => {
        running.delete(run);
        waker.wake();
      });
    running.add(run);
  };

  const claim = async (registration: Registration): Promise<void> => {
    const free = slots - running.size;
    heartbeat ??= startBeating(registration);
    // What is claimed is held from the first moment, so heartbeats come first.
    if (free === 0 || !heartbeat.isReady()) return;
    const interactiveOnly = slots >= slotsToKeepOne ? 1 : 0;
    const beats = heartbeat;
    const sentAtMs = monotonicMs();
    const tasks = await leases.claim({ workerId, slots: free, interactiveOnly }, { signal });
    for (const task of tasks) takeOn(task, sentAtMs, beats);
  };

  const claimUntilStopped = async (registration: Registration): Promise<void> => {
    for (let failures = 0; !signal.aborted; ) {
      let waitMs = shortestPollMs + random() * (longestPollMs - shortestPollMs);
      try {
        await claim(registration);
        if (failures > 0) log.info('the server answers again');
        failures = 0;
      } catch (error) {
        if (signal.aborted) break;
        failures += 1;
        if (failures === 1) log.warn('no task can be claimed', { error: messageOf(error) });
        waitMs = backoffMs(claimBackoff, failures, random());
      }
      await waker.sleep(waitMs, { signal });
    }
  };

  const allEnded = async (withinMs: number): Promise<boolean> => {
    const timeout = Promise.withResolvers<false>();
    const timer = setTimeout(() => timeout.resolve(false), withinMs);
    const isOver = await Promise.race([Promise.all(running).then(() => true as const), timeout.promise]);
    clearTimeout(timer);
    return isOver;
  };
  const drain = async (): Promise<void> => {
    heartbeat?.drain();
    if (running.size > 0) log.info('waiting for running tasks', { tasks: running.size, grace_ms: graceMs });
    if (!(await allEnded(graceMs))) {
      handBack.abort(new AppError('cancelled', 'the worker stops'));
      if (!(await allEnded(goodbyeMs))) cutOff.abort(new AppError('cancelled', 'the worker stops'));
    }
    await Promise.all(running);
    const goodbye = { signal: AbortSignal.timeout(goodbyeMs) };
    await leases.deregister({ workerId }, goodbye).catch((error: unknown) => log.warn('not signed off', { error: messageOf(error) }));
    await heartbeat?.close();
  };

  try {
    const registration = await register(signal);
    log.info('worker ready', { slots, lease_ms: registration.leaseMs });
    heartbeat = startBeating(registration);
    deps.dispatcher.subscribe('tasks', waker.wake, { signal });
    deps.dispatcher.subscribe('cancellations', () => heartbeat?.beatNow(), { signal: cutOff.signal });
    await claimUntilStopped(registration);
    await drain();
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    cutOff.abort(new AppError('cancelled', 'the worker stops'));
    await scratch.remove();
  }
};
