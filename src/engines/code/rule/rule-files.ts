import { constants } from 'node:fs';
import { open, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { abortReason, throwIfAborted } from '../../../lib/abort.ts';
import { isSystemError, messageOf } from '../../../lib/errors.ts';
import type { RuleProblem } from './code-rule.ts';

export interface RuleFile {
  readonly path: string;
  /** The file was named, and not found in a folder: it must hold rules. */
  readonly isNamed: boolean;
}

/** Limits on what is somebody else's. The largest public rule file has 200 KB. */
const maxFileBytes = 4 * 1024 * 1024;
const maxFiles = 50_000;

/** Of a name or path: what may hold rules, and is no test of rules. */
export const isRuleName = (name: string): boolean => /\.(?:ya?ml|json)$/i.test(name) && !/\.test\.(?:ya?ml|json)$/i.test(name);

const problemAt = (path: string, message: string): RuleProblem => ({ path, line: 1, column: 1, message });

const reasonOf = (error: unknown): string => (isSystemError(error, 'ENOENT') ? 'there is no such file or folder' : messageOf(error));

interface Listing {
  readonly files: RuleFile[];
  readonly problems: RuleProblem[];
}

/** Folders in the order of their names, as files: links are not followed, hidden folders not entered. */
const listFolder = async (folder: string, listing: Listing, signal: AbortSignal): Promise<void> => {
  const waiting: { readonly path: string; readonly isFolder: boolean }[] = [{ path: folder, isFolder: true }];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    throwIfAborted(signal);
    if (!next.isFolder) {
      listing.files.push({ path: next.path, isNamed: false });
      continue;
    }
    const { path } = next;
    if (listing.files.length + waiting.length > maxFiles) {
      listing.problems.push(problemAt(path, `there are more than ${maxFiles} files; name the folders that hold rules`));
      return;
    }
    try {
      const entries = (await readdir(path, { withFileTypes: true }))
        .filter((entry) =>
          entry.isDirectory() ? !entry.name.startsWith('.') && entry.name !== 'node_modules' : entry.isFile() && isRuleName(entry.name),
        )
        .sort((a, b) => (a.name < b.name ? 1 : -1));
      waiting.push(...entries.map((entry) => ({ path: join(path, entry.name), isFolder: entry.isDirectory() })));
    } catch (error) {
      listing.problems.push(problemAt(path, `the folder cannot be read: ${reasonOf(error)}`));
    }
  }
};

/** The files that rules are read from, in a stable order, each once. */
export const listRuleFiles = async (paths: readonly string[], { signal }: { readonly signal: AbortSignal }): Promise<Listing> => {
  const listing: Listing = { files: [], problems: [] };
  for (const path of paths) {
    throwIfAborted(signal);
    try {
      if ((await stat(path)).isDirectory()) await listFolder(path, listing, signal);
      else listing.files.push({ path, isNamed: true });
    } catch (error) {
      if (signal.aborted) throw abortReason(signal);
      listing.problems.push(problemAt(path, `rules cannot be read: ${reasonOf(error)}`));
    }
  }
  const seen = new Set<string>();
  return { ...listing, files: listing.files.filter(({ path }) => !seen.has(path) && seen.add(path)) };
};

/** The text of a file, or why it cannot be read. */
export const readRuleFile = async (
  path: string,
  { signal }: { readonly signal: AbortSignal },
): Promise<{ readonly text: string } | { readonly problem: RuleProblem }> => {
  throwIfAborted(signal);
  try {
    // A named pipe would otherwise hold the process, even against signals.
    const handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const found = await handle.stat();
      if (!found.isFile()) return { problem: problemAt(path, 'it is no regular file') };
      if (found.size > maxFileBytes) return { problem: problemAt(path, `the file is larger than ${maxFileBytes} bytes; split it`) };
      return { text: await handle.readFile({ encoding: 'utf8', signal }) };
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (signal.aborted) throw abortReason(signal);
    return { problem: problemAt(path, `the file cannot be read: ${reasonOf(error)}`) };
  }
};
