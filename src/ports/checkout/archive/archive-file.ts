import { readSync } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { isSystemError } from '../../../lib/errors.ts';
import { nameForMessage } from '../path-names.ts';
import { bomb, isBomb } from './bomb.ts';
import { rejection } from './rejection.ts';
import { blockBytes, parseTarHeader } from './tar-header.ts';

export type ArchiveFormat = 'zip' | 'tar' | 'tar.gz';

const pieceBytes = 256 * 1024;

/** By the end of the name only; undefined when it is no archive we read. */
export const formatOfName = (path: string): ArchiveFormat | undefined => {
  const name = path.toLowerCase();
  if (name.endsWith('.zip')) return 'zip';
  if (name.endsWith('.tar')) return 'tar';
  return name.endsWith('.tar.gz') || name.endsWith('.tgz') ? 'tar.gz' : undefined;
};

const formatOfContent = (start: Buffer): ArchiveFormat | 'unknown' => {
  const signature = start.length >= 4 ? start.readUInt32BE(0) : 0;
  if (signature === 0x504b0304 || signature === 0x504b0506) return 'zip';
  if (signature >>> 8 === 0x1f8b08) return 'tar.gz';
  if (start.length < blockBytes) return 'unknown';
  const block = start.subarray(0, blockBytes);
  return block.every((byte) => byte === 0) || parseTarHeader(block) !== undefined ? 'tar' : 'unknown';
};

/** @throws AppError `archive_rejected` when the content is not what the name promises. */
export const checkFormat = (fd: number, path: string, format: ArchiveFormat): void => {
  const start = Buffer.alloc(blockBytes);
  const found = formatOfContent(start.subarray(0, readSync(fd, start, 0, blockBytes, 0)));
  if (found === format) return;
  const is = found === 'unknown' ? `is not a ${format} file` : `is a ${found} file by its content`;
  throw rejection('content_mismatch', is, { entry: nameForMessage(path) });
};

/** A part of the file in pieces. @throws AppError `archive_rejected` when it is shorter. */
export const readRange = function* (fd: number, start: number, end: number): Generator<Buffer> {
  for (let at = start; at < end; ) {
    const piece = Buffer.alloc(Math.min(pieceBytes, end - at));
    const read = readSync(fd, piece, 0, piece.length, at);
    if (read === 0) throw rejection('truncated', 'it is shorter than it says');
    at += read;
    yield piece.subarray(0, read);
  }
};

/** Every byte is the same as the one before it, and the first is zero: one comparison of memory. */
export const isZero = (bytes: Buffer): boolean => bytes.length === 0 || (bytes[0] === 0 && bytes.subarray(1).equals(bytes.subarray(0, -1)));

const gunzippedBytes = async function* (fd: number, sizeBytes: number, pause: () => Promise<void>): AsyncGenerator<Buffer> {
  const gunzip = createGunzip({ chunkSize: pieceBytes });
  const fed = pipeline(Readable.from(readRange(fd, 0, sizeBytes)), gunzip);
  // Ends with an error when the reader stops early; what matters of it is thrown below.
  fed.catch(() => undefined);
  try {
    let bytes = 0;
    for await (const piece of gunzip as AsyncIterable<Buffer>) {
      bytes += piece.length;
      if (isBomb(bytes, sizeBytes)) throw bomb();
      yield piece;
    }
    await fed;
  } catch (error) {
    if (isSystemError(error, 'Z_BUF_ERROR')) throw rejection('truncated', 'its compressed data ends too early', { cause: error });
    if (isSystemError(error, 'Z_DATA_ERROR', 'Z_NEED_DICT'))
      throw rejection('malformed', 'its compressed data is malformed', { cause: error });
    throw error;
  }
  // Members after the first are part of the content; zlib stops at the first byte that starts none.
  for (const rest of readRange(fd, gunzip.bytesWritten, sizeBytes)) {
    await pause();
    if (!isZero(rest)) throw rejection('trailing_data', 'something follows its compressed data');
  }
};

/**
 * The bytes of the tar inside. `pause` is called before each piece: a tar may hold a gigabyte in which no entry begins, and whoever reads
 * it must still come to an end when asked.
 */
export const tarBytes = async function* (
  fd: number,
  sizeBytes: number,
  format: 'tar' | 'tar.gz',
  pause: () => Promise<void>,
): AsyncGenerator<Buffer> {
  for await (const piece of format === 'tar' ? readRange(fd, 0, sizeBytes) : gunzippedBytes(fd, sizeBytes, pause)) {
    await pause();
    yield piece;
  }
};
