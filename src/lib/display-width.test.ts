import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { displayWidth, padToWidth, truncateMiddle, truncateToWidth, wrapToWidth } from './display-width.ts';

test.each([
  ['plain', 5],
  ['名前', 4],
  ['🔎', 2],
  ['e\u0301', 1],
  ['ﾊﾛｰ', 3],
  ['한글', 4],
])('%s takes %i columns', (text, width) => {
  expect(displayWidth(text)).toBe(width);
});

describe('whatever the text is', () => {
  const text = fc.string({ unit: fc.constantFrom('a', ' ', '/', '名', '🔎', 'e\u0301', '-'), maxLength: 80 });
  const width = fc.integer({ min: 4, max: 40 });

  test('nothing is wider than asked', () => {
    fc.assert(
      fc.property(text, width, (value, columns) => {
        expect(displayWidth(truncateToWidth(value, columns))).toBeLessThanOrEqual(columns);
        expect(displayWidth(truncateMiddle(value, columns))).toBeLessThanOrEqual(columns);
        for (const line of wrapToWidth(value, columns)) expect(displayWidth(line)).toBeLessThanOrEqual(columns);
      }),
    );
  });

  test('wrapping loses nothing but blanks', () => {
    fc.assert(
      fc.property(text, width, (value, columns) => {
        expect(wrapToWidth(value, columns).join('').replaceAll(' ', '')).toBe(value.replaceAll(' ', ''));
      }),
    );
  });
});

test('what fits stays as it is', () => {
  expect(truncateToWidth('abc', 3)).toBe('abc');
  expect(truncateToWidth('abcd', 3)).toBe('ab…');
  expect(truncateMiddle('src/very/long/path/name.ts', 15)).toBe('src/v…h/name.ts');
  expect(padToWidth('名', 4)).toBe('名  ');
  expect(wrapToWidth('', 10)).toEqual(['']);
});
