import { constants } from 'node:fs';
import { mkdir, open, rmdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { isSystemError } from '../../../lib/errors.ts';

/** Makes the names in a folder last through a loss of power. */
export const syncFolder = async (path: string): Promise<void> => {
  const handle = await open(path, constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
};

/** A folder and all above it, lasting. */
export const makeFolder = async (path: string): Promise<void> => {
  const first = await mkdir(path, { recursive: true, mode: 0o700 });
  if (first === undefined) return;
  for (let folder = path; folder.length >= first.length; folder = dirname(folder)) await syncFolder(dirname(folder));
};

/** Removes a folder and those above it, below `root`, as far as they are empty. */
export const pruneFolders = async (path: string, root: string): Promise<void> => {
  for (let folder = path; folder.startsWith(`${root}/`); folder = dirname(folder)) {
    try {
      await rmdir(folder);
    } catch (error) {
      if (isSystemError(error, 'ENOENT')) continue;
      return;
    }
  }
};
