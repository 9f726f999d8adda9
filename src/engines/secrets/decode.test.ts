import { describe, expect, it } from 'vitest';
import { createBase64Table, decodedBlobs } from './decode.ts';

const table = createBase64Table();
const decoded = (text: string): readonly (readonly [number, number, string])[] =>
  [...decodedBlobs(table, Buffer.from(text))].map((blob) => [blob.start, blob.end, Buffer.from(blob.bytes).toString('utf8')] as const);

const inner = 'user, password: in here, ünï';

describe('decodedBlobs', () => {
  it.each([
    ['base64', Buffer.from(inner).toString('base64')],
    ['the URL alphabet', Buffer.from(inner).toString('base64url')],
    ['hexadecimal', Buffer.from(inner).toString('hex')],
    ['upper-case hexadecimal', Buffer.from(inner).toString('hex').toUpperCase()],
  ])('finds %s at any offset', (_name, blob) => {
    for (let offset = 0; offset < 50; offset += 1)
      expect(decoded(`${' '.repeat(offset)}${blob} "`)).toEqual([[offset, offset + blob.length, inner]]);
  });

  it.each([
    ['a word', 'getApplicationContextFromEnvironment'],
    ['a path', '/usr/local/share/applications/something'],
    ['a digest', 'da39a3ee5e6b4b0d3255bfef95601890afd80709'],
    ['bytes that are no text', Buffer.from(Array.from({ length: 40 }, (_, index) => index * 6)).toString('base64')],
    ['a short text', Buffer.from('short').toString('base64')],
    ['nothing', ''],
  ])('leaves %s alone', (_name, text) => {
    expect(decoded(`x "${text}" y`)).toEqual([]);
  });

  it('does not decode what it decoded', () => {
    const twice = Buffer.from(Buffer.from(inner).toString('base64')).toString('base64');
    expect(decoded(twice).map(([, , text]) => text)).toEqual([Buffer.from(inner).toString('base64')]);
  });

  it('stops when eight megabytes are decoded', () => {
    const blob = Buffer.from('text '.repeat(100_000)).toString('base64');
    expect(decoded(`${blob}\n`.repeat(20))).toHaveLength(16);
  });
});
