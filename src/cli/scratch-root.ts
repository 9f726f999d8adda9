import { chmodSync, lstatSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { AppError, isSystemError, messageOf } from '../lib/errors.ts';

/** A private place for one process below a private place for one user. */
export interface ScratchRoot {
  readonly path: string;
  /** Where this user's other processes have theirs. */
  readonly sharedPath: string;
  /** Synchronous, so that it also runs while the process ends; idempotent. */
  readonly remove: () => void;
}

const unusable = (why: string, cause?: unknown): AppError =>
  new AppError('scratch_unusable', why, {
    hint: 'Set TMPDIR to a folder that exists and that you may write to, or remove what is in the way.',
    ...(cause === undefined ? {} : { cause }),
  });

/** Temporary folders are shared: another user may have put something there first. */
const assertOwn = (path: string, uid: number): void => {
  const present = lstatSync(path);
  if (!present.isDirectory() || present.uid !== uid) throw unusable(`${path} is not a folder of your own`);
  if ((present.mode & 0o077) !== 0) chmodSync(path, 0o700);
};

const orUnusable = <T>(make: () => T): T => {
  try {
    return make();
  } catch (error) {
    throw isSystemError(error) ? unusable(`no temporary folder can be made: ${messageOf(error)}`, error) : error;
  }
};

const makeShared = (path: string): void => {
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    if (!isSystemError(error, 'EEXIST')) throw error;
  }
};

/** @throws AppError `scratch_unusable` */
export const openScratchRoot = (temporary: string, uid: number, pid: number): ScratchRoot => {
  // TMPDIR may be relative; programs that are handed a path stand elsewhere.
  const shared = join(resolve(temporary), `sightline-${uid}`);
  orUnusable(() => makeShared(shared));
  assertOwn(shared, uid);
  // The process id in the name lets a later run remove what a killed one left.
  const path = orUnusable(() => mkdtempSync(join(shared, `sightline-${pid}-`)));
  return { path, sharedPath: shared, remove: () => rmSync(path, { recursive: true, force: true, maxRetries: 2 }) };
};
