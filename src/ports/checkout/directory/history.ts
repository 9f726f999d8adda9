import { relative, sep } from 'node:path';
import { AppError } from '../../../lib/errors.ts';
import type { CheckoutRequest, GitRepository } from '../checkout.ts';
import { flag, userValue } from '../git-command.ts';
import { type GitOptions, runGit } from '../git-process.ts';
import type { Head, RepositoryLocation } from './repository.ts';

const resolveCommit = async (
  gitDir: string,
  revision: string,
  options: Pick<GitOptions, 'searchPath' | 'signal'>,
): Promise<string | undefined> => {
  const { exitCode, stdout } = await runGit(
    { name: 'rev-parse', flags: [flag('--verify'), flag('--quiet')], values: [userValue(`${revision}^{commit}`, 'ref_invalid')] },
    { ...options, gitDir, timeoutMs: 30_000, maxOutputBytes: 4096 },
  );
  const id = stdout.toString('latin1').trim();
  return exitCode === 0 && /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(id) ? id : undefined;
};

/**
 * The repository of a scanned directory. Git itself runs only when history was asked for.
 * @throws AppError `git_history_missing`, `ref_not_found`, `ref_invalid`, `git_missing`
 */
export const openHistory = async (
  request: Pick<CheckoutRequest, 'target' | 'history' | 'since'>,
  root: string,
  repository: RepositoryLocation | undefined,
  head: Head,
  options: Pick<GitOptions, 'searchPath' | 'signal'>,
): Promise<GitRepository | undefined> => {
  const wanted = request.history || request.since !== undefined;
  if (repository === undefined) {
    if (!wanted) return undefined;
    throw new AppError('git_history_missing', `"${request.target}" is not in a git repository`, {
      hint: 'Leave out --history and --since, or give a directory that git knows.',
    });
  }
  const { gitDir } = repository;
  const commit = head.commit ?? (wanted ? await resolveCommit(gitDir, 'HEAD', options) : undefined);
  if (commit === undefined) {
    if (!wanted) return undefined;
    throw new AppError('git_history_missing', `the repository of "${request.target}" has no commit yet`, {
      hint: 'Leave out --history and --since.',
    });
  }
  const below = relative(repository.top, root).split(sep).join('/');
  const prefix = below === '' ? '' : `${below}/`;
  if (request.since === undefined) return { gitDir, commit, prefix };
  const sinceCommit = await resolveCommit(gitDir, request.since, options);
  if (sinceCommit === undefined) {
    throw new AppError('ref_not_found', `the repository has no branch, tag or commit "${request.since}"`, {
      hint: 'Fetch it first; in CI, check out with the whole history (fetch-depth: 0).',
    });
  }
  return { gitDir, commit, prefix, sinceCommit };
};
