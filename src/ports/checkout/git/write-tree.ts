import type { FileCoverage } from '../../../domain/coverage.ts';
import type { OnProgress } from '../../../domain/progress.ts';
import { AppError } from '../../../lib/errors.ts';
import type { CheckoutBudgets } from '../checkout.ts';
import { unwritableRow } from '../left-out.ts';
import { createTreeWriter, type NewFile } from '../tree-writer.ts';
import { readBlobs } from './blobs.ts';
import type { LocalContext } from './fetch.ts';
import type { TreeFile } from './tree.ts';

const reportEveryFiles = 500;

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
  const writer = createTreeWriter(root);
  let open: NewFile | undefined;
  let done = 0;
  let bytes = 0;
  const close = (): void => {
    open?.close();
    open = undefined;
  };
  try {
    await readBlobs(
      files,
      {
        begin: (file) => {
          const created = writer.create(file, 0o644);
          if (typeof created === 'string') failed.push(unwritableRow(file.path, file.sizeBytes, created));
          else open = created;
        },
        write: (chunk) => {
          open?.write(chunk);
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
