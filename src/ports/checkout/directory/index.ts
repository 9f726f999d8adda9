import { accessSync, constants, type Stats } from 'node:fs';
import { lstat, realpath, stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import type { FileCoverage } from '../../../domain/coverage.ts';
import { throwIfAborted } from '../../../lib/abort.ts';
import { AppError, isSystemError } from '../../../lib/errors.ts';
import type { CheckoutRequest, CheckoutSource } from '../checkout.ts';
import { tooLargeRow } from '../left-out.ts';
import { type Listing, listTree } from '../listing.ts';
import { nameForMessage } from '../path-names.ts';
import { openHistory } from './history.ts';
import { readRulesAbove } from './ignore-files-above.ts';
import { readTracked } from './index-file.ts';
import { findRepository, isGitDirectory, type RepositoryLocation, readHead, repositoryAt } from './repository.ts';

const packed = /\.(?:7z|rar|tar\.(?:bz2|xz|zst|lz4?)|t(?:bz2?|xz|zst)|gz|bz2|xz|zst)$/i;

const statTarget = async (target: string): Promise<Stats> => {
  try {
    return await stat(target);
  } catch (error) {
    if (isSystemError(error, 'ENOENT', 'ENOTDIR')) {
      throw new AppError('target_not_found', `there is nothing at "${nameForMessage(target)}"`, {
        hint: 'Check the spelling. A remote repository is given as a whole URL: https://host/owner/name.',
        cause: error,
      });
    }
    if (isSystemError(error, 'EACCES', 'EPERM', 'ELOOP', 'ENAMETOOLONG')) {
      throw new AppError('target_not_found', `"${nameForMessage(target)}" cannot be reached (${error.code})`, {
        hint: 'Check the permissions of the directories that lead to it.',
        cause: error,
      });
    }
    throw error;
  }
};

/** One file that a person named: ignore files do not speak of it. */
const listOne = async (path: string, budgets: CheckoutRequest['budgets']): Promise<Listing> => {
  const name = basename(path);
  const { size } = await lstat(path);
  const leftOut = (row: FileCoverage): Listing => ({ files: [], leftOut: [row], warnings: [] });
  if (size > budgets.fileBytes) return leftOut(tooLargeRow(name, size, budgets.fileBytes));
  try {
    accessSync(path, constants.R_OK);
  } catch {
    return leftOut({ path: name, state: 'failed', reason: 'unreadable', detail: 'cannot be read (EACCES)', sizeBytes: size });
  }
  return { files: [{ path: name, sizeBytes: size }], leftOut: [], warnings: [] };
};

const list = async (
  request: CheckoutRequest,
  root: string,
  repository: RepositoryLocation | undefined,
  warn: (warning: string) => void,
  options: { readonly signal: AbortSignal },
): Promise<Listing> => {
  const above = readRulesAbove(root, repository, warn);
  const trackedIn = (nested: RepositoryLocation | undefined): ReturnType<typeof readTracked> =>
    nested === undefined ? undefined : readTracked(nested, warn);
  return listTree(
    {
      root,
      prefix: above.prefix,
      budgets: request.budgets,
      exclude: request.exclude,
      sightlineRules: above.sightline,
      ...(request.includeIgnored
        ? {}
        : {
            git: {
              rules: above.git,
              tracked: () => trackedIn(repository),
              // A name that is not UTF-8 cannot be told to the functions that read a repository; such a one counts as plain files.
              trackedIn: (directory) => (typeof directory === 'string' ? trackedIn(repositoryAt(directory)) : undefined),
            },
          }),
    },
    options,
  );
};

/** What people typed; where that is only a place to stand (`.`, `../..`), what the directory is called. */
const nameOf = (target: string, path: string): string => (/^[./]+$/.test(target) ? basename(path) || path : target);

/**
 * A directory on this machine, or one file in it, read in place: nothing is copied and nothing is written. It takes every target that
 * no other adapter took and that does not look like a URL, so that a misspelt path gets a useful answer.
 */
export const directorySource: CheckoutSource = {
  name: 'directory',
  accepts: async (target) => !/^[a-z][a-z0-9+.-]*:\/\//i.test(target),
  open: async (request, { environment, onProgress, signal }) => {
    throwIfAborted(signal);
    onProgress({ type: 'phase', phase: 'resolve' });
    const target = await statTarget(request.target);
    if (!target.isDirectory() && !target.isFile()) {
      throw new AppError('target_unsupported', `"${nameForMessage(request.target)}" is neither a directory nor a regular file`);
    }
    const path = await realpath(request.target);
    if (target.isFile() && packed.test(path)) {
      throw new AppError('target_unsupported', `"${nameForMessage(request.target)}" is packed in a form that is not read`, {
        hint: 'Unpack it and scan the directory, or give a .zip, .tar, .tar.gz or .tgz file.',
      });
    }
    if (request.ref !== undefined) {
      throw new AppError('usage_invalid', '--ref goes with a git URL; a directory is scanned as it is', {
        hint: 'Check the revision out first, or give the URL of the repository.',
      });
    }
    if (target.isDirectory() && isGitDirectory(path)) {
      throw new AppError('target_unsupported', `"${nameForMessage(request.target)}" is a git directory: its files lie packed inside`, {
        hint: 'Scan the work tree it belongs to, or make one of it with "git clone" and scan that.',
      });
    }
    const root = target.isDirectory() ? path : dirname(path);
    const warnings: string[] = [];
    const warn = (warning: string): void => {
      if (!warnings.includes(warning)) warnings.push(warning);
    };
    const located = findRepository(root, warn);
    const head = located === undefined ? {} : readHead(located);
    const repository = await openHistory(request, root, located, head, { searchPath: environment.searchPath, signal });
    onProgress({ type: 'phase', phase: 'list' });
    const listing = target.isDirectory() ? await list(request, root, located, warn, { signal }) : await listOne(path, request.budgets);
    return {
      root,
      target: {
        kind: 'directory',
        location: nameOf(request.target, path),
        ...(head.branch === undefined ? {} : { ref: head.branch }),
        ...(repository === undefined ? {} : { commit: repository.commit }),
      },
      files: listing.files,
      leftOut: listing.leftOut,
      warnings: [...warnings, ...listing.warnings],
      ...(repository === undefined ? {} : { repository }),
      dispose: async () => undefined,
    };
  },
};
