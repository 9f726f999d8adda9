import { readSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import { AppError } from '../../../lib/errors.ts';
import { type DecodedName, decodeName } from '../path-names.ts';
import { decodeCp437 } from './cp437.ts';
import { type RejectionReason, rejection } from './rejection.ts';

/**
 * The central directory of a zip (PKWARE APPNOTE), read once and strictly. Zip lets the same file be read in several ways (a second
 * end record in a comment, data before the first entry, a local header that says something else); each of them is refused.
 */

const endSignature = 0x06054b50;
const endBytes = 22;
const zip64LocatorSignature = 0x07064b50;
const zip64LocatorBytes = 20;
const zip64EndSignature = 0x06064b50;
const entrySignature = 0x02014b50;
const entryBytes = 46;
const localSignature = 0x04034b50;
const localBytes = 30;
const descriptorSignature = 0x08074b50;
const maxDirectoryBytes = 128 * 1024 * 1024;

/** Flags: content encrypted, strongly encrypted, directory encrypted. */
const encryptionFlags = 0x2041;
const descriptorFlag = 0x8;
const utf8Flag = 0x800;
const unicodePathField = 0x7075;
const zip64Field = 1;

export interface ZipEntry {
  readonly name: DecodedName;
  readonly rawName: Buffer;
  readonly flags: number;
  /** 0 stored, 8 deflate. */
  readonly method: number;
  readonly crc: number;
  readonly compressedBytes: number;
  readonly sizeBytes: number;
  /** Of the local header, from the start of the file. */
  readonly offset: number;
  /** Unix mode, 0 where the archive was made elsewhere. */
  readonly mode: number;
  /** CRC of the name in the Unicode path field, to compare with the local header's. */
  readonly unicodePath: Buffer | undefined;
}

const malformed = (what: string, entry?: string): AppError => rejection('malformed', what, entry === undefined ? {} : { entry });

const readAt = (fd: number, position: number, length: number): Buffer => {
  const buffer = Buffer.alloc(length);
  let have = 0;
  while (have < length) {
    const read = readSync(fd, buffer, have, length - have, position + have);
    if (read === 0) throw rejection('truncated', 'it is shorter than it says');
    have += read;
  }
  return buffer;
};

const readUInt64 = (bytes: Buffer, at: number): number => {
  const value = Number(bytes.readBigUInt64LE(at));
  if (!Number.isSafeInteger(value)) throw malformed('it holds a number that is too large');
  return value;
};

const parseExtra = (bytes: Buffer): ReadonlyMap<number, Buffer> => {
  const fields = new Map<number, Buffer>();
  for (let at = 0; at + 4 <= bytes.length; ) {
    const id = bytes.readUInt16LE(at);
    const end = at + 4 + bytes.readUInt16LE(at + 2);
    if (end > bytes.length) throw malformed('an extra field is longer than its header');
    if ((id === zip64Field || id === unicodePathField) && fields.has(id)) throw malformed('an extra field appears twice');
    fields.set(id, bytes.subarray(at + 4, end));
    at = end;
  }
  return fields;
};

interface End {
  readonly count: number;
  readonly directoryBytes: number;
  readonly directoryOffset: number;
}

const findEnd = (fd: number, sizeBytes: number): End => {
  const tailBytes = Math.min(sizeBytes, endBytes + 0xffff);
  const tailStart = sizeBytes - tailBytes;
  const tail = readAt(fd, tailStart, tailBytes);
  let at = -1;
  for (let candidate = tail.length - endBytes; candidate >= 0; candidate -= 1) {
    if (tail.readUInt32LE(candidate) !== endSignature) continue;
    if (candidate + endBytes + tail.readUInt16LE(candidate + 20) === tail.length) {
      if (at !== -1) throw rejection('hidden_data', 'it has two ends');
      at = candidate;
    } else if (at === -1) {
      // A reader that looks from the end would take this for the end record.
      throw rejection('trailing_data', 'something follows its end record, or the record is malformed');
    }
  }
  if (at === -1) throw rejection('truncated', 'its end record is missing');
  if (tail.readUInt16LE(at + 4) !== 0 || tail.readUInt16LE(at + 6) !== 0 || tail.readUInt16LE(at + 8) !== tail.readUInt16LE(at + 10))
    throw malformed('it is one of several volumes');

  const short = {
    count: tail.readUInt16LE(at + 10),
    directoryBytes: tail.readUInt32LE(at + 12),
    directoryOffset: tail.readUInt32LE(at + 16),
  };
  const endOffset = tailStart + at;
  let end: End = short;
  let directoryEnd = endOffset;
  const locatorOffset = endOffset - zip64LocatorBytes;
  const locator = locatorOffset >= 0 ? readAt(fd, locatorOffset, zip64LocatorBytes) : undefined;
  if (locator?.readUInt32LE(0) === zip64LocatorSignature) {
    directoryEnd = readUInt64(locator, 8);
    if (directoryEnd + 56 > locatorOffset) throw malformed('its zip64 end record is not where it should be');
    const record = readAt(fd, directoryEnd, 56);
    if (record.readUInt32LE(0) !== zip64EndSignature || directoryEnd + 12 + readUInt64(record, 4) !== locatorOffset)
      throw malformed('its zip64 end record is malformed');
    end = { count: readUInt64(record, 32), directoryBytes: readUInt64(record, 40), directoryOffset: readUInt64(record, 48) };
    const agree = (small: number, full: number, unset: number): boolean => small === unset || small === full;
    if (
      !agree(short.count, end.count, 0xffff) ||
      !agree(short.directoryBytes, end.directoryBytes, 0xffffffff) ||
      !agree(short.directoryOffset, end.directoryOffset, 0xffffffff)
    ) {
      throw rejection('header_mismatch', 'its two end records differ');
    }
  }
  if (end.directoryOffset + end.directoryBytes !== directoryEnd)
    throw rejection('leading_data', 'something stands before its first entry, or its directory is not where it should be');
  return end;
};

const decodeZipName = (raw: Buffer, flags: number, unicodePath: Buffer | undefined): DecodedName => {
  const decoded = decodeName(raw);
  const isUtf8 = decoded.bytes === undefined || (flags & utf8Flag) !== 0;
  if (unicodePath !== undefined) {
    const valid = unicodePath.length >= 5 && unicodePath[0] === 1 && unicodePath.readUInt32LE(1) === crc32(raw);
    const text = unicodePath.subarray(5);
    // Many programs read the first name only. Where it is in another encoding, the second says the same in UTF-8.
    if (valid && isUtf8 && !text.equals(raw)) throw rejection('header_mismatch', 'has a second, different name', { entry: decoded.text });
    if (valid) return decodeName(text);
  }
  // macOS writes UTF-8 without saying so; bytes that are valid UTF-8 by accident are far rarer than that.
  return isUtf8 ? decoded : { text: decodeCp437(raw) };
};

const parseEntry = (bytes: Buffer, at: number): { readonly entry: ZipEntry; readonly end: number } => {
  if (at + entryBytes > bytes.length || bytes.readUInt32LE(at) !== entrySignature) throw malformed('its directory is malformed');
  const nameEnd = at + entryBytes + bytes.readUInt16LE(at + 28);
  const extraEnd = nameEnd + bytes.readUInt16LE(at + 30);
  const end = extraEnd + bytes.readUInt16LE(at + 32);
  if (end > bytes.length) throw malformed('its directory is malformed');
  const extra = parseExtra(bytes.subarray(nameEnd, extraEnd));
  const rawName = bytes.subarray(at + entryBytes, nameEnd);
  const large = extra.get(zip64Field) ?? Buffer.alloc(0);
  let largeAt = 0;
  const number = (offset: number): number => {
    const value = bytes.readUInt32LE(at + offset);
    if (value !== 0xffffffff || large.length === 0) return value;
    if (largeAt + 8 > large.length) throw malformed('has an incomplete zip64 field', rawName.toString('latin1'));
    largeAt += 8;
    return readUInt64(large, largeAt - 8);
  };
  // In this order in the zip64 field.
  const sizeBytes = number(24);
  const compressedBytes = number(20);
  const offset = number(42);
  if (bytes.readUInt16LE(at + 34) !== 0) throw malformed('lies in another volume', rawName.toString('latin1'));
  const flags = bytes.readUInt16LE(at + 8);
  const unicodePath = extra.get(unicodePathField);
  // Made by: 3 Unix, 19 macOS. Others have no Unix mode there.
  const system = bytes[at + 5];
  return {
    entry: {
      name: decodeZipName(rawName, flags, unicodePath),
      rawName,
      flags,
      method: bytes.readUInt16LE(at + 10),
      crc: bytes.readUInt32LE(at + 16),
      compressedBytes,
      sizeBytes,
      offset,
      mode: system === 3 || system === 19 ? bytes.readUInt16LE(at + 40) : 0,
      unicodePath,
    },
    end,
  };
};

/** All entries, in the order of the directory. @throws AppError `archive_rejected`, `file_limit` */
export const readZipDirectory = (
  fd: number,
  sizeBytes: number,
  maxEntries: number,
): { readonly entries: readonly ZipEntry[]; readonly directoryOffset: number } => {
  const end = findEnd(fd, sizeBytes);
  if (end.count > maxEntries) {
    throw new AppError('file_limit', `the archive holds more than ${maxEntries} entries`, {
      hint: 'Raise the budget for files, or unpack a part of it and scan the directory.',
    });
  }
  if (end.directoryBytes > maxDirectoryBytes) throw malformed(`its directory is larger than ${maxDirectoryBytes / 1024 ** 2} MiB`);
  const bytes = readAt(fd, end.directoryOffset, end.directoryBytes);
  const entries: ZipEntry[] = [];
  let at = 0;
  for (let index = 0; index < end.count; index += 1) {
    const read = parseEntry(bytes, at);
    at = read.end;
    const { entry } = read;
    const refuse = (reason: RejectionReason, what: string): never => {
      throw rejection(reason, what, { entry: entry.name.text });
    };
    if ((entry.flags & encryptionFlags) !== 0) refuse('encrypted', 'is encrypted');
    if (entry.method !== 0 && entry.method !== 8)
      refuse('compression_unsupported', `is compressed by method ${entry.method}; only stored and deflated entries are read`);
    if (entry.method === 0 && entry.compressedBytes !== entry.sizeBytes) refuse('header_mismatch', 'is stored, but has two sizes');
    entries.push(entry);
  }
  if (at !== bytes.length) throw rejection('hidden_data', 'its directory holds more than its entries');
  return { entries, directoryOffset: end.directoryOffset };
};

/**
 * Compares the local header with the directory's. @returns where the content starts.
 * @throws AppError `archive_rejected`
 */
export const checkLocalHeader = (fd: number, entry: ZipEntry): number => {
  const fixed = readAt(fd, entry.offset, localBytes);
  if (fixed.readUInt32LE(0) !== localSignature) throw malformed('has no local header', entry.name.text);
  const nameBytes = fixed.readUInt16LE(26);
  const variable = readAt(fd, entry.offset + localBytes, nameBytes + fixed.readUInt16LE(28));
  const extra = parseExtra(variable.subarray(nameBytes));
  const large = extra.get(zip64Field);
  const streamed = (entry.flags & descriptorFlag) !== 0;
  const agrees = (at: number, expected: number, largeAt: number): boolean => {
    const value = fixed.readUInt32LE(at);
    const full = value === 0xffffffff && large !== undefined && largeAt + 8 <= large.length ? readUInt64(large, largeAt) : value;
    return full === expected || (streamed && full === 0);
  };
  const unicodePath = extra.get(unicodePathField);
  const flags = encryptionFlags | descriptorFlag;
  if (
    !variable.subarray(0, nameBytes).equals(entry.rawName) ||
    (fixed.readUInt16LE(6) & flags) !== (entry.flags & flags) ||
    fixed.readUInt16LE(8) !== entry.method ||
    !(fixed.readUInt32LE(14) === entry.crc || (streamed && fixed.readUInt32LE(14) === 0)) ||
    !agrees(22, entry.sizeBytes, 0) ||
    !agrees(18, entry.compressedBytes, 8) ||
    (unicodePath !== undefined && entry.unicodePath?.equals(unicodePath) !== true)
  ) {
    throw rejection('header_mismatch', 'has a local header that differs from the directory', { entry: entry.name.text });
  }
  return entry.offset + localBytes + variable.length;
};

/**
 * What stands between the content of an entry and the next one: nothing, or the data descriptor that the flags promise, in any of its
 * forms (with a signature or without, sizes of 4 or 8 bytes). @throws AppError `archive_rejected`
 */
export const checkDescriptor = (fd: number, entry: ZipEntry, offset: number, length: number): void => {
  const promised = (entry.flags & descriptorFlag) !== 0;
  if (promised ? ![12, 16, 20, 24].includes(length) : length !== 0)
    throw rejection('hidden_data', 'is followed by data that belongs to no entry', { entry: entry.name.text });
  if (!promised) return;
  const bytes = readAt(fd, offset, length);
  const isSigned = length === 16 || length === 24;
  const body = isSigned ? bytes.subarray(4) : bytes;
  const sizes = body.length === 12 ? [body.readUInt32LE(4), body.readUInt32LE(8)] : [readUInt64(body, 4), readUInt64(body, 12)];
  if (
    (isSigned && bytes.readUInt32LE(0) !== descriptorSignature) ||
    body.readUInt32LE(0) !== entry.crc ||
    sizes[0] !== entry.compressedBytes ||
    sizes[1] !== entry.sizeBytes
  ) {
    throw rejection('header_mismatch', 'has a data descriptor that differs from the directory', { entry: entry.name.text });
  }
};
