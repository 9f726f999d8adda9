import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type FaultKind, planFaults } from './fault-plan.ts';
import { createFaults } from './faults.ts';
import { createFleet } from './fleet.ts';
import { createLoad } from './load.ts';
import { planLoad } from './load-plan.ts';
import type { ChaosOptions } from './options.ts';
import { createRandom } from './random.ts';
import { createRest } from './rest.ts';
import { setStage } from './stage.ts';
import { makeTargets } from './targets.ts';
import { copyTree, type TreeCopy } from './tree-copy.ts';
import { judge, type Verdict } from './verdict.ts';

export interface ChaosRun {
  readonly options: ChaosOptions;
  readonly durationMs: number;
  readonly submissions: number;
  readonly accepted: number;
  /** Fewer happen when the load has ended before their turn. */
  readonly plannedFaults: number;
  readonly faults: Readonly<Record<FaultKind, number>>;
  /** Requests of the client that had to be sent again. */
  readonly repeatedRequests: number;
  readonly failedStarts: number;
  readonly orphans: { readonly seen: number; readonly longestMs: number };
  readonly verdict: Verdict;
  /** Of the verdict and of the run itself. */
  readonly violations: readonly string[];
  /** Where logs and data are, when they are kept. */
  readonly folder?: string;
}

export interface RunHooks {
  readonly say: (text: string) => void;
  /** What runs; without it a copy of this tree is made. */
  readonly program?: TreeCopy;
}

const projects = 3;
const patienceMs = 90_000;
/** For the relay and the scheduler's other jobs, which look every two seconds. */
const settleMs = 3000;

/** One run: load and faults side by side, then the verdict. Leaves nothing running; its folder only when asked to. */
export const runChaos = async (options: ChaosOptions, { say, program = copyTree() }: RunHooks): Promise<ChaosRun> => {
  const startedAt = Date.now();
  const folder = mkdtempSync(join(tmpdir(), 'sightline-chaos-'));
  const cleanups: (() => void)[] = [
    program.remove,
    () => {
      if (!options.keep) rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
    },
  ];
  const removeAll = (): void => {
    for (const remove of cleanups.splice(0).reverse()) remove();
  };
  // Whoever interrupts it must not be left with servers, some of them stopped.
  const onInterrupt = (): void => {
    removeAll();
    process.exit(130);
  };
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, onInterrupt);
  const faultsOver = new AbortController();
  try {
    const random = createRandom(options.seed);
    const targets = await makeTargets(join(folder, 'targets'));
    cleanups.push(() => void targets.git.close());
    const stage = await setStage(options, folder, targets.git.host);
    cleanups.push(stage.remove);
    const fleet = createFleet({ launcher: program.launcher, folder, env: stage.env, members: stage.members, patienceMs });
    cleanups.push(fleet.abandon);
    await fleet.ready();
    say(`${stage.members.length} processes are up after ${((Date.now() - startedAt) / 1000).toFixed(1)} s`);
    const token = readFileSync(join(stage.dataDir, 'operator-token'), 'utf8').trim();
    const urls = stage.members.flatMap(({ url }) => (url === undefined ? [] : [url]));
    const rest = createRest(urls, token, patienceMs);
    const plan = planLoad(options.tasks, projects, targets.list, random);
    const { activeScans } = stage;
    const load = createLoad({ rest, plan, projects, targets, activeScans, patienceMs, runId: randomBytes(4).toString('hex') });
    const { restartDatabase } = stage;
    const faultPlan = planFaults(options, random);
    const faults = createFaults({
      plan: faultPlan,
      fleet,
      random,
      leaseMs: options.leaseMs,
      share: load.share,
      say,
      ...(restartDatabase === undefined ? {} : { restartDatabase }),
    });

    const disturbing = faults.run({ signal: faultsOver.signal });
    await load.run();
    faultsOver.abort();
    await disturbing;
    await fleet.ready();
    await sleep(settleMs);
    say('everything has ended; the processes stop');
    const badStops = [...(await fleet.stop(['worker'])), ...(await fleet.stop(['server', 'all']))];
    const verdict = await judge({ folder, dataDir: stage.dataDir, database: stage.database }, load.acknowledged);
    return {
      options,
      durationMs: Date.now() - startedAt,
      submissions: plan.length,
      accepted: load.acknowledged.length,
      plannedFaults: faultPlan.length,
      faults: faults.happened(),
      repeatedRequests: rest.repeats(),
      failedStarts: fleet.failedStarts(),
      orphans: faults.orphans(),
      verdict,
      violations: [...load.violations, ...faults.violations, ...fleet.unasked(), ...badStops, ...verdict.violations],
      ...(options.keep ? { folder } : {}),
    };
  } finally {
    faultsOver.abort();
    for (const name of ['SIGINT', 'SIGTERM'] as const) process.off(name, onInterrupt);
    removeAll();
    if (options.keep) say(`kept ${folder}`);
  }
};
