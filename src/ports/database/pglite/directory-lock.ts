import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { AppError, isSystemError, messageOf } from '../../../lib/errors.ts';

export interface DirectoryLock {
  /** Idempotent. */
  readonly release: () => void;
}

/** SQLITE_BUSY */
const busyCode = 5;

const isBusy = (error: unknown): boolean => error instanceof Error && 'errcode' in error && error.errcode === busyCode;

/** Who has it, for the message only; it may be gone by now. */
const readHolder = (path: string): string => {
  try {
    return readFileSync(path, 'utf8').trim().slice(0, 20);
  } catch {
    return '';
  }
};

/**
 * Holds a folder for this process, since PGlite itself lets two open the same database and ruin it. The lock is one of the operating system,
 * taken through SQLite's exclusive lock on an empty file (Node has no `flock`): the system gives it to one only and frees it when the process
 * dies in whatever way, so there is nothing stale to judge, no process id that was given to another program, and two containers that share
 * a folder see each other. The process id beside it is for people.
 *
 * @throws AppError `data_dir_locked`
 */
export const lockDirectory = (directory: string): DirectoryLock => {
  const holderPath = join(directory, 'lock.pid');
  let handle: DatabaseSync | undefined;
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    handle = new DatabaseSync(join(directory, 'lock'), { timeout: 0 });
    handle.exec('pragma journal_mode = memory; begin exclusive');
    writeFileSync(holderPath, `${process.pid}\n`, { mode: 0o600 });
  } catch (error) {
    handle?.close();
    if (isBusy(error)) {
      const holder = readHolder(holderPath);
      throw new AppError('data_dir_locked', `${directory} is in use by another process${holder === '' ? '' : ` (pid ${holder})`}`, {
        hint: 'Stop that process, or give this one a folder of its own with --data-dir.',
        details: { directory, ...(holder === '' ? {} : { pid: holder }) },
      });
    }
    const code = isSystemError(error) ? error.code : messageOf(error);
    throw new AppError('config_invalid', `the folder ${directory} cannot be used for the database: ${code}`, {
      hint: 'Give a folder that this user may write, with --data-dir.',
      cause: error,
    });
  }
  let held: DatabaseSync | undefined = handle;
  return {
    release: () => {
      held?.close();
      held = undefined;
    },
  };
};
