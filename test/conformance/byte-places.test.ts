import { expect, test } from 'vitest';
import { createBytePlaces } from './byte-places.ts';

test('offsets, lines and columns count bytes', () => {
  const { placeOf } = createBytePlaces('x = "é"\nf("😀", y)\n');
  expect(placeOf(0)).toEqual({ offset: 0, line: 1, column: 1 });
  expect(placeOf(7)).toEqual({ offset: 8, line: 1, column: 9 });
  expect(placeOf(8)).toEqual({ offset: 9, line: 2, column: 1 });
  expect(placeOf(16)).toEqual({ offset: 19, line: 2, column: 11 });
});

test('the end of the text has a place', () => {
  expect(createBytePlaces('').placeOf(0)).toEqual({ offset: 0, line: 1, column: 1 });
  expect(createBytePlaces('a\n').placeOf(2)).toEqual({ offset: 2, line: 2, column: 1 });
});
