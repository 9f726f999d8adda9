import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isSystemError } from '../../lib/errors.ts';

/** Directory names say whose they are, so that a later run can remove what a killed one left. */
const prefix = 'sightline-';
const pattern = /^sightline-(\d+)-/;

export interface Scratch {
  /** Absolute, mode 0700, empty. */
  readonly path: string;
  /** Removes it with everything in it. Idempotent. */
  readonly remove: () => Promise<void>;
}

const removeTree = (path: string): Promise<void> => rm(path, { recursive: true, force: true, maxRetries: 5, retryDelay: 20 });

/** A new directory below `root`, which exists. */
export const createScratch = async (root: string): Promise<Scratch> => {
  const path = await mkdtemp(join(root, `${prefix}${process.pid}-`));
  return { path, remove: () => removeTree(path) };
};

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it lives, and belongs to somebody else.
    return !isSystemError(error, 'ESRCH');
  }
};

/**
 * Removes scratch directories below `root` whose process is gone. A process id that was given to another program keeps its directory
 * until that one ends. Returns how many were removed; what cannot be removed (another user's) is left.
 */
export const sweepStale = async (root: string): Promise<number> => {
  const names = await readdir(root).catch(() => []);
  let removed = 0;
  for (const name of names) {
    const pid = Number(pattern.exec(name)?.[1]);
    if (!Number.isSafeInteger(pid) || pid <= 0 || isAlive(pid)) continue;
    await removeTree(join(root, name)).then(
      () => (removed += 1),
      () => undefined,
    );
  }
  return removed;
};
