import { AppError } from '../../lib/errors.ts';
import type { CheckoutSource } from './checkout.ts';

/** In this order the adapters are asked whether a target is theirs. */
const loaders: readonly (() => Promise<CheckoutSource>)[] = [
  async () => (await import('./git/index.ts')).gitSource,
  async () => (await import('./archive/index.ts')).archiveSource,
  async () => (await import('./directory/index.ts')).directorySource,
];

/** @throws AppError `target_unsupported` when no adapter takes the target. */
export const sourceFor = async (target: string): Promise<CheckoutSource> => {
  for (const load of loaders) {
    const source = await load();
    if (await source.accepts(target)) return source;
  }
  throw new AppError('target_unsupported', `"${target}" is neither a directory, a git URL nor a known archive`, {
    hint: 'Give a directory, an https:// or ssh:// git URL, or a .zip, .tar, .tar.gz or .tgz file.',
  });
};
