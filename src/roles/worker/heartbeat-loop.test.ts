import { beforeEach, expect, it } from 'vitest';
import type { HeartbeatAnswer, HeartbeatRequest, LeaseName } from '../../domain/lease-service.ts';
import { createWaker } from '../../lib/waker.ts';
import { createHeartbeatLoop, type HeartbeatLoop } from './heartbeat-loop.ts';
import { createLeaseState, endOf, type HeartbeatReport, type Hold } from './heartbeat-messages.ts';

const leaseMs = 9000;
let nowMs: number;
let requests: HeartbeatRequest[];
let reports: HeartbeatReport[];
let killed: number[];
let answer: (request: HeartbeatRequest) => Promise<HeartbeatAnswer>;
let loop: HeartbeatLoop;
let turn: AbortController;
let isQueued: boolean;

const held = async ({ leases }: HeartbeatRequest): Promise<HeartbeatAnswer> => ({
  known: true,
  leases: leases.map(({ lease: { taskId, epoch } }) => ({ taskId, epoch, state: 'held' as const })),
});
const lease: LeaseName = { organizationId: 'o', taskId: 't', workerId: 'w', epoch: 4 };
const hold = (id = 1): Hold => ({ id, lease, leaseMs, state: createLeaseState(nowMs) });
const line = (message: string) => ({ at: '2027-01-01T00:00:00.000Z', level: 'info' as const, message });

beforeEach(() => {
  nowMs = 1000;
  requests = [];
  reports = [];
  killed = [];
  answer = held;
  isQueued = false;
  loop = createHeartbeatLoop({
    workerId: 'w',
    intervalMs: 3000,
    service: () => ({
      leases: {
        heartbeat: async (request, { signal }) => {
          requests.push(request);
          const aborted = Promise.withResolvers<never>();
          signal.addEventListener('abort', () => aborted.reject(signal.reason), { once: true });
          return Promise.race([answer(request), aborted.promise]);
        },
      },
      isQueued,
    }),
    report: (report) => (report.type === 'beaten' ? turn.abort() : void reports.push(report)),
    kill: (pid) => killed.push(pid),
    monotonicMs: () => nowMs,
    waker: createWaker(),
  });
});

/** One beat, from start to end. */
const beat = async (): Promise<void> => {
  turn = new AbortController();
  loop.take({ type: 'beat', token: 0 });
  await loop.run({ signal: turn.signal });
};

it('confirms a lease from the moment the heartbeat was sent, not answered', async () => {
  const mine = hold();
  loop.take({ type: 'hold', hold: mine });
  nowMs += 5000;
  answer = async (request) => {
    nowMs += 2000;
    return held(request);
  };
  await beat();
  expect(Number(mine.state.confirmedAtMs[0])).toBe(6000);
  nowMs = 12_000;
  loop.watch();
  expect(endOf(mine)).toBeUndefined();
  nowMs = 12_001;
  loop.watch();
  expect(endOf(mine)).toBe('fenced');
});

it.each(['cancel', 'lost'] as const)('kills the engine of a lease that is to end: %s', async (state) => {
  const mine = hold();
  loop.take({ type: 'hold', hold: mine });
  loop.take({ type: 'process', id: 1, pid: 77 });
  answer = async () => ({ known: true, leases: [{ taskId: 't', epoch: 4, state }] });
  await beat();
  expect([endOf(mine), killed, reports]).toEqual([state, [77], [{ type: 'ended', id: 1, reason: state }]]);
  await beat();
  expect(requests.at(-1)?.leases).toEqual([]);
});

it('an answer about another epoch says nothing', async () => {
  const mine = hold();
  loop.take({ type: 'hold', hold: mine });
  answer = async () => ({ known: true, leases: [{ taskId: 't', epoch: 3, state: 'lost' }] });
  await beat();
  expect(endOf(mine)).toBeUndefined();
});

it('gives up after two thirds of the lease without an answer, once, and kills what starts afterwards', async () => {
  const mine = hold();
  loop.take({ type: 'hold', hold: mine });
  answer = async () => {
    throw new Error('away');
  };
  await beat();
  expect(reports).toEqual([{ type: 'trouble', message: 'away' }]);
  nowMs += 6001;
  loop.watch();
  loop.watch();
  loop.take({ type: 'process', id: 1, pid: 78 });
  expect([killed, reports.slice(1)]).toEqual([[78], [{ type: 'ended', id: 1, reason: 'fenced' }]]);
  answer = held;
  await beat();
  expect(reports.at(-1)).toEqual({ type: 'recovered' });
});

it('a task that ended while its heartbeat was on the way is not ended again', async () => {
  const mine = hold();
  loop.take({ type: 'hold', hold: mine });
  answer = async () => {
    loop.take({ type: 'drop', id: 1 });
    return { known: true, leases: [{ taskId: 't', epoch: 4, state: 'lost' }] };
  };
  await beat();
  expect([endOf(mine), reports]).toEqual([undefined, []]);
});

it('sends log lines in portions, keeps those that were not taken, and drops the oldest beyond a thousand', async () => {
  loop.take({ type: 'hold', hold: hold() });
  for (let count = 0; count < 1100; count += 1) loop.take({ type: 'log', id: 1, line: line(String(count)) });
  answer = async () => {
    throw new Error('away');
  };
  await beat();
  answer = held;
  await beat();
  await beat();
  expect(requests.map(({ leases }) => [leases[0]?.log.length, leases[0]?.log[0]?.message])).toEqual([
    [200, '100'],
    [200, '100'],
    [200, '300'],
  ]);
});

it('says that it drains, and reports that the server has forgotten it', async () => {
  loop.take({ type: 'drain' });
  answer = async () => ({ known: false, leases: [] });
  await beat();
  expect([requests.at(-1)?.state, reports]).toEqual(['draining', [{ type: 'unknown' }]]);
});

it('keeps a lease as long as its heartbeat waits its turn in the queue of the embedded database', async () => {
  isQueued = true;
  const mine = hold();
  loop.take({ type: 'hold', hold: mine });
  answer = async (request) => {
    for (let count = 0; count < 10; count += 1) {
      nowMs += leaseMs;
      loop.watch();
    }
    nowMs += 10;
    return held(request);
  };
  await beat();
  loop.watch();
  expect([endOf(mine), Number(mine.state.confirmedAtMs[0])]).toEqual([undefined, nowMs]);
  // Nothing waits now: the old rule.
  nowMs += 6001;
  loop.watch();
  expect(endOf(mine)).toBe('fenced');
});

it('stands in the queue anew with a lease that came while it waited', async () => {
  isQueued = true;
  loop.take({ type: 'hold', hold: hold() });
  const second = hold(2);
  answer = async (request) => {
    if (requests.length > 1) return held(request);
    nowMs += 60_000;
    loop.take({ type: 'hold', hold: second });
    return new Promise(() => undefined);
  };
  turn = new AbortController();
  const running = loop.run({ signal: turn.signal });
  while (requests.length < 2) await new Promise((resolve) => setImmediate(resolve));
  loop.take({ type: 'beat', token: 0 });
  await running;
  expect(requests.slice(0, 2).map(({ leases }) => leases.length)).toEqual([1, 2]);
  loop.watch();
  expect([endOf(second), reports]).toEqual([undefined, []]);
});
