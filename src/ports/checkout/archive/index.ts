import { constants } from 'node:fs';
import { type FileHandle, mkdir, open, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { throwIfAborted, withDeadline } from '../../../lib/abort.ts';
import { AppError, isSystemError } from '../../../lib/errors.ts';
import type { Checkout, CheckoutRequest, CheckoutSource } from '../checkout.ts';
import { listTree } from '../listing.ts';
import { comparePaths, nameForMessage } from '../path-names.ts';
import { createScratch } from '../scratch.ts';
import { checkFormat, formatOfName } from './archive-file.ts';
import { unpack } from './unpack.ts';

const openFile = async (target: string): Promise<FileHandle> => {
  try {
    // O_NONBLOCK: a fifo with that name must not keep us waiting.
    return await open(target, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    if (!isSystemError(error)) throw error;
    const missing = error.code === 'ENOENT' || error.code === 'ENOTDIR';
    const what = missing
      ? `there is no archive at "${nameForMessage(target)}"`
      : `"${nameForMessage(target)}" cannot be read (${error.code})`;
    throw new AppError('target_not_found', what, {
      hint: 'Check the spelling and the permissions.',
      cause: error,
    });
  }
};

const refuseGitOptions = ({ ref, commit, history, since }: CheckoutRequest): void => {
  if (ref !== undefined || commit !== undefined)
    throw new AppError('usage_invalid', '--ref goes with a git URL; an archive is scanned as it is', { hint: 'Leave out --ref.' });
  if (!history && since === undefined) return;
  throw new AppError('git_history_missing', "an archive has no git history: git's own data is never taken from one", {
    hint: 'Leave out --history and --since, or scan the repository itself.',
  });
};

/** Takes the one directory that holds everything away from the rows, as the root takes it away from the files. */
const below = (commonTop: string | undefined, path: string): string => (commonTop === undefined ? path : path.slice(commonTop.length + 1));

/**
 * A .zip, .tar, .tar.gz or .tgz file. It is unpacked into a private directory by our own reader, all or nothing. When one directory
 * holds every entry (`name-main/` of a hosting site) that directory is the root, so that a finding has the same path, and identity, in
 * the archive and in the directory it was made of; an archive of `.` keeps its names.
 */
export const archiveSource: CheckoutSource = {
  name: 'archive',
  accepts: async (target) => {
    if (formatOfName(target) === undefined || /^[a-z][a-z0-9+.-]*:\/\//i.test(target)) return false;
    // A missing one is ours too: the answer then speaks of an archive.
    return stat(target).then(
      (found) => !found.isDirectory(),
      () => true,
    );
  },
  open: async (request, { scratch, onProgress, signal }): Promise<Checkout> => {
    throwIfAborted(signal);
    refuseGitOptions(request);
    const format = formatOfName(request.target);
    if (format === undefined) throw new AppError('target_unsupported', `"${nameForMessage(request.target)}" is no archive by its name`);
    const { budgets } = request;
    const startedMs = performance.now();
    const deadline = withDeadline(signal, budgets.timeoutMs, 'checkout_timeout', `unpacking took longer than ${budgets.timeoutMs} ms`);
    onProgress({ type: 'phase', phase: 'unpack' });
    const file = await openFile(request.target);
    try {
      const status = await file.stat();
      if (!status.isFile())
        throw new AppError(
          'target_unsupported',
          `"${nameForMessage(request.target)}" has the name of an archive, but is not a regular file`,
        );
      if (status.size > budgets.transferBytes) {
        throw new AppError('size_limit', `the archive is larger than ${budgets.transferBytes} bytes`, {
          hint: 'Raise the budget for transferred bytes, or unpack it yourself and scan the directory.',
        });
      }
      checkFormat(file.fd, request.target, format);
      const directory = await createScratch(scratch);
      try {
        const into = join(directory.path, 'tree');
        await mkdir(into);
        const unpacked = await unpack({ fd: file.fd, sizeBytes: status.size, format, into, budgets, onProgress, signal: deadline.signal });
        const root = unpacked.commonTop === undefined ? into : join(into, unpacked.commonTop);
        // An archive of empty directories has written none.
        await mkdir(root, { recursive: true });
        onProgress({ type: 'phase', phase: 'list' });
        const timeoutMs = Math.max(1, budgets.timeoutMs - (performance.now() - startedMs));
        const listing = await listTree(
          { root, prefix: '', budgets: { ...budgets, timeoutMs }, exclude: request.exclude },
          { signal: deadline.signal },
        );
        const rows = unpacked.leftOut.map((row) => ({ ...row, path: below(unpacked.commonTop, row.path) }));
        return {
          root,
          target: { kind: 'archive', location: request.target },
          files: listing.files,
          leftOut: [...listing.leftOut, ...rows].sort((a, b) => comparePaths(a.path, b.path)),
          warnings: listing.warnings,
          dispose: directory.remove,
        };
      } catch (error) {
        await directory.remove();
        throw error;
      }
    } catch (error) {
      // A stream that an abort cut off says something of its own.
      throwIfAborted(deadline.signal);
      throw error;
    } finally {
      deadline.clear();
      await file.close();
    }
  },
};
