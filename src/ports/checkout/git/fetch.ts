import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { OnProgress } from '../../../domain/progress.ts';
import { AppError, isAppError } from '../../../lib/errors.ts';
import type { CheckoutBudgets } from '../checkout.ts';
import { flag, type GitCommand, userValue } from '../git-command.ts';
import { type GitResult, runGit } from '../git-process.ts';
import { gitFailure } from './failures.ts';
import type { Remote } from './remote.ts';
import type { Revision } from './revision.ts';

const watchIntervalMs = 100;
const mebibyte = 1024 ** 2;
/** Until objects arrive git only reads advertisements; then `index-pack` keeps a table of all objects. */
const discoveryMemoryBytes = 160 * mebibyte;
const transferMemoryBytes = 2048 * mebibyte;

export interface LocalContext {
  readonly gitDir: string;
  readonly searchPath: string;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** Bytes of packs, complete or on their way. */
const packBytes = async (directory: string): Promise<number> => {
  let bytes = 0;
  for (const name of (await readdir(directory).catch(() => [])).filter((name) => /^tmp_pack_|\.pack$/.test(name)))
    bytes += await stat(join(directory, name)).then(
      ({ size }) => size,
      () => 0,
    );
  return bytes;
};

export interface FetchOptions extends LocalContext {
  readonly remote: Remote;
  readonly budgets: CheckoutBudgets;
  readonly onProgress: OnProgress;
}

const tooLarge = (bytes: number): AppError =>
  new AppError('size_limit', `the repository is larger than the ${bytes} bytes that may be transferred`, {
    hint: 'Raise the budget, or scan a smaller part of the history.',
  });

/** Runs one fetch and ends it when what arrives grows beyond the budget. */
const fetchWatched = async (command: GitCommand, options: FetchOptions): Promise<GitResult> => {
  const { budgets, remote, onProgress } = options;
  const controller = new AbortController();
  const pack = join(options.gitDir, 'objects', 'pack');
  let receivedBytes = 0;
  const look = async (): Promise<void> => {
    const bytes = await packBytes(pack);
    if (bytes > receivedBytes) onProgress({ type: 'fetch', receivedBytes: bytes });
    receivedBytes = Math.max(receivedBytes, bytes);
    if (bytes > budgets.transferBytes) controller.abort(tooLarge(budgets.transferBytes));
  };
  let looking = Promise.resolve();
  const timer = setInterval(() => {
    looking = looking.then(look);
  }, watchIntervalMs);
  try {
    return await runGit(command, {
      gitDir: options.gitDir,
      searchPath: options.searchPath,
      timeoutMs: options.timeoutMs,
      maxOutputBytes: mebibyte,
      network: remote.network,
      // The second guard, for what arrives between two looks. The index of a pack of tiny objects is larger than the pack.
      limits: {
        fileBytes: budgets.transferBytes * 2 + mebibyte,
        memoryBytes: () => (receivedBytes > 0 ? transferMemoryBytes : discoveryMemoryBytes),
      },
      signal: AbortSignal.any([options.signal, controller.signal]),
    });
  } finally {
    clearInterval(timer);
    await looking;
    await look();
  }
};

const targetRef = 'refs/scan/target';
const sinceRef = 'refs/scan/since';

const fetchRefspecs = async (refspecs: readonly string[], depth: 1 | undefined, options: FetchOptions): Promise<void> => {
  const result = await fetchWatched(
    {
      name: 'fetch',
      flags: [
        flag('--quiet'),
        flag('--no-tags'),
        flag('--no-recurse-submodules'),
        flag('--no-write-fetch-head'),
        flag('--no-auto-maintenance'),
        ...(depth === undefined ? [] : [flag('--depth', depth)]),
      ],
      values: [userValue(options.remote.url.href, 'url_invalid'), ...refspecs.map((refspec) => userValue(refspec, 'ref_invalid'))],
    },
    options,
  );
  if (result.exitCode !== 0) throw gitFailure(result.stderr, `cannot fetch from ${options.remote.url.origin}`);
  if ((await packBytes(join(options.gitDir, 'objects', 'pack'))) > options.budgets.transferBytes)
    throw tooLarge(options.budgets.transferBytes);
};

/** Prints what a revision expression stands for; undefined when it stands for nothing. */
const parseRevision = async (expression: string, context: LocalContext): Promise<string | undefined> => {
  const result = await runGit(
    { name: 'rev-parse', flags: [flag('--quiet'), flag('--verify')], values: [userValue(expression)] },
    { ...context, maxOutputBytes: 4096 },
  );
  return result.exitCode === 0 ? result.stdout.toString('latin1').trim() : undefined;
};

/** The commit behind a fetched reference, after checking that the server sent the object that was asked for. */
const verifiedCommit = async (ref: string, revision: Revision, context: LocalContext): Promise<string> => {
  const object = await parseRevision(ref, context);
  if (object !== revision.objectId) {
    throw new AppError('git_integrity', `the server sent ${object ?? 'nothing'} where ${revision.objectId} was asked for`);
  }
  const commit = await parseRevision(`${ref}^{commit}`, context);
  if (commit === undefined)
    throw new AppError('ref_not_found', `"${revision.name}" is no commit`, { hint: 'Give a branch, a tag or a commit.' });
  if (revision.peeledId !== undefined && revision.peeledId !== commit) {
    throw new AppError('git_integrity', `the tag "${revision.name}" leads to ${commit}, the server had said ${revision.peeledId}`);
  }
  return commit;
};

/** For servers that hand out only what a branch or tag points to: everything they have, within the budget, then look for the commit. */
const fetchEverything = async (wanted: readonly (readonly [string, Revision])[], options: FetchOptions): Promise<void> => {
  await fetchRefspecs(['+refs/heads/*:refs/scan/heads/*', '+refs/tags/*:refs/scan/tags/*'], undefined, options);
  for (const [ref, revision] of wanted) {
    if ((await parseRevision(`${revision.objectId}^{object}`, options)) === undefined) {
      throw new AppError('ref_not_found', `no branch or tag of the repository leads to ${revision.objectId}`);
    }
    const result = await runGit(
      { name: 'update-ref', flags: [], values: [userValue(ref), userValue(revision.objectId)] },
      { ...options, maxOutputBytes: 4096 },
    );
    if (result.exitCode !== 0) throw gitFailure(result.stderr, 'cannot note the revision');
  }
};

/** Fetches the revisions and nothing else; with `history` also every commit that leads to them. */
export const fetchRevisions = async (
  wanted: { readonly target: Revision; readonly since?: Revision; readonly history: boolean },
  options: FetchOptions,
): Promise<{ readonly commit: string; readonly sinceCommit?: string }> => {
  const { target, since, history } = wanted;
  const refs: (readonly [string, Revision])[] = [[targetRef, target], ...(since === undefined ? [] : ([[sinceRef, since]] as const))];
  try {
    await fetchRefspecs(
      refs.map(([ref, revision]) => `+${revision.objectId}:${ref}`),
      history ? undefined : 1,
      options,
    );
  } catch (error) {
    if (!isAppError(error, 'ref_not_found') || !refs.some(([, revision]) => revision.byId)) throw error;
    await fetchEverything(refs, options);
  }
  const commit = await verifiedCommit(targetRef, target, options);
  return since === undefined ? { commit } : { commit, sinceCommit: await verifiedCommit(sinceRef, since, options) };
};
