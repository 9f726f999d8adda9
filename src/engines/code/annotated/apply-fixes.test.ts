import { expect, test } from 'vitest';
import { applyFixes } from './apply-fixes.ts';

test('makes every fix, whatever their order', () => {
  expect(
    applyFixes('one two three', [
      { start: 8, end: 13, replacement: '3' },
      { start: 0, end: 3, replacement: 'first' },
      { start: 3, end: 3, replacement: ',' },
    ]),
  ).toBe('first, two 3');
});

test('of fixes that overlap makes the first, of those that begin together the longer', () => {
  expect(
    applyFixes('f(g(x))', [
      { start: 2, end: 6, replacement: 'G' },
      { start: 0, end: 1, replacement: 'h' },
      { start: 0, end: 7, replacement: 'F' },
    ]),
  ).toBe('F');
});
