import { accessSync, constants, type Dirent, lstatSync, opendirSync } from 'node:fs';
import type { CoverageReason, FileCoverage, FileState } from '../../domain/coverage.ts';
import { throwIfAborted } from '../../lib/abort.ts';
import { isSystemError } from '../../lib/errors.ts';
import { readBounded } from './bounded-read.ts';
import type { CheckoutBudgets, FileEntry } from './checkout.ts';
import { createIgnoreRules, type IgnoreRules, ignoreFileBytes } from './ignore-rules.ts';
import { linkRow, tooLargeRow } from './left-out.ts';
import { comparePaths, decodeName, joinPath, nameForMessage } from './path-names.ts';
import { createSlices } from './work-slices.ts';

/** What git has in its index. Paths are relative to the repository. */
export interface TrackedFiles {
  readonly has: (path: string) => boolean;
  /** True when a tracked file, or a submodule, lies in or at the directory. */
  readonly hasBelow: (directory: string) => boolean;
}

/** How `.gitignore` is honoured. Absent for trees that hold tracked files only (git, archives). */
export interface GitIgnoring {
  /** Filled with what lies above the root; the walk adds the files below it. */
  readonly rules: IgnoreRules;
  /** Asked only when a rule matches: a tracked file is listed whatever the rules say. */
  readonly tracked: () => TrackedFiles | undefined;
  /** The same for a repository inside the tree, whose directory is given as an absolute path. */
  readonly trackedIn: (directory: string | Buffer) => TrackedFiles | undefined;
}

export interface ListingOptions {
  /** Absolute, real path. */
  readonly root: string;
  /** Where the root lies in the tree that ignore files above it speak of; '' when there is nothing above. */
  readonly prefix: string;
  readonly budgets: Pick<CheckoutBudgets, 'timeoutMs' | 'files' | 'fileBytes' | 'pathBytes' | 'depth' | 'nameBytes'>;
  /** Patterns a person gave, relative to the root. */
  readonly exclude: readonly string[];
  /** Rules of `.sightlineignore` files above the root. */
  readonly sightlineRules?: IgnoreRules;
  readonly git?: GitIgnoring;
}

export interface Listing {
  readonly files: readonly FileEntry[];
  readonly leftOut: readonly FileCoverage[];
  readonly warnings: readonly string[];
}

/** Rows that name what a budget cut off; the rest is counted in a warning. One row is enough to make the scan partial. */
const budgetRows = 100;
/** Everything seen, per file allowed: bounds trees of nothing but directories, links or ignored files. */
const entriesPerFile = 4;

/** The name as bytes, which the type does not know of: `opendir` was asked for them. */
const nameBytes = ({ name }: { readonly name: unknown }): Buffer => {
  if (!Buffer.isBuffer(name)) throw new Error('a name was not given as bytes');
  return name;
};

interface Directory {
  /** '' is the root. */
  readonly path: string;
  readonly pathBytes?: Buffer;
  readonly depth: number;
  /** Innermost repository: where it starts (in terms of `prefix`) and what it tracks. */
  readonly repository: { readonly base: string; readonly tracked: () => TrackedFiles | undefined };
  /** Set when the directory is ignored and only entered for its tracked files; says by which rule. */
  readonly ignoredBy?: string;
}

interface Entry {
  readonly name: string;
  readonly nameBytes?: Buffer;
  readonly type: Pick<Dirent, 'isFile' | 'isDirectory' | 'isSymbolicLink'>;
}

const once = <T>(make: () => T): (() => T) => {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
};

/**
 * Walks a tree without ever following a link and without reading a file other than ignore files. Names come from directory entries,
 * types and sizes from `lstat`; readers open files with O_NOFOLLOW again. (A directory that somebody else turns into a link in the very
 * moment between two calls is beyond what portable calls can notice.)
 * Synchronous calls in short slices: three times as fast as the promise API, and the event loop stays responsive.
 */
export const listTree = async (options: ListingOptions, { signal }: { readonly signal: AbortSignal }): Promise<Listing> => {
  const { root, prefix, budgets, git } = options;
  const files: FileEntry[] = [];
  const leftOut: FileCoverage[] = [];
  const warnings: string[] = [];
  const startedMs = performance.now();
  const pause = createSlices({ signal });
  let seen = 0;
  let cutOff = 0;
  /** Set when a budget of the whole walk is spent. */
  let ended = false;

  const warn = (warning: string | undefined): void => {
    if (warning !== undefined && warnings.length < 100) warnings.push(warning);
  };
  const sightlineRules = options.sightlineRules ?? createIgnoreRules();
  const excludeRules = createIgnoreRules();
  warn(excludeRules.add({ directory: '', name: '--exclude', text: options.exclude.join('\n') }));

  const leaveOut = (path: string, state: FileState, reason: CoverageReason, detail: string): void => {
    leftOut.push({ path, state, reason, detail });
  };
  const cut = (path: string, detail: string): void => {
    cutOff += 1;
    if (cutOff <= budgetRows) leaveOut(path, 'failed', 'budget', detail);
  };
  const end = (path: string, detail: string): void => {
    // The last word must be in the manifest, however many rows came before it.
    leaveOut(path, 'failed', 'budget', detail);
    ended = true;
  };
  const absolute = (path: string, pathBytes: Buffer | undefined): string | Buffer => {
    if (pathBytes !== undefined) return Buffer.concat([Buffer.from(`${root}/`), pathBytes]);
    return path === '' ? root : joinPath(root === '/' ? '' : root, path);
  };
  const spent = (path: string): boolean => {
    if (ended) return true;
    if (performance.now() - startedMs > budgets.timeoutMs) {
      end(path, `listing took longer than ${budgets.timeoutMs} ms; this and everything after it was not looked at`);
    } else if (seen > budgets.files * entriesPerFile + 10_000) {
      end(path, `the tree holds more than ${seen} entries; this and everything after it was not looked at`);
    }
    return ended;
  };

  const readEntries = async (directory: Directory): Promise<Entry[] | undefined> => {
    const label = `${directory.path || '.'}/`;
    const path = absolute(directory.path, directory.pathBytes);
    const entries: Entry[] = [];
    try {
      // Between the listing of its parent and now it may have become a link.
      if (directory.path !== '' && !lstatSync(path).isDirectory()) {
        leaveOut(label, 'failed', 'unreadable', 'it was a directory a moment ago and is none now');
        return undefined;
      }
      const handle = opendirSync(path, { encoding: 'buffer' as BufferEncoding, bufferSize: 256 });
      try {
        for (let entry = handle.readSync(); entry !== null; entry = handle.readSync()) {
          const { text, bytes } = decodeName(nameBytes(entry));
          entries.push({ name: text, type: entry, ...(bytes === undefined ? {} : { nameBytes: bytes }) });
          seen += 1;
          if (spent(label)) break;
          await pause();
        }
      } finally {
        handle.closeSync();
      }
    } catch (error) {
      if (isSystemError(error, 'ENOENT', 'ENOTDIR') && directory.path !== '') return undefined;
      if (!isSystemError(error)) throw error;
      leaveOut(label, 'failed', 'unreadable', `the directory cannot be read (${error.code})`);
      return undefined;
    }
    return entries.sort((a, b) => comparePaths(a.name, b.name));
  };

  const addIgnoreFile = (rules: IgnoreRules, directory: Directory, name: string): void => {
    const path = joinPath(directory.path, name);
    const read = readBounded(
      absolute(path, directory.pathBytes && Buffer.concat([directory.pathBytes, Buffer.from(`/${name}`)])),
      ignoreFileBytes,
    );
    if (read.kind === 'missing') return;
    if (read.kind === 'read')
      warn(
        rules.add({
          directory: joinPath(prefix, directory.path).replace(/\/$/, ''),
          name: nameForMessage(path),
          text: read.bytes.toString('utf8'),
        }),
      );
    else
      warn(
        `${nameForMessage(path)} is not honoured: ${read.kind === 'too_large' ? `it is larger than ${ignoreFileBytes / 1024} KiB` : 'it is not a readable regular file'}`,
      );
  };

  /** The rule that leaves the path out, if one does. */
  const ignoredBy = (
    directory: Directory,
    path: string,
    isDirectory: boolean,
  ): { readonly detail: string; readonly enter: boolean } | undefined => {
    const inTree = joinPath(prefix, path);
    const chosen = excludeRules.decide(path, isDirectory);
    if (chosen?.ignored === true) return { detail: chosen.detail, enter: false };
    const own = sightlineRules.decide(inTree, isDirectory);
    if (own?.ignored === true) return { detail: own.detail, enter: false };
    if (git === undefined) return undefined;
    const decision =
      directory.ignoredBy === undefined ? git.rules.decide(inTree, isDirectory) : { ignored: true, detail: directory.ignoredBy };
    if (decision?.ignored !== true) return undefined;
    const { base, tracked } = directory.repository;
    const inRepository = base === '' ? inTree : inTree.slice(base.length + 1);
    if (isDirectory) return { detail: decision.detail, enter: tracked()?.hasBelow(inRepository) === true };
    return tracked()?.has(inRepository) === true ? undefined : { detail: decision.detail, enter: false };
  };

  const addFile = (path: string, pathBytes: Buffer | undefined): void => {
    const opened = absolute(path, pathBytes);
    const stat = lstatSync(opened, { throwIfNoEntry: false });
    if (stat === undefined) return;
    if (stat.isSymbolicLink()) return void leftOut.push(linkRow(path));
    if (!stat.isFile()) return leaveOut(path, 'excluded', 'special_file', 'neither a file nor a directory');
    if (stat.size > budgets.fileBytes) return void leftOut.push(tooLargeRow(path, stat.size, budgets.fileBytes));
    if (files.length >= budgets.files) {
      return end(path, `the tree holds more than ${budgets.files} files; this and everything after it was not looked at`);
    }
    if ((stat.mode & 0o444) !== 0o444) accessSync(opened, constants.R_OK);
    files.push({ path, sizeBytes: stat.size, ...(pathBytes === undefined ? {} : { pathBytes }) });
  };

  const queue: Directory[] = [{ path: '', depth: 0, repository: { base: '', tracked: once(() => git?.tracked()) } }];
  const visit = (directory: Directory, entry: Entry, below: Directory[]): void => {
    const path = joinPath(directory.path, entry.name);
    const nameBytes = entry.nameBytes ?? (directory.pathBytes && Buffer.from(entry.name));
    const pathBytes =
      nameBytes &&
      Buffer.concat(
        directory.path === '' ? [nameBytes] : [directory.pathBytes ?? Buffer.from(directory.path), Buffer.from('/'), nameBytes],
      );
    let type = entry.type;
    // Some file systems do not tell the type in the directory.
    if (!type.isFile() && !type.isDirectory() && !type.isSymbolicLink()) {
      const stat = lstatSync(absolute(path, pathBytes), { throwIfNoEntry: false });
      if (stat === undefined) return;
      type = stat;
    }
    const isDirectory = type.isDirectory();
    const label = isDirectory ? `${path}/` : path;
    if (entry.name === '.git') return leaveOut(label, 'excluded', 'ignored', "git's own data");
    if (path.length * 3 > budgets.pathBytes && (pathBytes?.length ?? Buffer.byteLength(path)) > budgets.pathBytes) {
      return cut(label, `the path is longer than ${budgets.pathBytes} bytes`);
    }
    if (entry.name.length * 3 > budgets.nameBytes && (nameBytes?.length ?? Buffer.byteLength(entry.name)) > budgets.nameBytes) {
      return cut(label, `the name is longer than ${budgets.nameBytes} bytes`);
    }
    const ignored = ignoredBy(directory, path, isDirectory);
    if (ignored !== undefined && !ignored.enter) return leaveOut(label, 'excluded', 'ignored', ignored.detail);
    if (!isDirectory) return addFile(path, pathBytes);
    if (directory.depth + 1 >= budgets.depth) return cut(label, `more than ${budgets.depth} directories deep`);
    below.push({
      path,
      depth: directory.depth + 1,
      repository: directory.repository,
      ...(pathBytes === undefined ? {} : { pathBytes }),
      ...(ignored === undefined ? {} : { ignoredBy: ignored.detail }),
    });
  };

  throwIfAborted(signal);
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    if (spent(`${next.path || '.'}/`)) break;
    const entries = await readEntries(next);
    if (entries === undefined) continue;
    const has = (name: string): boolean => entries.some((entry) => entry.name === name);
    let directory = next;
    if (git !== undefined && next.path !== '' && has('.git')) {
      const path = absolute(next.path, next.pathBytes);
      directory = { ...next, repository: { base: joinPath(prefix, next.path), tracked: once(() => git.trackedIn(path)) } };
    }
    if (git !== undefined && has('.gitignore')) addIgnoreFile(git.rules, directory, '.gitignore');
    if (has('.sightlineignore')) addIgnoreFile(sightlineRules, directory, '.sightlineignore');
    const below: Directory[] = [];
    for (const entry of entries) {
      const path = joinPath(directory.path, entry.name);
      if (spent(path)) break;
      try {
        visit(directory, entry, below);
      } catch (error) {
        if (!isSystemError(error)) throw error;
        leaveOut(path, 'failed', 'unreadable', `cannot be read (${error.code})`);
      }
      await pause();
    }
    for (const child of below.reverse()) queue.push(child);
  }
  if (cutOff > budgetRows) warn(`${cutOff - budgetRows} more paths were cut off by a budget`);
  const byPath = (a: { readonly path: string }, b: { readonly path: string }): number => comparePaths(a.path, b.path);
  return { files: files.sort(byPath), leftOut: leftOut.sort(byPath), warnings };
};
