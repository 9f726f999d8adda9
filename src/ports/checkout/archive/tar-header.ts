import { decodeName } from '../path-names.ts';
import type { ArchiveEntry } from './archive-entry.ts';
import { type RejectionReason, rejection } from './rejection.ts';

/** One 512-byte tar header, in the forms v7, ustar, pax and GNU (POSIX.1-2017 pax, and the GNU tar manual). */
export const blockBytes = 512;

export interface TarHeader {
  readonly name: Buffer;
  readonly mode: number;
  readonly sizeBytes: number;
  /** One character. */
  readonly type: string;
}

export interface TarOverrides {
  readonly path?: Buffer;
  readonly sizeBytes?: number;
}

const textField = (block: Buffer, start: number, length: number): Buffer => {
  const field = block.subarray(start, start + length);
  const nul = field.indexOf(0);
  return Buffer.from(nul === -1 ? field : field.subarray(0, nul));
};

/** Octal with blanks or NULs around it, or big-endian binary behind 0x80; anything else is malformed. */
const numberField = (block: Buffer, start: number, length: number): number | undefined => {
  const field = block.subarray(start, start + length);
  if (field[0] === 0x80) {
    let value = 0;
    for (const byte of field.subarray(1)) {
      value = value * 256 + byte;
      if (!Number.isSafeInteger(value)) return undefined;
    }
    return value;
  }
  const text = field
    .toString('latin1')
    .replace(/[\0 ]+$/, '')
    .replace(/^ +/, '');
  if (!/^[0-7]*$/.test(text)) return undefined;
  return text === '' ? 0 : Number.parseInt(text, 8);
};

const checksumHolds = (block: Buffer): boolean => {
  const stored = numberField(block, 148, 8);
  let unsigned = 8 * 32;
  let signed = 8 * 32;
  for (let at = 0; at < blockBytes; at += 1) {
    if (at >= 148 && at < 156) continue;
    const byte = block[at] ?? 0;
    unsigned += byte;
    signed += byte > 127 ? byte - 256 : byte;
  }
  return stored === unsigned || stored === signed;
};

/** Undefined when the block is no tar header. */
export const parseTarHeader = (block: Buffer): TarHeader | undefined => {
  if (!checksumHolds(block)) return undefined;
  const mode = numberField(block, 100, 8);
  const sizeBytes = numberField(block, 124, 12);
  if (mode === undefined || sizeBytes === undefined) return undefined;
  let name = textField(block, 0, 100);
  // GNU's old format ("ustar" and two blanks) keeps times where ustar has the prefix.
  if (block.toString('latin1', 257, 263) === 'ustar\0') {
    const prefix = textField(block, 345, 155);
    if (prefix.length > 0) name = Buffer.concat([prefix, Buffer.from('/'), name]);
  }
  return { name, mode, sizeBytes, type: block[156] === 0 ? '0' : String.fromCharCode(block[156] ?? 0) };
};

/** Records `<length> <key>=<value>\n`. @throws AppError `archive_rejected` when one of them is not well formed. */
export const parsePax = (bytes: Buffer): ReadonlyMap<string, Buffer> => {
  const records = new Map<string, Buffer>();
  for (let at = 0; at < bytes.length; ) {
    const blank = bytes.indexOf(0x20, at);
    const digits = blank === -1 ? '' : bytes.toString('latin1', at, Math.min(blank, at + 10));
    const end = at + Number(digits);
    const equals = bytes.indexOf(0x3d, blank);
    if (!/^[1-9][0-9]*$/.test(digits) || end > bytes.length || equals === -1 || equals >= end || bytes[end - 1] !== 0x0a) {
      throw rejection('malformed', 'an extended header is malformed');
    }
    const key = bytes.toString('latin1', blank + 1, equals);
    const decides = key === 'path' || key === 'size' || key === 'linkpath';
    if (decides && records.has(key)) throw rejection('pax_override', `an extended header gives "${key}" twice`);
    records.set(key, Buffer.from(bytes.subarray(equals + 1, end - 1)));
    at = end;
  }
  if ([...records.keys()].some((key) => key.startsWith('GNU.sparse.'))) throw rejection('sparse', 'it holds a sparse file');
  return records;
};

export const overridesOf = (records: ReadonlyMap<string, Buffer>): TarOverrides => {
  const path = records.get('path');
  const size = records.get('size')?.toString('latin1');
  if (path?.length === 0 || (size !== undefined && !/^[0-9]{1,15}$/.test(size)))
    throw rejection('pax_override', 'an extended header has an empty path or no size');
  return { ...(path === undefined ? {} : { path }), ...(size === undefined ? {} : { sizeBytes: Number(size) }) };
};

const refusedTypes: Readonly<Record<string, readonly [RejectionReason, string]>> = {
  '1': ['hardlink', 'is a hard link'],
  '3': ['device', 'is a device'],
  '4': ['device', 'is a device'],
  '6': ['fifo', 'is a named pipe'],
  S: ['sparse', 'is a sparse file'],
};

/** The first size that a ustar field cannot hold: only from here on may an extended header give another one. */
const largeFileBytes = 8 * 1024 ** 3;

/**
 * The entry a header and what came before it describe. Where two places disagree about the name or the size, programs differ in whom
 * they believe, so such an archive is refused.
 */
export const entryOf = (header: TarHeader, pax: TarOverrides, gnuName: Buffer | undefined): ArchiveEntry => {
  const raw = pax.path ?? gnuName ?? header.name;
  const name = decodeName(raw);
  const refuse = (reason: RejectionReason, what: string): never => {
    throw rejection(reason, what, { entry: name.text });
  };
  if (pax.path !== undefined && gnuName !== undefined && !pax.path.equals(gnuName)) refuse('pax_override', 'has two different long names');
  const sizeBytes = pax.sizeBytes ?? header.sizeBytes;
  if (sizeBytes !== header.sizeBytes && sizeBytes < largeFileBytes) refuse('pax_override', 'has two different sizes');
  const refused = refusedTypes[header.type];
  if (refused !== undefined) refuse(...refused);
  if (!'0257'.includes(header.type)) refuse('entry_type', 'is of a type that is not read');
  const kind = header.type === '2' ? 'link' : header.type === '5' || raw.at(-1) === 0x2f ? 'directory' : 'file';
  if (kind !== 'file' && sizeBytes > 0) refuse('directory_with_data', 'is no file, but has content');
  return { name, kind, sizeBytes, isExecutable: (header.mode & 0o111) !== 0 };
};
