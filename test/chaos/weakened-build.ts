import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A piece of the source and what stands in its place; it must be there exactly once, or the copy would not be what its name says. */
export interface Weakening {
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

export interface WeakenedBuild {
  readonly launcher: string;
  readonly remove: () => void;
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

const root = fileURLToPath(new URL('../../', import.meta.url));
const copied = ['src', 'rules', 'sightline', 'package.json', 'package-lock.json'];

const weaken = (folder: string, { file, from, to }: Weakening): void => {
  const path = join(folder, file);
  const pieces = readFileSync(path, 'utf8').split(from);
  if (pieces.length !== 2)
    throw new Error(`${file} has ${pieces.length - 1} times what is to be taken out; bring weakened-build.ts up to date`);
  writeFileSync(path, pieces.join(to));
};

/** A copy of this tree with its guards taken out. The product itself has no switch for that. */
export const makeWeakenedBuild = (weakenings: readonly Weakening[]): WeakenedBuild => {
  const folder = mkdtempSync(join(tmpdir(), 'sightline-weakened-'));
  for (const name of copied) cpSync(join(root, name), join(folder, name), { recursive: true, preserveTimestamps: true });
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  for (const weakening of weakenings) weaken(folder, weakening);
  return { launcher: join(folder, 'sightline'), remove: () => rmSync(folder, { recursive: true, force: true }) };
};
