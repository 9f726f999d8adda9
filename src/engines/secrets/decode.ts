/** A run of base64 or hexadecimal characters in the file, and the text it stands for. */
export interface DecodedBlob {
  readonly start: number;
  readonly end: number;
  readonly encoding: 'base64' | 'hexadecimal';
  readonly bytes: Uint8Array;
}

/** Shorter runs are words; they hold no credential once decoded. */
const minBlobBytes = 24;
const maxBlobBytes = 1024 * 1024;
/** Together at most this much is decoded in one file. */
const maxDecodedBytes = 8 * 1024 * 1024;

const base64Alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const notBase64 = 255;

/** Byte → its six bits; the URL alphabet stands beside the usual one. */
export const createBase64Table = (): Uint8Array => {
  const table = new Uint8Array(256).fill(notBase64);
  for (const [value, char] of Array.from(base64Alphabet).entries()) table[char.charCodeAt(0)] = value;
  for (const [char, value] of [
    ['+', 62],
    ['-', 62],
    ['/', 63],
    ['_', 63],
  ] as const) {
    table[char.charCodeAt(0)] = value;
  }
  return table;
};

const isTextByte = (byte: number): boolean => (byte >= 0x20 && byte !== 0x7f) || byte === 0x09 || byte === 0x0a || byte === 0x0d;
const isAsciiTextByte = (byte: number): boolean => isTextByte(byte) && byte < 0x80;

/** The first 12 bytes decide for almost every run: names and paths decode to noise. */
const startsAsText = (table: Uint8Array, bytes: Uint8Array, start: number): boolean => {
  for (let at = start; at < start + 16; at += 4) {
    const group =
      ((table[bytes[at] as number] as number) << 18) |
      ((table[bytes[at + 1] as number] as number) << 12) |
      ((table[bytes[at + 2] as number] as number) << 6) |
      (table[bytes[at + 3] as number] as number);
    if (!isAsciiTextByte(group >> 16) || !isAsciiTextByte((group >> 8) & 255) || !isAsciiTextByte(group & 255)) return false;
  }
  return true;
};

const isHexByte = (byte: number): boolean => (byte >= 0x30 && byte <= 0x39) || ((byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x66);

const isHexRun = (bytes: Uint8Array, start: number, end: number): boolean => {
  for (let at = start; at < end; at += 1) if (!isHexByte(bytes[at] as number)) return false;
  return true;
};

const isText = (bytes: Uint8Array): boolean => bytes.every(isTextByte) && !Buffer.from(bytes).toString('utf8').includes('\ufffd');

const decodeRun = (table: Uint8Array, bytes: Uint8Array, start: number, end: number): DecodedBlob | undefined => {
  const length = Math.min(end - start, maxBlobBytes);
  const run = () => Buffer.from(bytes.buffer, bytes.byteOffset + start, length).toString('latin1');
  if (length % 2 === 0 && isHexRun(bytes, start, Math.min(end, start + 32)) && isHexRun(bytes, start, start + length)) {
    const decoded = Buffer.from(run(), 'hex');
    if (isText(decoded)) return { start, end, encoding: 'hexadecimal', bytes: decoded };
  }
  if (!startsAsText(table, bytes, start)) return undefined;
  const decoded = Buffer.from(run(), 'base64');
  return isText(decoded) ? { start, end, encoding: 'base64', bytes: decoded } : undefined;
};

/**
 * Every blob that decodes to text. Looks at one byte in `minBlobBytes` until it meets one that may lie in a run.
 * Each run is decoded once, never what comes out of it.
 */
export function* decodedBlobs(table: Uint8Array, bytes: Uint8Array): Generator<DecodedBlob> {
  let budget = maxDecodedBytes;
  for (let probe = minBlobBytes - 1; probe < bytes.length; probe += minBlobBytes) {
    if (table[bytes[probe] as number] === notBase64) continue;
    let start = probe;
    const lowest = probe - minBlobBytes;
    while (start > 0 && start > lowest && table[bytes[start - 1] as number] !== notBase64) start -= 1;
    let end = probe + 1;
    while (end < bytes.length && table[bytes[end] as number] !== notBase64) end += 1;
    if (end - start >= minBlobBytes) {
      const blob = decodeRun(table, bytes, start, end);
      if (blob !== undefined && blob.bytes.length <= budget) {
        budget -= blob.bytes.length;
        let padded = end;
        while (padded < bytes.length && padded < end + 2 && bytes[padded] === 0x3d) padded += 1;
        yield { ...blob, end: padded };
      }
    }
    probe = Math.max(probe, end - 1);
  }
}
