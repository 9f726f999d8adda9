import type { FileCoverage } from '../../../domain/coverage.ts';
import { AppError } from '../../../lib/errors.ts';
import type { CheckoutBudgets } from '../checkout.ts';
import { flag, userValue } from '../git-command.ts';
import { streamGit } from '../git-process.ts';
import { linkRow, tooLargeRow } from '../left-out.ts';
import { decodeName } from '../path-names.ts';
import { gitFailure } from './failures.ts';
import type { LocalContext } from './fetch.ts';
import { checkTreePath } from './tree-paths.ts';

/** A file of a tree, as git knows it. */
export interface TreeFile {
  readonly path: string;
  /** The path's own bytes where they are not UTF-8. */
  readonly pathBytes?: Buffer;
  readonly blobId: string;
  readonly sizeBytes: number;
}

export interface Tree {
  readonly files: readonly TreeFile[];
  readonly leftOut: readonly FileCoverage[];
  readonly warnings: readonly string[];
}

/** Longest path that is read at all; the budget is far below. */
const maxRecordBytes = 64 * 1024;
/** Mode, type, id and size before each path. */
const maxFieldBytes = 100;
/** Rows that name what a budget cut off; the rest is counted in a warning, since such paths may be very long. */
const budgetRows = 100;

/** Cuts a stream at NUL bytes. @throws AppError `path_denied` for a record that does not end. */
async function* records(stream: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of stream) {
    let data = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    for (let end = data.indexOf(0); end >= 0; end = data.indexOf(0)) {
      yield data.subarray(0, end);
      data = data.subarray(end + 1);
    }
    if (data.length > maxRecordBytes) throw new AppError('path_denied', 'the repository holds a path that does not end');
    rest = data;
  }
}

const overBudget = (bytes: Buffer, path: string, budgets: CheckoutBudgets): string | undefined => {
  if (bytes.length > budgets.pathBytes) return `the path is longer than ${budgets.pathBytes} bytes`;
  const names = path.split('/');
  if (names.length > budgets.depth) return `more than ${budgets.depth} directories deep`;
  return names.some((name) => Buffer.byteLength(name) > budgets.nameBytes) ? `a name is longer than ${budgets.nameBytes} bytes` : undefined;
};

/**
 * Lists a commit's tree and counts it against the budgets before anything is written: a few hundred bytes can describe billions of files.
 * @throws AppError `file_limit`, `path_denied`, `git_integrity`.
 */
export const readTree = async (commit: string, budgets: CheckoutBudgets, context: LocalContext): Promise<Tree> => {
  const files: TreeFile[] = [];
  const leftOut: FileCoverage[] = [];
  let entries = 0;
  let cutOff = 0;
  const listing = streamGit(
    { name: 'ls-tree', flags: [flag('-r'), flag('-z'), flag('--long'), flag('--full-tree')], values: [userValue(commit)] },
    { ...context, maxOutputBytes: maxRecordBytes + budgets.files * (budgets.pathBytes + maxFieldBytes) },
  );
  listing.stdin.end();
  try {
    for await (const record of records(listing.stdout)) {
      const tab = record.indexOf(9);
      const [mode, type, blobId, size] = record.subarray(0, tab).toString('latin1').split(/ +/);
      if (tab < 0 || mode === undefined || blobId === undefined || size === undefined)
        throw new AppError('git_integrity', 'git lists a tree in an unknown way');
      entries += 1;
      if (entries > budgets.files) {
        throw new AppError('file_limit', `the repository holds more than ${budgets.files} files`, {
          hint: 'Raise the budget for files, or scan a part of it.',
        });
      }
      const bytes = record.subarray(tab + 1);
      const name = decodeName(Buffer.from(bytes));
      checkTreePath(name.text);
      const path = name.text;
      const cut = overBudget(bytes, path, budgets);
      const sizeBytes = Number(size);
      if (type === 'commit')
        leftOut.push({ path, state: 'excluded', reason: 'submodule', detail: 'a submodule; its repository is not fetched' });
      else if (mode === '120000') leftOut.push(linkRow(path));
      else if (type !== 'blob' || !Number.isSafeInteger(sizeBytes))
        leftOut.push({ path, state: 'failed', reason: 'unreadable', detail: 'the repository lacks this object' });
      else if (cut !== undefined) {
        cutOff += 1;
        if (cutOff <= budgetRows) leftOut.push({ path, state: 'failed', reason: 'budget', detail: cut });
      } else if (sizeBytes > budgets.fileBytes) leftOut.push(tooLargeRow(path, sizeBytes, budgets.fileBytes));
      else files.push({ path, blobId, sizeBytes, ...(name.bytes === undefined ? {} : { pathBytes: name.bytes }) });
    }
    await listing.done;
  } catch (error) {
    listing.stop();
    throw error instanceof AppError && error.code === 'git_failed'
      ? gitFailure(String(error.details['stderr'] ?? ''), 'cannot read the tree')
      : error;
  } finally {
    await listing.done.catch(() => undefined);
  }
  const warnings = cutOff > budgetRows ? [`${cutOff - budgetRows} more paths were cut off by a budget`] : [];
  return { files, leftOut, warnings };
};
