import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { readBounded } from '../bounded-read.ts';
import type { TrackedFiles } from '../listing.ts';
import { decodeName } from '../path-names.ts';
import type { RepositoryLocation } from './repository.ts';

/**
 * Reads which paths a repository tracks from its index file, versions 2 to 4, after git's own description (gitformat-index). The file
 * is as hostile as the rest of the tree: any inconsistency means that there is no index.
 */

const maxIndexBytes = 128 * 1024 * 1024;
const maxPathBytes = 4096;
/** Version 4 writes only what differs from the path before, so the paths may be a hundred times as long as the file. */
const maxPathBytesTotal = 256 * 1024 * 1024;
const headerBytes = 12;
/** ctime, mtime, dev, ino, mode, uid, gid, size. */
const statBytes = 40;
const gitlinkMode = 0o160000;
const sparseDirectoryMode = 0o040000;

export interface ParsedIndex {
  readonly files: ReadonlySet<string>;
  /** Every directory above a tracked file, and every submodule. */
  readonly directories: ReadonlySet<string>;
  /** Of a split index: the id of the file that holds the other entries. */
  readonly sharedId?: string;
}

/** The variable-length number of index version 4: each further byte adds 1 before it shifts. */
const readOffset = (bytes: Buffer, start: number): { readonly value: number; readonly end: number } | undefined => {
  let value = 0;
  for (let at = start; at < start + 4; at += 1) {
    const byte = bytes[at];
    if (byte === undefined) return undefined;
    value = (at === start ? 0 : (value + 1) * 128) + (byte & 127);
    if (byte < 128) return { value, end: at + 1 };
  }
  return undefined;
};

const checksumHolds = (bytes: Buffer, hashBytes: number): boolean => {
  const stored = bytes.subarray(bytes.length - hashBytes);
  // `index.skipHash` writes zeros.
  if (stored.every((byte) => byte === 0)) return true;
  return createHash(hashBytes === 32 ? 'sha256' : 'sha1')
    .update(bytes.subarray(0, bytes.length - hashBytes))
    .digest()
    .equals(stored);
};

/** Walks the extensions behind the entries; undefined when they do not end where the checksum starts. */
const readExtensions = (bytes: Buffer, start: number, end: number, hashBytes: number): { readonly sharedId?: string } | undefined => {
  let sharedId: string | undefined;
  let at = start;
  while (at < end) {
    if (at + 8 > end) return undefined;
    const name = bytes.toString('latin1', at, at + 4);
    const length = bytes.readUInt32BE(at + 4);
    if (at + 8 + length > end) return undefined;
    if (name === 'link' && length >= hashBytes) {
      const id = bytes.subarray(at + 8, at + 8 + hashBytes);
      if (id.some((byte) => byte !== 0)) sharedId = id.toString('hex');
    }
    at += 8 + length;
  }
  return sharedId === undefined ? {} : { sharedId };
};

/** Undefined when the bytes are not a sound index. `hashBytes` is 20 or 32, as the repository's object format says. */
export const parseIndex = (bytes: Buffer, hashBytes: 20 | 32): ParsedIndex | undefined => {
  const end = bytes.length - hashBytes;
  if (end < headerBytes || bytes.toString('latin1', 0, 4) !== 'DIRC') return undefined;
  const version = bytes.readUInt32BE(4);
  const count = bytes.readUInt32BE(8);
  const smallest = statBytes + hashBytes + 3;
  if (version < 2 || version > 4 || count * smallest > end - headerBytes || !checksumHolds(bytes, hashBytes)) return undefined;

  const files = new Set<string>();
  const directories = new Set<string>();
  let at = headerBytes;
  let previous: Buffer = Buffer.alloc(0);
  let pathBytes = 0;
  for (let index = 0; index < count; index += 1) {
    const start = at;
    if (start + smallest > end) return undefined;
    const mode = bytes.readUInt32BE(start + 24);
    const flags = bytes.readUInt16BE(start + statBytes + hashBytes);
    const extended = (flags & 0x4000) !== 0;
    if (extended && version < 3) return undefined;
    at = start + statBytes + hashBytes + (extended ? 4 : 2);
    let kept: Buffer = Buffer.alloc(0);
    if (version === 4) {
      const strip = readOffset(bytes, at);
      if (strip === undefined || strip.value > previous.length) return undefined;
      kept = previous.subarray(0, previous.length - strip.value);
      at = strip.end;
    }
    const nul = bytes.indexOf(0, at);
    if (nul === -1 || nul >= end || nul - at > maxPathBytes) return undefined;
    const path = kept.length === 0 ? bytes.subarray(at, nul) : Buffer.concat([kept, bytes.subarray(at, nul)]);
    // An entry of a split index that only replaces another one has no name.
    pathBytes += path.length;
    if (path.length > maxPathBytes || pathBytes > maxPathBytesTotal) return undefined;
    previous = path;
    // Entries of versions 2 and 3 are padded with 1 to 8 NULs to a multiple of eight bytes.
    at = version === 4 ? nul + 1 : start + Math.ceil((nul + 1 - start) / 8) * 8;
    if (at > end) return undefined;
    if (path.length === 0) continue;
    const { text } = decodeName(path);
    if (mode === sparseDirectoryMode) continue;
    if (mode === gitlinkMode) directories.add(text);
    else files.add(text);
    for (let slash = text.lastIndexOf('/'); slash > 0; slash = text.lastIndexOf('/', slash - 1)) {
      const directory = text.slice(0, slash);
      if (directories.has(directory)) break;
      directories.add(directory);
    }
  }
  const extensions = readExtensions(bytes, at, end, hashBytes);
  return extensions === undefined ? undefined : { files, directories, ...extensions };
};

/**
 * What the repository tracks; undefined when it has no index. With a split index it is everything either file names: a file too many
 * is scanned, never one too few.
 */
export const readTracked = (repository: RepositoryLocation, warn: (warning: string) => void): TrackedFiles | undefined => {
  const read = readBounded(join(repository.gitDir, 'index'), maxIndexBytes);
  if (read.kind === 'missing') return undefined;
  const unusable = (): undefined => warn("git's index cannot be read: a tracked file that .gitignore matches is left out") as undefined;
  if (read.kind !== 'read') return unusable();
  const own = parseIndex(read.bytes, repository.hashBytes);
  if (own === undefined) return unusable();
  const parts = [own];
  if (own.sharedId !== undefined) {
    const base = readBounded(join(repository.gitDir, `sharedindex.${own.sharedId}`), maxIndexBytes);
    const shared = base.kind === 'read' ? parseIndex(base.bytes, repository.hashBytes) : undefined;
    if (shared === undefined) return unusable();
    parts.push(shared);
  }
  return {
    has: (path) => parts.some((part) => part.files.has(path)),
    hasBelow: (directory) => parts.some((part) => part.directories.has(directory)),
  };
};
