import { AppError } from '../../lib/errors.ts';
import type { CheckoutSource } from './checkout.ts';
import type { SubmittedRepository, SubmittedRevision } from './git/submitted-url.ts';

/** In this order the adapters are asked whether a target is theirs. */
const loaders: Readonly<Record<CheckoutSource['name'], () => Promise<CheckoutSource>>> = {
  git: async () => (await import('./git/index.ts')).gitSource,
  archive: async () => (await import('./archive/index.ts')).archiveSource,
  directory: async () => (await import('./directory/index.ts')).directorySource,
};

/** For whoever knows what kind of target it is, and must not be talked into another one. */
export const sourceNamed = (name: CheckoutSource['name']): Promise<CheckoutSource> => loaders[name]();

/** @throws AppError `target_unsupported` when no adapter takes the target. */
export const sourceFor = async (target: string): Promise<CheckoutSource> => {
  for (const load of Object.values(loaders)) {
    const source = await load();
    if (await source.accepts(target)) return source;
  }
  throw new AppError('target_unsupported', `"${target}" is neither a directory, a git URL nor a known archive`, {
    hint: 'Give a directory, an https:// or ssh:// git URL, or a .zip, .tar, .tar.gz or .tgz file.',
  });
};

/** A repository that somebody asks a server to scan, in its one spelling. @throws AppError an intake code */
export const checkSubmittedRepository = async (
  repository: SubmittedRepository,
  options: { readonly allowHosts: readonly string[] },
): Promise<SubmittedRepository> => (await import('./git/submitted-url.ts')).checkSubmittedRepository(repository, options);

/** A branch, tag or commit that somebody names for content a server is given. @throws AppError `ref_invalid` */
export const checkSubmittedRevision = async (revision: SubmittedRevision): Promise<SubmittedRevision> =>
  (await import('./git/submitted-url.ts')).checkSubmittedRevision(revision);
