import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { crc32, createInflateRaw, inflateRawSync } from 'node:zlib';
import { type AppError, isSystemError } from '../../../lib/errors.ts';
import type { ArchiveEntry, EntryContent } from './archive-entry.ts';
import { readRange } from './archive-file.ts';
import { type RejectionReason, rejection } from './rejection.ts';
import { checkDescriptor, checkLocalHeader, readZipDirectory, type ZipEntry } from './zip-directory.ts';

/** Entries up to here are inflated in one call, which is many times faster than a stream. */
const atOnceBytes = 1024 * 1024;

const fileTypeMask = 0o170000;
const specialFiles: Readonly<Record<number, readonly [RejectionReason, string]>> = {
  0o010000: ['fifo', 'is a named pipe'],
  0o020000: ['device', 'is a device'],
  0o060000: ['device', 'is a device'],
  0o140000: ['entry_type', 'is a socket'],
};

const toEntry = (zip: ZipEntry): ArchiveEntry => {
  const type = zip.mode & fileTypeMask;
  const special = specialFiles[type];
  if (special !== undefined) throw rejection(...special, { entry: zip.name.text });
  const kind = type === 0o120000 ? 'link' : type === 0o040000 || zip.name.text.endsWith('/') ? 'directory' : 'file';
  if (kind === 'directory' && zip.sizeBytes > 0)
    throw rejection('directory_with_data', 'is no file, but has content', { entry: zip.name.text });
  return { name: zip.name, kind, sizeBytes: zip.sizeBytes, isExecutable: (zip.mode & 0o111) !== 0 };
};

const inflateError = (error: unknown, zip: ZipEntry): unknown =>
  isSystemError(error, 'Z_DATA_ERROR', 'Z_BUF_ERROR', 'Z_NEED_DICT', 'ERR_BUFFER_TOO_LARGE')
    ? rejection('malformed', 'cannot be inflated to the size it says', { entry: zip.name.text, cause: error })
    : error;

/** What `info` asks for, which the types do not know: the engine's counter says how much of the input was used. */
interface Inflated {
  readonly buffer: Buffer;
  readonly engine: { readonly bytesWritten: number };
}
const isInflated = (value: object): value is Inflated => 'engine' in value;

const inflateAtOnce = (input: Buffer, zip: ZipEntry): Inflated => {
  try {
    const inflated: object = inflateRawSync(input, { maxOutputLength: zip.sizeBytes + 1, info: true });
    if (isInflated(inflated)) return inflated;
  } catch (error) {
    throw inflateError(error, zip);
  }
  throw new Error('zlib did not say how much it read');
};

const inflate = async function* (fd: number, zip: ZipEntry, start: number): AsyncGenerator<Buffer> {
  const end = start + zip.compressedBytes;
  const checkUsed = (usedBytes: number): void => {
    if (usedBytes !== zip.compressedBytes) throw rejection('hidden_data', 'holds something behind its content', { entry: zip.name.text });
  };
  if (zip.method === 0) {
    yield* readRange(fd, start, end);
  } else if (zip.compressedBytes <= atOnceBytes && zip.sizeBytes <= atOnceBytes * 16) {
    const input = Buffer.concat([...readRange(fd, start, end)]);
    const { buffer, engine } = inflateAtOnce(input, zip);
    checkUsed(engine.bytesWritten);
    yield buffer;
  } else {
    const inflater = createInflateRaw();
    const fed = pipeline(Readable.from(readRange(fd, start, end)), inflater, { end: true });
    fed.catch(() => undefined);
    try {
      for await (const piece of inflater) yield piece as Buffer;
      await fed;
    } catch (error) {
      throw inflateError(error, zip);
    }
    checkUsed(inflater.bytesWritten);
  }
};

/** Content with its size and checksum proved: what the directory says counts for nothing. */
const readContent = async function* (fd: number, zip: ZipEntry, start: number): AsyncGenerator<Buffer> {
  let bytes = 0;
  let checksum = 0;
  for await (const piece of inflate(fd, zip, start)) {
    bytes += piece.length;
    if (bytes > zip.sizeBytes) throw rejection('header_mismatch', 'is longer than it says', { entry: zip.name.text });
    checksum = crc32(piece, checksum);
    yield piece;
  }
  if (bytes !== zip.sizeBytes) throw rejection('header_mismatch', 'is shorter than it says', { entry: zip.name.text });
  if (checksum !== zip.crc) throw rejection('checksum', 'has a wrong checksum', { entry: zip.name.text });
};

export interface OpenZip {
  /** All of them, before anything is written: names are judged first. In the order of the file. */
  readonly entries: readonly { readonly entry: ArchiveEntry; readonly compressedBytes: number; readonly content: EntryContent }[];
}

/** The whole file must belong to its entries, one after the other. @throws AppError `archive_rejected`, `file_limit` */
export const openZip = async (fd: number, sizeBytes: number, maxEntries: number, pause: () => Promise<void>): Promise<OpenZip> => {
  const { entries, directoryOffset } = readZipDirectory(fd, sizeBytes, maxEntries);
  const sorted = [...entries].sort((a, b) => a.offset - b.offset);
  if ((sorted[0]?.offset ?? directoryOffset) !== 0) throw rejection('leading_data', 'something stands before its first entry');
  const opened: OpenZip['entries'][number][] = [];
  for (const [index, zip] of sorted.entries()) {
    const next = sorted[index + 1]?.offset ?? directoryOffset;
    const overlaps = (): AppError => rejection('hidden_data', 'overlaps another entry', { entry: zip.name.text });
    if (zip.offset + zip.compressedBytes > next) throw overlaps();
    const start = checkLocalHeader(fd, zip);
    const end = start + zip.compressedBytes;
    if (end > next) throw overlaps();
    checkDescriptor(fd, zip, end, next - end);
    const entry = toEntry(zip);
    const content = (): AsyncGenerator<Buffer> => readContent(fd, zip, start);
    // Nobody reads what a directory holds, so this proves that it is nothing.
    if (entry.kind === 'directory' && zip.compressedBytes > 0) for await (const _piece of content());
    opened.push({ entry, compressedBytes: zip.compressedBytes, content });
    await pause();
  }
  return { entries: opened };
};
