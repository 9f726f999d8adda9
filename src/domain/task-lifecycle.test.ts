import { describe, expect, test } from 'vitest';
import { applyChange, cancel, commit, expire, fail, heartbeat, lease, redrive, release, type TaskStatus } from './task-lifecycle.ts';

const queued: TaskStatus = {
  state: 'queued',
  epoch: 4,
  failedAttempts: 0,
  maxAttempts: 2,
  availableAt: new Date(1_000),
  timeoutMs: 10_000,
  findingsCount: 0,
};
const holder = { workerId: 'w', epoch: 5 };
const leased: TaskStatus = {
  ...queued,
  state: 'leased',
  epoch: 5,
  workerId: 'w',
  leasedAt: new Date(1_000),
  leaseExpiresAt: new Date(16_000),
};
const failure = { code: 'git_failed', message: 'away', retryable: true };

describe('lease', () => {
  test('raises the epoch, and not before its time', () => {
    expect(lease(queued, 'w', 15_000, 999)).toEqual({ answer: 'refused' });
    const { change } = lease(queued, 'w', 15_000, 1_000);
    expect(change && applyChange(queued, change, 1_000)).toEqual(leased);
    expect(lease(leased, 'w', 15_000, 9_999)).toEqual({ answer: 'refused' });
  });
});

describe('commit', () => {
  test('is the one of the lease, and may be repeated', () => {
    const { answer, change } = commit(leased, holder, 'd');
    expect(answer).toBe('committed');
    const done = change ? applyChange(leased, change, 2_000) : leased;
    expect(done).toMatchObject({ state: 'succeeded', result: { epoch: 5, sha256: 'd' }, finishedAt: new Date(2_000) });
    expect(done).not.toHaveProperty('workerId');
    expect(commit(done, holder, 'd')).toEqual({ answer: 'repeated' });
    expect(commit(done, holder, 'other')).toEqual({ answer: 'fenced' });
    expect(commit(done, { ...holder, epoch: 4 }, 'd')).toEqual({ answer: 'fenced' });
  });

  test('is refused from another epoch or worker, and when the task is gone', () => {
    expect(commit(leased, { ...holder, epoch: 4 }, 'd')).toEqual({ answer: 'fenced' });
    expect(commit(leased, { ...holder, workerId: 'v' }, 'd')).toEqual({ answer: 'fenced' });
    expect(commit(undefined, holder, 'd')).toEqual({ answer: 'fenced' });
    expect(commit({ ...queued, epoch: 5 }, holder, 'd')).toEqual({ answer: 'fenced' });
  });

  test('comes too late after a cancellation', () => {
    const { change } = cancel(leased);
    const cancelled = change ? applyChange(leased, change, 2_000) : leased;
    expect(commit(cancelled, holder, 'd')).toEqual({ answer: 'cancelled' });
    expect(heartbeat(cancelled, holder, 2_000)).toBe('cancel');
    expect(cancel(cancelled)).toEqual({ answer: 'ended' });
  });
});

describe('the end without a result', () => {
  test('waits and is tried again, then is a dead letter, which a redrive begins anew with its epoch', () => {
    const first = fail(leased, holder, failure, 0);
    expect(first).toMatchObject({ answer: 'requeued', change: { to: 'queued', delayMs: 2_500, failedAttempts: 1 } });
    const waiting = first.change ? applyChange(leased, first.change, 2_000) : leased;
    expect(waiting).toMatchObject({ state: 'queued', availableAt: new Date(4_500), error: { code: 'git_failed' } });
    expect(fail(waiting, holder, failure, 0)).toEqual({ answer: 'requeued' });

    const last = fail({ ...leased, failedAttempts: 1 }, holder, failure, 0);
    const dead = last.change ? applyChange(leased, last.change, 3_000) : leased;
    expect(dead).toMatchObject({ state: 'failed', failedAttempts: 2, deadAt: new Date(3_000) });
    expect(fail(dead, holder, failure, 0)).toEqual({ answer: 'dead' });

    const again = redrive(dead);
    expect(again.change && applyChange(dead, again.change, 4_000)).toEqual({ ...queued, epoch: 5, availableAt: new Date(4_000) });
    expect(redrive(leased)).toEqual({ answer: 'not_dead' });
  });

  test('is final at once when it cannot go well another time', () => {
    expect(fail(leased, holder, { ...failure, retryable: false }, 0).answer).toBe('dead');
  });

  test('a hand-back costs nothing', () => {
    const { change } = release({ ...leased, failedAttempts: 1 }, holder);
    expect(change).toMatchObject({ to: 'queued', delayMs: 0, failedAttempts: 1, attempt: { outcome: 'released' } });
    expect(release({ ...queued, epoch: 5 }, holder)).toEqual({ answer: 'released' });
    expect(release(leased, { ...holder, epoch: 3 })).toEqual({ answer: 'lost' });
  });

  test('a lease is taken back when it has run out, not before', () => {
    expect(expire(leased, 15_999, 0)).toEqual({ answer: 'held' });
    expect(expire(leased, 16_000, 0)).toMatchObject({
      answer: 'requeued',
      change: { error: { code: 'worker_lost' }, attempt: { outcome: 'expired' } },
    });
    expect(expire(queued, 99_999, 0)).toEqual({ answer: 'held' });
  });

  test('a worker that hangs with a live heartbeat loses the lease a minute after the time the task may take', () => {
    expect(heartbeat(leased, holder, 71_000)).toBe('held');
    expect(heartbeat(leased, holder, 71_001)).toBe('lost');
  });
});
