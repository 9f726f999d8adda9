import { lstat, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { abortReason, withDeadline } from '../../../lib/abort.ts';
import { AppError } from '../../../lib/errors.ts';
import type { Checkout, CheckoutOptions, CheckoutRequest, CheckoutSource } from '../checkout.ts';
import { requireGit } from '../git-process.ts';
import { initRepository } from '../git-shadow.ts';
import { comparePaths } from '../path-names.ts';
import { createScratch, type Scratch, sweepStale } from '../scratch.ts';
import { writeAskpass } from './askpass.ts';
import { fetchRevisions, type LocalContext } from './fetch.ts';
import { withoutIgnored } from './ignored-files.ts';
import { checkCommitId, checkRefName, isObjectId } from './ref-name.ts';
import { nothingAtHead, openRemote, type Reachability, type RemoteOptions } from './remote.ts';
import { looksLikeUrl, mayBeFileName, parseRemoteUrl } from './remote-url.ts';
import { defaultRevision, patternsFor, type Revision, resolveRevision } from './revision.ts';
import { readTree } from './tree.ts';
import { writeTree } from './write-tree.ts';

const exists = (path: string): Promise<boolean> =>
  lstat(path).then(
    () => true,
    () => false,
  );

const fetchAndUnpack = async (
  request: CheckoutRequest,
  reach: Reachability,
  scratch: Scratch,
  options: CheckoutOptions,
): Promise<Checkout> => {
  const { environment, signal, onProgress } = options;
  const { budgets } = request;
  const url = parseRemoteUrl(request.target);
  if (request.ref !== undefined && !isObjectId(request.ref)) checkRefName(request.ref);
  const wanted = request.commit === undefined ? request.ref : checkCommitId(request.commit);
  const patterns = [
    ...new Set([
      ...(wanted === undefined ? ['HEAD'] : patternsFor(wanted)),
      ...(request.since === undefined ? [] : patternsFor(request.since)),
    ]),
  ];
  const warnings: string[] = [];
  const { warning } = await requireGit({ searchPath: environment.searchPath, signal });
  if (warning !== undefined) warnings.push(warning);

  const gitDir = join(scratch.path, 'git');
  const root = join(scratch.path, 'src');
  await mkdir(gitDir);
  await mkdir(root);
  const local: LocalContext = { gitDir, searchPath: environment.searchPath, timeoutMs: budgets.timeoutMs, signal };
  const askpass = await writeAskpass(scratch.path);
  // A line feed at the end comes with many ways of keeping a token.
  const token = request.token?.trim();
  const remoteOptions: RemoteOptions = {
    ...local,
    reach,
    environment,
    askpass,
    allowHosts: request.allowHosts,
    ...(token === undefined || token === '' ? {} : { token }),
    ...(request.tokenUser === undefined ? {} : { tokenUser: request.tokenUser }),
  };

  onProgress({ type: 'phase', phase: 'resolve' });
  await initRepository('sha1', local);
  // A server is asked even when the person gave complete ids: it may redirect, and it must be reachable before anything is fetched.
  const { remote, refs } = await openRemote(url, patterns.length === 0 ? ['HEAD'] : patterns, remoteOptions);
  const resolve = (ref: string): Revision => {
    const { revision, warning } = resolveRevision(ref, refs);
    if (warning !== undefined) warnings.push(warning);
    return revision;
  };
  const target = wanted === undefined ? defaultRevision(refs) : resolve(wanted);
  if (target === undefined) throw await nothingAtHead(remote, remoteOptions);
  const since = request.since === undefined ? undefined : resolve(request.since);
  if (target.objectId.length === 64) {
    await rm(gitDir, { recursive: true });
    await mkdir(gitDir);
    await initRepository('sha256', local);
  }

  onProgress({ type: 'phase', phase: 'fetch' });
  const { commit, sinceCommit } = await fetchRevisions(
    { target, history: request.history, ...(since === undefined ? {} : { since }) },
    { ...local, remote, budgets, onProgress },
  );
  await rm(askpass);

  onProgress({ type: 'phase', phase: 'unpack' });
  const tree = await readTree(commit, budgets, local);
  const kept = await withoutIgnored(tree.files, request.exclude, local);
  const failed = await writeTree(kept.files, root, { ...local, budgets, onProgress });
  const failedPaths = new Set(failed.map(({ path }) => path));
  const byPath = (a: { readonly path: string }, b: { readonly path: string }): number => comparePaths(a.path, b.path);
  return {
    root,
    target: { kind: 'git', location: remote.url.href, ref: request.ref ?? target.name, commit },
    files: kept.files
      .filter(({ path }) => !failedPaths.has(path))
      .map(({ path, pathBytes, sizeBytes }) => ({ path, sizeBytes, ...(pathBytes === undefined ? {} : { pathBytes }) }))
      .sort(byPath),
    leftOut: [...tree.leftOut, ...kept.leftOut, ...failed].sort(byPath),
    repository: { gitDir, prefix: '', commit, ...(sinceCommit === undefined ? {} : { sinceCommit }) },
    warnings: [...warnings, ...tree.warnings, ...kept.warnings],
    dispose: scratch.remove,
  };
};

/**
 * Fetches git repositories over https and ssh. Never `git clone`, and git never checks anything out: references are resolved by
 * `ls-remote`, commits fetched by id, the tree counted by `ls-tree` and its files written by us.
 */
export const createGitSource = (reach: Reachability): CheckoutSource => ({
  name: 'git',

  accepts: async (target) => looksLikeUrl(target) && !(mayBeFileName(target) && (await exists(target))),

  open: async (request, options) => {
    // The grammar first: a URL that is refused costs nothing and touches nothing.
    parseRemoteUrl(request.target);
    if (request.offline) {
      throw new AppError('network_required', 'a git URL needs the network, which --offline forbids', {
        hint: 'Clone it yourself and scan the directory.',
      });
    }
    const { budgets } = request;
    const deadline = withDeadline(
      options.signal,
      budgets.timeoutMs,
      'checkout_timeout',
      `fetching took longer than ${budgets.timeoutMs} ms`,
    );
    await sweepStale(options.scratch);
    const scratch = await createScratch(options.scratch);
    try {
      const reached = request.publicOnly === true ? { ...reach, policy: 'public-only' as const } : reach;
      return await fetchAndUnpack(request, reached, scratch, { ...options, signal: deadline.signal });
    } catch (error) {
      await scratch.remove();
      throw deadline.signal.aborted ? abortReason(deadline.signal) : error;
    } finally {
      deadline.clear();
    }
  },
});
