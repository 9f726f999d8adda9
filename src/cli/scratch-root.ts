import { chmodSync, lstatSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { AppError, isSystemError, messageOf } from '../lib/errors.ts';

/** A private place for one process below a private place for one user. */
export interface ScratchRoot {
  readonly path: string;
  /** Where this user's other processes have theirs. */
  readonly sharedPath: string;
  /** Synchronous, so that it also runs while the process ends; idempotent. */
  readonly remove: () => void;
}

const hint = 'Set TMPDIR to a folder of your own, or remove what is in the way.';

/** Temporary folders are shared: another user may have put something there first. */
const assertOwn = (path: string, uid: number): void => {
  const present = lstatSync(path);
  if (!present.isDirectory() || present.uid !== uid) throw new AppError('internal', `${path} is not a folder of your own`, { hint });
  if ((present.mode & 0o077) !== 0) chmodSync(path, 0o700);
};

/** @throws AppError `internal` when the temporary folder cannot be used. */
export const openScratchRoot = (temporary: string, uid: number, pid: number): ScratchRoot => {
  const shared = join(temporary, `sightline-${uid}`);
  try {
    mkdirSync(shared, { mode: 0o700 });
  } catch (error) {
    if (!isSystemError(error, 'EEXIST'))
      throw new AppError('internal', `cannot make ${shared}: ${messageOf(error)}`, { cause: error, hint });
  }
  assertOwn(shared, uid);
  // The process id in the name lets a later run remove what a killed one left.
  const path = mkdtempSync(join(shared, `sightline-${pid}-`));
  return { path, sharedPath: shared, remove: () => rmSync(path, { recursive: true, force: true, maxRetries: 2 }) };
};
