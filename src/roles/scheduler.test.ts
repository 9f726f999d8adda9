import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { type Logger, silentLog } from '../lib/log.ts';
import type { Topic } from '../ports/dispatcher/dispatcher.ts';
import { type Job, nextDailyMs, runScheduler } from './scheduler.ts';

let stop: AbortController;
let errors: string[];
let wakes: Map<Topic, () => void>;
beforeEach(() => {
  vi.useFakeTimers({ now: new Date(2027, 0, 31, 22, 30) });
  stop = new AbortController();
  errors = [];
  wakes = new Map();
});
afterEach(() => {
  stop.abort();
  vi.useRealTimers();
});

const log: Logger = { ...silentLog, error: (message, fields) => errors.push(`${message}: ${fields?.error ?? ''}`), with: () => log };
const schedule = (...jobs: readonly Job[]) =>
  runScheduler(
    jobs,
    {
      dispatcher: { subscribe: (topic, onWake) => void wakes.set(topic, onWake) },
      clock: { now: () => Date.now() },
      random: () => 0,
      log,
    },
    { signal: stop.signal },
  );
const counting = (given: Partial<Job> & Pick<Job, 'times'>) => {
  const runs: number[] = [];
  const startedMs = Date.now();
  const job: Job = { name: 'job', run: async () => void runs.push(Date.now() - startedMs), ...given };
  return { runs, job };
};

it('runs a job at the start and at its interval, and ends with the signal', async () => {
  const { runs, job } = counting({ times: { everyMs: 1000 } });
  const ended = schedule(job);
  await vi.advanceTimersByTimeAsync(2500);
  expect(runs).toEqual([0, 1000, 2000]);
  stop.abort();
  await ended;
  await vi.advanceTimersByTimeAsync(5000);
  expect(runs).toHaveLength(3);
});

it('runs a job when it is woken, once for many wake-ups, and counts its interval from there', async () => {
  const { runs, job } = counting({ times: { everyMs: 10_000 }, wakeOn: ['scans'] });
  void schedule(job);
  await vi.advanceTimersByTimeAsync(3000);
  for (let count = 0; count < 5; count += 1) wakes.get('scans')?.();
  await vi.advanceTimersByTimeAsync(12_000);
  expect(runs).toEqual([0, 3000, 13_000]);
});

it('never runs a job twice at once, and forgets no wake-up meanwhile; the end waits for what runs', async () => {
  let atOnce = 0;
  let most = 0;
  const runs: number[] = [];
  const ended = schedule({
    name: 'slow',
    times: { everyMs: 100 },
    wakeOn: ['tasks'],
    run: async () => {
      most = Math.max(most, ++atOnce);
      await new Promise((resolve) => setTimeout(resolve, 1000));
      atOnce -= 1;
      runs.push(Date.now());
      return undefined;
    },
  });
  await vi.advanceTimersByTimeAsync(500);
  wakes.get('tasks')?.();
  await vi.advanceTimersByTimeAsync(1000);
  expect([most, runs.length, atOnce]).toEqual([1, 1, 1]);
  stop.abort();
  let isOver = false;
  void ended.then(() => {
    isOver = true;
  });
  await vi.advanceTimersByTimeAsync(0);
  expect(isOver).toBe(false);
  await vi.advanceTimersByTimeAsync(1000);
  expect([isOver, runs.length]).toEqual([true, 2]);
});

it('looks again at once while there was something to do', async () => {
  let left = 3;
  const { job } = counting({ times: { everyMs: 60_000 }, run: async () => left-- });
  void schedule(job);
  await vi.advanceTimersByTimeAsync(1000);
  expect(left).toBe(-1);
});

it('a job that fails is logged and waits longer each time, whoever wakes it; the others go on', async () => {
  const runs: number[] = [];
  const startedMs = Date.now();
  const failing: Job = {
    name: 'failing',
    times: { everyMs: 100 },
    wakeOn: ['events'],
    run: async () => {
      runs.push(Date.now() - startedMs);
      throw new Error('no database');
    },
  };
  const other = counting({ times: { everyMs: 1000 } });
  void schedule(failing, other.job);
  const knocking = setInterval(() => wakes.get('events')?.(), 10);
  await vi.advanceTimersByTimeAsync(4000);
  clearInterval(knocking);
  expect(runs).toEqual([0, 500, 1500, 3500]);
  expect(errors).toHaveLength(4);
  expect(errors[0]).toContain('no database');
  expect(other.runs).toEqual([0, 1000, 2000, 3000, 4000]);
});

it('runs a daily job at its time of day and at no other', async () => {
  const { runs, job } = counting({ times: { dailyAt: { hour: 0, minute: 0 } } });
  void schedule(job);
  await vi.advanceTimersByTimeAsync(26 * 3_600_000);
  expect(runs).toEqual([1.5 * 3_600_000, 25.5 * 3_600_000]);
});

it('runs a daily job at the start when the last time was missed, and asks until it is told', async () => {
  const day = { hour: 0, minute: 0 };
  const missed = counting({ times: { dailyAt: day, isOverdue: async () => true } });
  const done = counting({ times: { dailyAt: day, isOverdue: async () => false } });
  let asked = 0;
  const unknown = counting({
    times: {
      dailyAt: day,
      isOverdue: async () => {
        asked += 1;
        if (asked === 1) throw new Error('no database');
        return true;
      },
    },
  });
  void schedule(missed.job, done.job, unknown.job);
  await vi.advanceTimersByTimeAsync(2 * 3_600_000);
  const midnight = 1.5 * 3_600_000;
  expect([missed.runs, done.runs, unknown.runs]).toEqual([[0, midnight], [midnight], [500, midnight]]);
  expect([asked, errors.length]).toEqual([2, 1]);
});

it('the next midnight of the last second of a month is in the next one', () => {
  const at = { hour: 0, minute: 0 };
  expect(nextDailyMs(new Date(2027, 0, 31, 23, 59, 59).getTime(), at)).toBe(new Date(2027, 1, 1).getTime());
  expect(nextDailyMs(new Date(2027, 1, 1).getTime(), at)).toBe(new Date(2027, 1, 2).getTime());
});
