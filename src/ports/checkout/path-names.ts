import { clip, withVisibleEscapes } from '../../lib/text-safety.ts';

/**
 * File names are bytes. Nearly all are UTF-8 and are handled as strings; the rest keep their bytes beside a display form, so that
 * they can still be opened.
 */

export interface DecodedName {
  readonly text: string;
  /** Present only where the bytes are not valid UTF-8. */
  readonly bytes?: Buffer;
}

const sequenceLength = (lead: number): number => {
  if (lead < 0x80) return 1;
  if (lead >= 0xc2 && lead < 0xe0) return 2;
  if (lead >= 0xe0 && lead < 0xf0) return 3;
  if (lead >= 0xf0 && lead < 0xf5) return 4;
  return 0;
};

const escapeInvalid = (bytes: Buffer): string => {
  let text = '';
  for (let at = 0; at < bytes.length; ) {
    const length = sequenceLength(bytes[at] ?? 0);
    const part = bytes.subarray(at, at + length);
    const decoded = part.toString('utf8');
    if (length > 0 && part.length === length && Buffer.from(decoded, 'utf8').equals(part)) {
      text += decoded;
      at += length;
    } else {
      text += `\\x${(bytes[at] ?? 0).toString(16).padStart(2, '0')}`;
      at += 1;
    }
  }
  return text;
};

/** A name or path for display: valid UTF-8 as it is, every other byte as `\xNN`. */
export const decodeName = (bytes: Buffer): DecodedName => {
  const text = bytes.toString('utf8');
  if (!text.includes('\ufffd') || Buffer.from(text, 'utf8').equals(bytes)) return { text };
  return { text: escapeInvalid(bytes), bytes };
};

/** Joins a directory's relative path and a name; '' is the root. */
export const joinPath = (directory: string, name: string): string => (directory === '' ? name : `${directory}/${name}`);

/** A hostile name for a message on a terminal or in a log: no control or direction characters, at most 200 characters. */
export const nameForMessage = (name: string): string => clip(withVisibleEscapes(name.slice(0, 400)), 200);

/** Code points that HFS+ leaves out when it compares names. */
const hfsIgnorable = /[\u200c-\u200f\u202a-\u202e\u206a-\u206f\ufeff]/g;

/** True for every spelling that some file system takes for `.git`, itself included (git's protectHFS and protectNTFS). */
export const isGitDirectoryName = (name: string): boolean =>
  /^(?:\.git|git~\d+)[. ]*(?::.*)?$/s.test(name.replace(hfsIgnorable, '').toLowerCase());

/** Code units, the order of every listing and report. */
export const comparePaths = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
