import { lstatSync, type Stats } from 'node:fs';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { readBounded } from '../bounded-read.ts';

/**
 * Finds the git repository a directory lies in and reads its HEAD as plain files: no git process runs, so nothing its configuration
 * names can. Every read is bounded and never goes through a link.
 */

export interface RepositoryLocation {
  /** Directory that holds `.git`. */
  readonly top: string;
  /** The work tree's own git directory: HEAD and index. */
  readonly gitDir: string;
  /** Branches, objects and `info/exclude`; another directory in a linked work tree. */
  readonly commonDir: string;
  /** Length of an object id. */
  readonly hashBytes: 20 | 32;
}

export interface Head {
  /** Branch name, when HEAD is on one. */
  readonly branch?: string;
  /** Absent on a branch without commits, and where references are kept in a form only git reads. */
  readonly commit?: string;
}

const smallFileBytes = 64 * 1024;
const packedRefsBytes = 64 * 1024 * 1024;

const readText = (path: string, maxBytes = smallFileBytes): string | undefined => {
  const read = readBounded(path, maxBytes);
  return read.kind === 'read' ? read.bytes.toString('utf8') : undefined;
};

const statOf = (path: string): Stats | undefined => {
  try {
    return lstatSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
};

/** Follows a `.git` file, but only to a directory that names it back or that belongs to a repository above it. */
const followGitFile = (top: string): string | undefined => {
  const target = /^gitdir: ([^\r\n\0]+)\r?\n?$/.exec(readText(join(top, '.git')) ?? '')?.[1];
  if (target === undefined) return undefined;
  const gitDir = resolve(top, target);
  const back = readText(join(gitDir, 'gitdir'))?.trimEnd();
  if (back !== undefined && resolve(gitDir, back) === join(top, '.git')) return gitDir;
  for (let above = dirname(top); ; above = dirname(above)) {
    if (gitDir.startsWith(join(above, '.git', 'modules', '/'))) return gitDir;
    if (above === dirname(above)) return undefined;
  }
};

const locateAt = (top: string): RepositoryLocation | 'suspicious' | undefined => {
  const marker = statOf(join(top, '.git'));
  if (marker === undefined) return undefined;
  const gitDir = marker.isDirectory() ? join(top, '.git') : marker.isFile() ? followGitFile(top) : undefined;
  if (gitDir === undefined) return 'suspicious';
  if (statOf(join(gitDir, 'HEAD'))?.isFile() !== true) return undefined;
  const common = readText(join(gitDir, 'commondir'))?.trimEnd();
  // Only a linked work tree has one; in a `.git` directory it would point at somebody else's repository.
  if (common !== undefined && marker.isDirectory()) return 'suspicious';
  const commonDir = common === undefined ? gitDir : isAbsolute(common) ? common : resolve(gitDir, common);
  const hashBytes = /^\s*objectformat\s*=\s*"?sha256/im.test(readText(join(commonDir, 'config'), 1024 * 1024) ?? '') ? 32 : 20;
  return { top, gitDir, commonDir, hashBytes };
};

/** True for a bare repository or a `.git` directory itself: what it holds lies packed in its objects. */
export const isGitDirectory = (directory: string): boolean =>
  statOf(join(directory, '.git')) === undefined &&
  statOf(join(directory, 'HEAD'))?.isFile() === true &&
  statOf(join(directory, 'objects'))?.isDirectory() === true &&
  statOf(join(directory, 'refs'))?.isDirectory() === true;

const suspicious = (top: string): string =>
  `${join(top, '.git')} is a link or points to a repository that does not know this directory: its history is not read and ignore files above the scanned directory are not honoured`;

/** The repository whose work tree starts exactly here. */
export const repositoryAt = (directory: string): RepositoryLocation | undefined => {
  const located = locateAt(directory);
  return located === 'suspicious' ? undefined : located;
};

/**
 * The repository the directory lies in. One above it counts only when it belongs to the same person, to root or to us: otherwise
 * whoever can write to a shared parent directory could hide files from the scan.
 */
export const findRepository = (directory: string, warn: (warning: string) => void): RepositoryLocation | undefined => {
  const owners = new Set([0, process.getuid?.() ?? 0, statOf(directory)?.uid ?? 0]);
  for (let top = directory; ; top = dirname(top)) {
    const located = locateAt(top);
    if (located === 'suspicious') {
      warn(suspicious(top));
      return undefined;
    }
    if (located !== undefined) {
      if (top === directory || owners.has(statOf(join(top, '.git'))?.uid ?? -1)) return located;
      warn(`the repository at ${top} belongs to another user: its ignore files and history are not used`);
      return undefined;
    }
    if (top === dirname(top)) return undefined;
  }
};

const objectId = (text: string | undefined, hashBytes: number): string | undefined => {
  const id = text?.trimEnd();
  return id !== undefined && id.length === hashBytes * 2 && /^[0-9a-f]+$/.test(id) ? id : undefined;
};

const readRef = (repository: RepositoryLocation, ref: string): string | undefined => {
  const loose = objectId(readText(join(repository.commonDir, ref)), repository.hashBytes);
  if (loose !== undefined) return loose;
  const packed = readText(join(repository.commonDir, 'packed-refs'), packedRefsBytes);
  if (packed === undefined) return undefined;
  const end = packed.startsWith(`# `) ? packed.indexOf(` ${ref}\n`) : `\n${packed}`.indexOf(` ${ref}\n`) - 1;
  if (end < 0) return undefined;
  return objectId(packed.slice(packed.lastIndexOf('\n', end) + 1, end), repository.hashBytes);
};

export const readHead = (repository: RepositoryLocation): Head => {
  const text = readText(join(repository.gitDir, 'HEAD'));
  const ref = /^ref: (refs\/[\x21-\x7e\u0080-\uffff]{1,1000})\s*$/.exec(text ?? '')?.[1];
  if (ref === undefined) {
    const commit = objectId(text, repository.hashBytes);
    return commit === undefined ? {} : { commit };
  }
  if (ref.split('/').some((part) => part === '' || part === '.' || part === '..')) return {};
  const commit = readRef(repository, ref);
  const branch = ref.startsWith('refs/heads/') && ref !== 'refs/heads/.invalid' ? ref.slice('refs/heads/'.length) : undefined;
  return { ...(branch === undefined ? {} : { branch }), ...(commit === undefined ? {} : { commit }) };
};
