import { setTimeout as sleep } from 'node:timers/promises';
import type { Fault, FaultKind } from './fault-plan.ts';
import type { Fleet, Member } from './fleet.ts';
import { descendantsOf, isRunning, type ProcessName } from './process-table.ts';
import type { Random } from './random.ts';

export interface FaultOptions {
  readonly plan: readonly Fault[];
  readonly fleet: Fleet;
  readonly random: Random;
  readonly leaseMs: number;
  /** How much of the load is done, from 0 to 1. */
  readonly share: () => number;
  /** Crashes the database and starts it again; absent where there is none apart. */
  readonly restartDatabase?: () => void;
  readonly say: (text: string) => void;
}

export interface Faults {
  /** Resolves when all have happened and are over, or the signal has ended it. */
  readonly run: (options: { readonly signal: AbortSignal }) => Promise<void>;
  readonly happened: () => Readonly<Record<FaultKind, number>>;
  /** Engine processes that were running when their worker was killed, and the longest time one of them lived on. */
  readonly orphans: () => { readonly seen: number; readonly longestMs: number };
  readonly violations: readonly string[];
}

const pollMs = 100;
const orphanPatienceMs = 5000;
const gapMs = 150;

const isWorker = ({ role }: Member): boolean => role !== 'server';
const isServer = ({ role }: Member): boolean => role !== 'worker';

/** Does what is planned, one after the other, each when it is due. */
export const createFaults = (options: FaultOptions): Faults => {
  const { plan, fleet, random, leaseMs, share, say } = options;
  const happened: Record<FaultKind, number> = {
    'kill-worker': 0,
    'kill-worker-tree': 0,
    'kill-server': 0,
    pause: 0,
    'restart-database': 0,
  };
  const violations: string[] = [];
  const afterwards: Promise<void>[] = [];
  let seen = 0;
  let longestMs = 0;

  /** Nobody tells engines that their worker died: they must notice. */
  const watchOrphans = async (member: Member, engines: readonly ProcessName[]): Promise<void> => {
    const killedAt = Date.now();
    seen += engines.length;
    while (engines.some(isRunning)) {
      if (Date.now() - killedAt > orphanPatienceMs) {
        violations.push(`a process of ${member.name} outlived it by ${orphanPatienceMs} ms`);
        return;
      }
      await sleep(20);
    }
    if (engines.length > 0) longestMs = Math.max(longestMs, Date.now() - killedAt);
  };

  /** One that is up; those that are at work before the others, since nothing can go wrong in the idle ones. */
  const pickMember = async (suits: (member: Member) => boolean, signal: AbortSignal): Promise<Member | undefined> => {
    for (; !signal.aborted; await sleep(pollMs)) {
      const up = fleet.members.filter((member) => suits(member) && member.readyPid() !== undefined);
      const busy = up.filter((member) => descendantsOf(member.readyPid() ?? 0).length > 0);
      if (busy.length > 0) return random.pick(busy);
      if (up.length > 0) return random.pick(up);
    }
    return undefined;
  };

  const killMember = async (suits: (member: Member) => boolean, withEngines: boolean, signal: AbortSignal): Promise<void> => {
    const member = await pickMember(suits, signal);
    const pid = member?.readyPid();
    if (member === undefined || pid === undefined) return;
    const engines = descendantsOf(pid);
    member.kill();
    if (withEngines) {
      for (const engine of engines) {
        try {
          process.kill(engine.pid, 'SIGKILL');
        } catch {
          // It was quicker.
        }
      }
    }
    afterwards.push(watchOrphans(member, engines));
  };

  const pauseMember = async (signal: AbortSignal): Promise<void> => {
    const member = await pickMember(random.chance(0.85) ? isWorker : isServer, signal);
    if (member === undefined) return;
    // Just longer than a lease is the worst: somebody else has the task, and it is not done.
    afterwards.push(member.pause(leaseMs * (1.1 + random.next())));
  };

  const happen = async (kind: FaultKind, signal: AbortSignal): Promise<void> => {
    switch (kind) {
      case 'kill-worker':
        return killMember(isWorker, false, signal);
      case 'kill-worker-tree':
        return killMember(isWorker, true, signal);
      case 'kill-server':
        return killMember(isServer, false, signal);
      case 'pause':
        return pauseMember(signal);
      case 'restart-database':
        return options.restartDatabase?.();
    }
  };

  return {
    run: async ({ signal }) => {
      for (const { kind, atShare } of plan) {
        while (share() < atShare && !signal.aborted) await sleep(pollMs);
        if (signal.aborted) break;
        await happen(kind, signal);
        happened[kind] += 1;
        say(`${(100 * share()).toFixed(0).padStart(3)} %  ${kind}`);
        await sleep(gapMs);
      }
      await Promise.all(afterwards);
    },
    happened: () => happened,
    orphans: () => ({ seen, longestMs }),
    violations,
  };
};
