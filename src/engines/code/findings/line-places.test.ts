import { expect, it } from 'vitest';
import { createLinePlaces } from './line-places.ts';

it('tells lines and columns from 1, in UTF-16 code units', () => {
  const { placeOf } = createLinePlaces('ab\n💡c\n\nd');
  expect([0, 2, 3, 5, 6, 7, 8, 9].map(placeOf)).toEqual([
    { line: 1, column: 1 },
    { line: 1, column: 3 },
    { line: 2, column: 1 },
    { line: 2, column: 3 },
    { line: 2, column: 4 },
    { line: 3, column: 1 },
    { line: 4, column: 1 },
    { line: 4, column: 2 },
  ]);
});

it('gives lines without their ends, of either kind', () => {
  const text = 'one\r\ntwo\n\r\nfour';
  const { line } = createLinePlaces(text);
  const lines = [1, 2, 3, 4].map((number) => line(number)).map((range) => range && text.slice(range.start, range.end));
  expect(lines).toEqual(['one', 'two', '', 'four']);
  expect(line(0)).toBeUndefined();
  expect(line(5)).toBeUndefined();
});
