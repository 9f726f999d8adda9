import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { copyTree, type TreeCopy } from './tree-copy.ts';

/** A piece of the source and what stands in its place; it must be there exactly once, or the copy would not be what its name says. */
export interface Weakening {
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

/** Workers that never give up a lease: what the server's guard is there for. */
export const blindWorkers: readonly Weakening[] = [
  {
    file: 'src/roles/worker/heartbeat-messages.ts',
    from: `  nowMs - Number(Atomics.load(state.confirmedAtMs, 0)) > (leaseMs * 2) / 3;`,
    to: `  nowMs - Number(Atomics.load(state.confirmedAtMs, 0)) > leaseMs * 1e9;`,
  },
  {
    file: 'src/roles/worker/heartbeat-messages.ts',
    from: `  Atomics.compareExchange(state.end, 0, 0, leaseEnds.indexOf(reason) + 1) === 0;`,
    to: `  reason === 'cancel' && Atomics.compareExchange(state.end, 0, 0, leaseEnds.indexOf(reason) + 1) === 0;`,
  },
];

/** A server that takes a result from whoever brings one. */
export const noEpochGuard: Weakening = {
  file: 'src/domain/task-lifecycle.ts',
  from: `  if (!holds(task, holder)) return { answer: 'fenced' };
  return {
    answer: 'committed',`,
  to: `  return {
    answer: 'committed',`,
};

const weaken = (folder: string, { file, from, to }: Weakening): void => {
  const path = join(folder, file);
  const pieces = readFileSync(path, 'utf8').split(from);
  if (pieces.length !== 2)
    throw new Error(`${file} has ${pieces.length - 1} times what is to be taken out; bring weakened-build.ts up to date`);
  writeFileSync(path, pieces.join(to));
};

/** A copy of this tree with its guards taken out. The product itself has no switch for that. */
export const makeWeakenedBuild = (weakenings: readonly Weakening[]): TreeCopy => {
  const copy = copyTree();
  for (const weakening of weakenings) weaken(copy.folder, weakening);
  return copy;
};
