import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import type { CoverageReason } from '../../domain/coverage.ts';
import { isSystemError, messageOf } from '../../lib/errors.ts';

export type ReadOutcome =
  | { readonly ok: true; readonly bytes: Uint8Array }
  | { readonly ok: false; readonly state: 'excluded' | 'failed'; readonly reason: CoverageReason; readonly detail?: string };

/** Opens without following a link and without waiting for a pipe's other end. */
export const openFlags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
const binaryProbeBytes = 8000;
const lfsPrefix = Buffer.from('version https://git-lfs.github.com/spec/');
const lfsPointerBytes = 1024;
const firstBufferBytes = 256 * 1024;
const keptBufferBytes = 16 * 1024 ** 2;

const startsWith = (bytes: Uint8Array, ...prefix: readonly number[]): boolean => prefix.every((byte, index) => bytes[index] === byte);

/** UTF-16 text as UTF-8, told by its byte order mark; every engine reads UTF-8 only. */
const transcoded = (bytes: Uint8Array): Uint8Array | undefined => {
  if (startsWith(bytes, 0xff, 0xfe)) return Buffer.from(new TextDecoder('utf-16le').decode(bytes));
  if (startsWith(bytes, 0xfe, 0xff)) return Buffer.from(new TextDecoder('utf-16be').decode(bytes));
  return undefined;
};

/** Why these bytes are not text to analyse, if so. */
const exclusionOf = (bytes: Uint8Array): CoverageReason | undefined => {
  const mayPoint = bytes.length >= lfsPrefix.length && bytes.length < lfsPointerBytes;
  if (mayPoint && lfsPrefix.compare(bytes, 0, lfsPrefix.length) === 0) return 'lfs_pointer';
  return bytes.subarray(0, binaryProbeBytes).includes(0) ? 'binary' : undefined;
};

/**
 * Reads files below `root` into one growing buffer that the next call reuses. A file that is no regular file any more, or larger
 * than `fileBytes`, is not read: somebody changed it since it was listed.
 */
export const createFileReader = (root: string, fileBytes: number): ((path: string, pathBytes: Uint8Array | undefined) => ReadOutcome) => {
  let buffer = Buffer.allocUnsafeSlow(firstBufferBytes);
  const rootBytes = Buffer.from(`${root}/`);

  const readOpened = (descriptor: number): ReadOutcome => {
    const stat = fstatSync(descriptor);
    if (!stat.isFile()) return { ok: false, state: 'failed', reason: 'changed', detail: 'is no longer a regular file' };
    if (stat.size > fileBytes)
      return { ok: false, state: 'failed', reason: 'changed', detail: 'grew over the size limit while it was scanned' };
    // Files of /proc and their like say that they are empty; taking their word would call unread content analysed.
    if (stat.size === 0 && readSync(descriptor, buffer, 0, 1, null) > 0)
      return { ok: false, state: 'failed', reason: 'changed', detail: 'has content although it said it was empty' };

    // What one large file needed is given back at the next small one.
    if (buffer.length > keptBufferBytes && stat.size <= keptBufferBytes) buffer = Buffer.allocUnsafeSlow(firstBufferBytes);
    let length = 0;
    const readTo = (end: number): Uint8Array => {
      while (length < end) {
        const read = readSync(descriptor, buffer, length, end - length, length);
        if (read === 0) break;
        length += read;
      }
      return buffer.subarray(0, length);
    };
    // What is left out shows it at its start: the rest of a large binary is never read.
    const head = readTo(Math.min(stat.size, binaryProbeBytes));
    const isWide = transcoded(head) !== undefined;
    const exclusion = isWide ? undefined : exclusionOf(head);
    if (exclusion !== undefined) return { ok: false, state: 'excluded', reason: exclusion };
    if (buffer.length < stat.size) {
      const larger = Buffer.allocUnsafeSlow(stat.size > keptBufferBytes ? stat.size : Math.ceil(stat.size * 1.25));
      buffer.copy(larger, 0, 0, length);
      buffer = larger;
    }
    const raw = readTo(stat.size);
    if (!isWide) return { ok: true, bytes: raw };
    const bytes = transcoded(raw) ?? raw;
    const hidden = exclusionOf(bytes);
    return hidden === undefined ? { ok: true, bytes } : { ok: false, state: 'excluded', reason: hidden };
  };

  return (path, pathBytes) => {
    let descriptor: number;
    try {
      descriptor = openSync(pathBytes === undefined ? join(root, path) : Buffer.concat([rootBytes, pathBytes]), openFlags);
    } catch (error) {
      const vanished = isSystemError(error, 'ENOENT', 'ENOTDIR', 'ELOOP', 'ENXIO');
      return {
        ok: false,
        state: 'failed',
        reason: vanished ? 'changed' : 'unreadable',
        detail: messageOf(error).replace(/,? open '.*$/s, ''),
      };
    }
    try {
      return readOpened(descriptor);
    } catch (error) {
      return { ok: false, state: 'failed', reason: 'unreadable', detail: messageOf(error) };
    } finally {
      closeSync(descriptor);
    }
  };
};
