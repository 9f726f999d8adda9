import { type Backoff, backoffMs } from '../lib/backoff.ts';
import type { Clock } from '../lib/clock.ts';
import { messageOf } from '../lib/errors.ts';
import type { Logger } from '../lib/log.ts';
import { createWaker } from '../lib/waker.ts';
import type { Dispatcher, Topic } from '../ports/dispatcher/dispatcher.ts';

/** When a job runs by itself, whatever wakes it besides. */
export type JobTimes =
  | { readonly everyMs: number }
  /** Once a day, local time; and at the start when `isOverdue` says that the last time was missed. */
  | {
      readonly dailyAt: { readonly hour: number; readonly minute: number };
      readonly isOverdue?: (options: { readonly signal: AbortSignal }) => Promise<boolean>;
    };

/** Work of the server that nobody asks for. Several schedulers may run the same job at once, so it must be safe against itself. */
export interface Job {
  readonly name: string;
  readonly times: JobTimes;
  readonly wakeOn?: readonly Topic[];
  /** Resolves to how much was done: after more than nothing it looks again at once. */
  readonly run: (options: { readonly signal: AbortSignal }) => Promise<number | undefined>;
}

export interface SchedulerDependencies {
  readonly dispatcher: Pick<Dispatcher, 'subscribe'>;
  readonly clock: Clock;
  /** In [0, 1); for jitter only. */
  readonly random: () => number;
  readonly log: Logger;
}

const failureBackoff: Backoff = { firstMs: 1000, longestMs: 60_000 };
/** Timers hold no more than 2^31 ms, and a machine that slept should notice. */
const longestSleepMs = 600_000;
/** Share of an interval that is left to chance, so that schedulers do not all come at once. */
const jitter = 0.2;

/** The next time it is `hour:minute`, after `nowMs`. */
export const nextDailyMs = (nowMs: number, { hour, minute }: { readonly hour: number; readonly minute: number }): number => {
  const next = new Date(nowMs);
  next.setHours(hour, minute, 0, 0);
  if (next.getTime() <= nowMs) next.setDate(next.getDate() + 1);
  return next.getTime();
};

const runJob = async (job: Job, deps: SchedulerDependencies, signal: AbortSignal): Promise<void> => {
  const { clock, random } = deps;
  const log = deps.log.with({ job: job.name });
  const waker = createWaker();
  for (const topic of job.wakeOn ?? []) deps.dispatcher.subscribe(topic, waker.wake, { signal });
  const { times } = job;
  const nextAtMs = (): number =>
    'everyMs' in times ? clock.now() + times.everyMs * (1 - jitter * random()) : nextDailyMs(clock.now(), times.dailyAt);

  /** Sleeps until the instant, or until woken; after a failure there is no hurry, whoever calls. */
  const waitUntil = async (atMs: number, isPatient: boolean): Promise<void> => {
    for (let leftMs = atMs - clock.now(); leftMs > 0 && !signal.aborted; leftMs = atMs - clock.now()) {
      if ((await waker.sleep(Math.min(leftMs, longestSleepMs), { signal })) && !isPatient) return;
    }
  };

  const isOverdue = 'everyMs' in times ? undefined : times.isOverdue;
  // What runs often also looks at the start, where a server that died may have left something.
  let dueAtMs = 'everyMs' in times || isOverdue !== undefined ? clock.now() : nextAtMs();
  let mayPass = isOverdue !== undefined;
  for (let failures = 0; !signal.aborted; ) {
    await waitUntil(dueAtMs, failures > 0);
    if (signal.aborted) return;
    try {
      const passes = mayPass && (await isOverdue?.({ signal })) !== true;
      const done = passes ? 0 : ((await job.run({ signal })) ?? 0);
      mayPass = false;
      failures = 0;
      dueAtMs = done > 0 ? clock.now() : nextAtMs();
    } catch (error) {
      if (signal.aborted) return;
      failures += 1;
      dueAtMs = clock.now() + backoffMs(failureBackoff, failures, random());
      log.error('a job of the scheduler failed and is tried again', { error: messageOf(error), failures });
    }
  }
};

/**
 * Runs the jobs until the signal ends, each at its times and when it is woken, never twice at once in this process. A job that fails is
 * logged and tried again later; the others go on. Resolves when those that run have ended.
 */
export const runScheduler = async (
  jobs: readonly Job[],
  deps: SchedulerDependencies,
  { signal }: { readonly signal: AbortSignal },
): Promise<void> => {
  await Promise.all(jobs.map((job) => runJob(job, deps, signal)));
};
