import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isSystemError } from '../../lib/errors.ts';
import { processStart } from '../../lib/process-start.ts';

/** Directory names say whose they are (process id and, where it is known, its start), so that a later run can remove what a killed one left. */
const pattern = /^sightline-(\d+)-(?:t(\d+)-)?/;

const ownPrefix = (): string => {
  const start = processStart(process.pid);
  return `sightline-${process.pid}-${start === undefined ? '' : `t${start}-`}`;
};

export interface Scratch {
  /** Absolute, mode 0700, empty. */
  readonly path: string;
  /** Removes it with everything in it. Idempotent. */
  readonly remove: () => Promise<void>;
}

const removeTree = (path: string): Promise<void> => rm(path, { recursive: true, force: true, maxRetries: 5, retryDelay: 20 });

/** A new directory below `root`, which exists. */
export const createScratch = async (root: string): Promise<Scratch> => {
  const path = await mkdtemp(join(root, ownPrefix()));
  return { path, remove: () => removeTree(path) };
};

const isAlive = (pid: number, start: string | undefined): boolean => {
  const present = start === undefined ? undefined : processStart(pid);
  if (present !== undefined) return present === start;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it lives, and belongs to somebody else.
    return !isSystemError(error, 'ESRCH');
  }
};

/**
 * Removes scratch directories below `root` whose process is gone. Where the name does not say when its process
 * started, an id that was given to another program keeps the directory until that one ends. Returns how many were removed; what cannot be removed (another user's) is left.
 */
export const sweepStale = async (root: string): Promise<number> => {
  const names = await readdir(root).catch(() => []);
  let removed = 0;
  for (const name of names) {
    const [, id, start] = pattern.exec(name) ?? [];
    const pid = Number(id);
    if (!Number.isSafeInteger(pid) || pid <= 0 || isAlive(pid, start)) continue;
    await removeTree(join(root, name)).then(
      () => (removed += 1),
      () => undefined,
    );
  }
  return removed;
};
