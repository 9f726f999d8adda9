import { readdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { throwIfAborted } from '../../../lib/abort.ts';
import { isSystemError } from '../../../lib/errors.ts';

/** Every file below a folder, sorted; hidden ones and links are left out. */
const filesBelow = async (folder: string, signal: AbortSignal): Promise<readonly string[]> => {
  throwIfAborted(signal);
  const entries = (await readdir(folder, { withFileTypes: true })).filter(({ name }) => !name.startsWith('.'));
  const names = entries.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const lists: (readonly string[])[] = [];
  for (const entry of names) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) lists.push(await filesBelow(path, signal));
    else if (entry.isFile()) lists.push([path]);
  }
  return lists.flat();
};

/** Rule files with what may test them: of a folder everything below it, of a file the files beside it. What is not there has none. @throws a system error where a path cannot be read */
export const listTestFiles = async (paths: readonly string[], { signal }: { readonly signal: AbortSignal }): Promise<readonly string[]> => {
  const lists = await Promise.all(
    paths.map(async (path) => {
      const found = await stat(path).catch((error: unknown) =>
        isSystemError(error, 'ENOENT', 'ENOTDIR') ? undefined : Promise.reject(error),
      );
      if (found === undefined) return [];
      if (found.isDirectory()) return filesBelow(path, signal);
      const entries = await readdir(dirname(path), { withFileTypes: true });
      return entries.filter((entry) => entry.isFile()).map(({ name }) => join(dirname(path), name));
    }),
  );
  return [...new Set(lists.flat())];
};
