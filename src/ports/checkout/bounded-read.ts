import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { isSystemError } from '../../lib/errors.ts';

export type BoundedRead =
  | { readonly kind: 'read'; readonly bytes: Buffer }
  | { readonly kind: 'missing' | 'link' | 'special' | 'too_large' | 'unreadable' };

/**
 * Reads a small file that may be hostile: never through a link, never from a fifo or device (O_NONBLOCK keeps the open from
 * waiting for a writer), never more than `maxBytes`. Synchronous, because the callers read a few kilobytes at a time.
 */
export const readBounded = (path: string | Buffer, maxBytes: number): BoundedRead => {
  let fd: number;
  try {
    fd = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    if (isSystemError(error, 'ENOENT', 'ENOTDIR')) return { kind: 'missing' };
    if (isSystemError(error, 'ELOOP', 'EMLINK')) return { kind: 'link' };
    if (isSystemError(error, 'ENXIO', 'EOPNOTSUPP')) return { kind: 'special' };
    return { kind: 'unreadable' };
  }
  try {
    const stat = fstatSync(fd);
    if (!stat.isFile()) return { kind: 'special' };
    if (stat.size > maxBytes) return { kind: 'too_large' };
    // One byte more than the size: a file that grows meanwhile is noticed instead of being cut.
    const buffer = Buffer.alloc(stat.size + 1);
    let length = 0;
    while (length < buffer.length) {
      const read = readSync(fd, buffer, length, buffer.length - length, null);
      if (read === 0) return { kind: 'read', bytes: buffer.subarray(0, length) };
      length += read;
    }
    return { kind: 'unreadable' };
  } catch {
    return { kind: 'unreadable' };
  } finally {
    closeSync(fd);
  }
};
