import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  applyChange,
  cancel,
  commit,
  expire,
  fail,
  type Holder,
  heartbeat,
  lease,
  overstayMs,
  redrive,
  release,
  type TaskStatus,
} from './task-lifecycle.ts';
import { taskTransitions } from './task-record.ts';

/**
 * The rules of leases under everything that goes wrong, by fast-check, which prints the seed of a failure: many workers whose clocks are
 * worth nothing, messages that are lost, doubled and come late and in any order, crashes before and after a commit, pauses beyond the
 * lease, cancellations and redrives at any moment.
 */
const leaseMs = 15_000;
const workers = ['a', 'b', 'c'] as const;

interface Task extends TaskStatus {
  readonly id: number;
}

type Message =
  | { readonly kind: 'commit'; readonly task: number; readonly holder: Holder; readonly sha256: string }
  | { readonly kind: 'fail'; readonly task: number; readonly holder: Holder; readonly retryable: boolean }
  | { readonly kind: 'release' | 'heartbeat'; readonly task: number; readonly holder: Holder };

interface StoredResult {
  readonly task: number;
  readonly epoch: number;
  readonly epochOfTask: number;
  readonly cancelledBefore: boolean;
}

const newTask = (id: number): Task => ({
  id,
  state: 'queued',
  epoch: 0,
  failedAttempts: 0,
  maxAttempts: 3,
  availableAt: new Date(0),
  timeoutMs: 60_000,
  findingsCount: 0,
});

/** What the world does in one step; `pick` chooses among the messages under way or the tasks, whichever the step is about. */
const stepArbitrary = fc.record({
  what: fc.constantFrom(
    'claim',
    'claim',
    'work',
    'work',
    'deliver',
    'deliver',
    'deliver',
    'drop',
    'double',
    'wait',
    'reap',
    'cancel',
    'redrive',
  ),
  pick: fc.nat(1000),
  worker: fc.constantFrom(...workers),
  /** Also clock jumps: beyond the lease, beyond the longest stay. */
  ms: fc.constantFrom(10, 1_000, 5_000, 20_000, 200_000),
  random: fc.double({ min: 0, max: 0.999, noNaN: true }),
  outcome: fc.constantFrom('commit', 'commit', 'commit', 'fail', 'give-up', 'release', 'heartbeat', 'crash'),
});
type Step = typeof stepArbitrary extends fc.Arbitrary<infer Value> ? Value : never;

/** With `fenced` false whoever speaks of a leased task is believed to hold it: what the epoch protects from must then show. */
const createWorld = (fenced: boolean) => {
  const tasks: Task[] = [0, 1, 2, 3].map(newTask);
  const held = new Map<string, Holder[]>(workers.map((worker) => [worker, []]));
  const heldTask = new Map<Holder, number>();
  const messages: Message[] = [];
  const results: StoredResult[] = [];
  const cancelled = new Set<number>();
  const broken: string[] = [];
  let redrives = 0;
  let nowMs = 0;

  const set = (id: number, change: Parameters<typeof applyChange>[1] | undefined): void => {
    const before = tasks[id];
    if (before === undefined || change === undefined) return;
    const after = applyChange(before, change, nowMs);
    if (!taskTransitions[before.state].includes(after.state)) broken.push(`${id}: ${before.state} became ${after.state}`);
    if (before.state === 'failed' && before.deadAt === undefined) broken.push(`${id}: an end that is no dead letter changed`);
    tasks[id] = after;
  };

  /** The task as the rules are shown it: without the fence, as if every message named its epoch and worker. The states are as they are. */
  const shown = (id: number, holder: Holder): { readonly task: Task | undefined; readonly holder: Holder } => {
    const task = tasks[id];
    if (fenced || task?.state !== 'leased') return { task, holder };
    return { task: { ...task, epoch: holder.epoch, workerId: holder.workerId }, holder };
  };

  const receive = (message: Message, random: number): void => {
    const { task, holder } = shown(message.task, message.holder);
    const real = tasks[message.task];
    switch (message.kind) {
      case 'commit': {
        const decision = commit(task, holder, message.sha256);
        if (decision.change === undefined || real === undefined) return;
        results.push({ task: message.task, epoch: holder.epoch, epochOfTask: real.epoch, cancelledBefore: cancelled.has(message.task) });
        return set(message.task, decision.change);
      }
      case 'fail':
        return set(message.task, fail(task, holder, { code: 'engine_failed', message: 'no', retryable: message.retryable }, random).change);
      case 'release':
        return set(message.task, release(task, holder).change);
      case 'heartbeat': {
        if (heartbeat(task, holder, nowMs) !== 'held' || real?.state !== 'leased') return;
        tasks[message.task] = { ...real, leaseExpiresAt: new Date(nowMs + leaseMs) };
      }
    }
  };

  const claim = (step: Step): void => {
    const waiting = tasks.filter((task) => lease(task, step.worker, leaseMs, nowMs).answer === 'leased');
    const task = waiting[step.pick % Math.max(1, waiting.length)];
    if (task === undefined) return;
    set(task.id, lease(task, step.worker, leaseMs, nowMs).change);
    const holder = { workerId: step.worker, epoch: task.epoch + 1 };
    // Where the answer is lost nobody works on it; the lease runs out.
    if (step.outcome === 'crash') return;
    heldTask.set(holder, task.id);
    held.get(step.worker)?.push(holder);
  };

  const work = (step: Step): void => {
    const mine = held.get(step.worker) ?? [];
    const holder = mine[step.pick % Math.max(1, mine.length)];
    const task = holder === undefined ? undefined : heldTask.get(holder);
    if (holder === undefined || task === undefined) return;
    // A paused worker that does not know its lease is over goes on as if it had it: nothing here looks at the clock.
    if (step.outcome === 'commit') messages.push({ kind: 'commit', task, holder, sha256: `${task}-${holder.epoch}` });
    else if (step.outcome === 'fail') messages.push({ kind: 'fail', task, holder, retryable: true });
    else if (step.outcome === 'give-up') messages.push({ kind: 'fail', task, holder, retryable: false });
    else if (step.outcome === 'crash') held.set(step.worker, []);
    else messages.push({ kind: step.outcome, task, holder });
  };

  const reap = (random: number): void => {
    for (const task of tasks) set(task.id, expire(task, nowMs, random).change);
  };

  const take = (step: Step): void => {
    const at = step.pick % Math.max(1, messages.length);
    const message = messages[at];
    const task = tasks[step.pick % tasks.length];
    switch (step.what) {
      case 'claim':
        return claim(step);
      case 'work':
        return work(step);
      case 'deliver':
      case 'double':
        if (message !== undefined) receive(message, step.random);
        if (step.what === 'deliver') messages.splice(at, 1);
        return;
      case 'drop':
        return void messages.splice(at, 1);
      case 'wait':
        nowMs += step.ms;
        return;
      case 'reap':
        return reap(step.random);
      case 'cancel':
        // Rarely, so that most histories go on.
        if (task === undefined || step.pick % 10 !== 0) return;
        if (cancel(task).answer === 'cancelled') cancelled.add(task.id);
        return set(task.id, cancel(task).change);
      case 'redrive':
        if (task === undefined) return;
        if (redrive(task).answer === 'queued') redrives += 1;
        return set(task.id, redrive(task).change);
    }
  };

  const check = (): void => {
    for (const task of tasks) {
      const stored = results.filter((result) => result.task === task.id);
      if (stored.length !== (task.state === 'succeeded' ? 1 : 0)) broken.push(`${task.id}: ${task.state} with ${stored.length} results`);
      if (stored.some((result) => result.epoch !== result.epochOfTask)) broken.push(`${task.id}: result of an old epoch`);
      if (stored.some((result) => result.cancelledBefore)) broken.push(`${task.id}: result after the cancellation`);
      if (cancelled.has(task.id) && task.state !== 'cancelled') broken.push(`${task.id}: cancelled and then ${task.state}`);
      if (task.failedAttempts > task.maxAttempts) broken.push(`${task.id}: tried ${task.failedAttempts} times`);
      const leased = task.state === 'leased';
      if (leased !== (task.workerId !== undefined) || leased !== (task.leaseExpiresAt !== undefined))
        broken.push(`${task.id}: half a lease`);
      if ((task.state === 'failed') !== (task.deadAt !== undefined)) broken.push(`${task.id}: no dead letter`);
    }
  };

  /** The world stops; only the server goes on. Whoever hangs with a live heartbeat keeps beating. */
  const settle = (): void => {
    for (let round = 0; round < 20; round += 1) {
      nowMs += overstayMs;
      for (const [holder, task] of heldTask) receive({ kind: 'heartbeat', task, holder }, 0);
      nowMs += leaseMs;
      reap(0);
    }
    for (const task of tasks) if (task.state === 'leased') broken.push(`${task.id}: leased for ever`);
  };

  return { take, check, settle, broken, tasks, redrives: () => redrives };
};

const violations = (steps: readonly Step[], fenced: boolean): readonly string[] => {
  const world = createWorld(fenced);
  for (const step of steps) {
    world.take(step);
    world.check();
    if (world.broken.length > 0) return world.broken;
  }
  world.settle();
  world.check();
  return world.broken;
};

const histories = fc.array(stepArbitrary, { minLength: 20, maxLength: 200, size: 'max' });

describe('leases under faults', () => {
  test('one outcome for each task, whatever happens', () => {
    fc.assert(
      fc.property(histories, (steps) => {
        expect(violations(steps, true)).toEqual([]);
      }),
      { numRuns: 5_000 },
    );
  });

  test('the histories reach every end, so that they say something', () => {
    const ends = new Set<string>();
    let redrives = 0;
    for (const steps of fc.sample(histories, { numRuns: 300, seed: 3 })) {
      const world = createWorld(true);
      for (const step of steps) world.take(step);
      for (const task of world.tasks) ends.add(task.state);
      redrives += world.redrives();
    }
    expect([...ends].sort()).toEqual(['cancelled', 'failed', 'leased', 'queued', 'succeeded']);
    expect(redrives).toBeGreaterThan(0);
  });

  test('negative control: without the epoch the same histories break it', () => {
    const found = fc.check(
      fc.property(histories, (steps) => violations(steps, false).length === 0),
      { numRuns: 5_000, seed: 1, endOnFailure: true },
    );
    expect(found.failed).toBe(true);
    expect(violations(found.counterexample?.[0] ?? [], false).join()).toContain('result of an old epoch');
  });
});
