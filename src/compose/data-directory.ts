import { mkdir, open, rename, rm } from 'node:fs/promises';
import { AppError, messageOf } from '../lib/errors.ts';
import type { ServerPaths } from './server-paths.ts';

/** Makes the folders of a server; what is in them is for its own user only. @throws AppError `config_invalid` */
export const makeDataDirectory = async ({ dataDir, blobsDir, scratchDir }: ServerPaths): Promise<void> => {
  for (const folder of [dataDir, blobsDir, scratchDir]) {
    try {
      await mkdir(folder, { recursive: true, mode: 0o700 });
    } catch (error) {
      throw new AppError('config_invalid', `the folder ${folder} cannot be made: ${messageOf(error)}`, {
        hint: 'Name a folder this user may write to with --data-dir.',
        cause: error,
      });
    }
  }
};

/** Keeps the operator token for commands of this user: whole or not at all, readable for nobody else. */
export const keepToken = async (path: string, token: string): Promise<void> => {
  const draft = `${path}.${process.pid}`;
  try {
    const file = await open(draft, 'wx', 0o600);
    try {
      await file.writeFile(`${token}\n`);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
};
