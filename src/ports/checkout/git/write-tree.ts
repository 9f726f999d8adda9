import { closeSync, constants, mkdirSync, openSync, writeSync } from 'node:fs';
import type { FileCoverage } from '../../../domain/coverage.ts';
import type { OnProgress } from '../../../domain/progress.ts';
import { AppError, isSystemError } from '../../../lib/errors.ts';
import type { CheckoutBudgets } from '../checkout.ts';
import { readBlobs } from './blobs.ts';
import type { LocalContext } from './fetch.ts';
import type { TreeFile } from './tree.ts';

const reportEveryFiles = 500;
const newFile = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;

/** Two names that the file system takes for one: the second file is not written. */
const collision = 'another file already has this name on this file system';

/**
 * Writes files below `root`, a new empty directory that nobody else writes to. Git itself never checks anything out: no links, no filters,
 * no delayed writes, and every file is created new. Returns what could not be written.
 * @throws AppError `size_limit` before the first byte is written.
 */
export const writeTree = async (
  files: readonly TreeFile[],
  root: string,
  options: LocalContext & { readonly budgets: CheckoutBudgets; readonly onProgress: OnProgress },
): Promise<readonly FileCoverage[]> => {
  const totalBytes = files.reduce((sum, file) => sum + file.sizeBytes, 0);
  if (totalBytes > options.budgets.checkoutBytes) {
    throw new AppError('size_limit', `the files of the repository have ${totalBytes} bytes, ${options.budgets.checkoutBytes} are allowed`, {
      hint: 'Raise the budget, or leave parts out with --exclude.',
    });
  }
  const failed: FileCoverage[] = [];
  const rootBytes = Buffer.from(`${root}/`);
  const made = new Set<string>(['']);
  const makeDirectory = (file: TreeFile): void => {
    const directory = file.path.slice(0, Math.max(0, file.path.lastIndexOf('/')));
    if (made.has(directory)) return;
    const bytes = file.pathBytes?.subarray(0, file.pathBytes.lastIndexOf(47)) ?? Buffer.from(directory);
    mkdirSync(Buffer.concat([rootBytes, bytes]), { recursive: true });
    made.add(directory);
  };

  let descriptor: number | undefined;
  let done = 0;
  let bytes = 0;
  const close = (): void => {
    if (descriptor !== undefined) closeSync(descriptor);
    descriptor = undefined;
  };
  try {
    await readBlobs(
      files,
      {
        begin: (file) => {
          try {
            makeDirectory(file);
            descriptor = openSync(Buffer.concat([rootBytes, file.pathBytes ?? Buffer.from(file.path)]), newFile, 0o644);
          } catch (error) {
            if (!isSystemError(error, 'EEXIST', 'ENOTDIR', 'ENAMETOOLONG', 'EILSEQ', 'EINVAL')) throw error;
            const detail =
              error.code === 'EEXIST' || error.code === 'ENOTDIR' ? collision : `this file system cannot hold the name (${error.code})`;
            failed.push({ path: file.path, state: 'failed', reason: 'unreadable', detail, sizeBytes: file.sizeBytes });
          }
        },
        write: (chunk) => {
          for (let at = 0; descriptor !== undefined && at < chunk.length; ) at += writeSync(descriptor, chunk, at);
          bytes += chunk.length;
        },
        end: () => {
          close();
          done += 1;
          if (done % reportEveryFiles === 0 || done === files.length) options.onProgress({ type: 'unpack', files: done, bytes });
        },
      },
      options,
    );
  } finally {
    close();
  }
  return failed;
};
