import { describe, expect, it } from 'vitest';
import { readSourceText } from './source-text.ts';

const bytes = (...parts: readonly (string | readonly number[])[]): Uint8Array =>
  Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : Buffer.from(part))));

describe('readSourceText', () => {
  it.each([
    ['ASCII', bytes('a = 1\n'), 'a = 1\n'],
    ['UTF-8', bytes('ä = "💡"\n'), 'ä = "💡"\n'],
    ['UTF-8 with a byte order mark', bytes([0xef, 0xbb, 0xbf], 'ä'), 'ä'],
    ['UTF-16, little end first', bytes([0xff, 0xfe, 0x61, 0, 0x3d, 0]), 'a='],
    ['UTF-16, big end first', bytes([0xfe, 0xff, 0, 0x61, 0, 0x3d]), 'a='],
    ['nothing', bytes(''), ''],
  ])('reads %s', (_name, given, text) => {
    expect(readSourceText(given)).toEqual({ text, isDamaged: false });
  });

  it('reads around what is no UTF-8, and says so', () => {
    expect(readSourceText(bytes('a = "', [0xc3, 0x28], '"'))).toEqual({ text: 'a = "\ufffd("', isDamaged: true });
  });

  it('reads nothing of what is no text', () => {
    expect(readSourceText(bytes('MZ', [0, 0, 1]))).toBeUndefined();
  });
});
