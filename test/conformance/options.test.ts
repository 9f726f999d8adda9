import { expect, test } from 'vitest';
import { halfOf } from './half.ts';
import { readOptions } from './options.ts';

test('listed failures are those of the half that may be looked at, unless asked otherwise', () => {
  expect(readOptions(['--rules', 'r'])).toMatchObject({
    folders: ['r'],
    half: 'all',
    failures: false,
    limit: 200,
    workers: 2,
    timeoutMs: 30_000,
  });
  expect(readOptions(['--rules', 'r', '--failures'])).toMatchObject({ half: 'dev', failures: true });
  expect(readOptions(['--rules', 'r', '--rules', 's', '--failures', '--half', 'held', '--lang', 'go', '--limit', '5'])).toMatchObject({
    folders: ['r', 's'],
    half: 'held',
    language: 'go',
    limit: 5,
  });
});

test.each([
  [[], 'name a folder'],
  [['--rules', 'r', '--half', 'both'], '--half wants dev, held or all'],
  [['--rules', 'r', '--limit', '0'], '--limit wants a whole number'],
  [['--rules', 'r', '--workers', 'two'], '--workers wants a whole number'],
  [['--rule'], '--rule'],
])('%j is refused', (args, why) => {
  expect(() => readOptions(args)).toThrow(why);
});

test('the halves are by the first byte of the hash, and about even', () => {
  const ids = Array.from({ length: 1_000 }, (_, index) => `rule-${index}`);
  const share = ids.filter((id) => halfOf(id) === 'dev').length;
  expect(share).toBeGreaterThan(430);
  expect(share).toBeLessThan(570);
  // SHA-256 of "a" begins with ca, that of "c" with 2e, that of "f" with 25.
  expect(['a', 'c', 'f'].map(halfOf)).toEqual(['dev', 'dev', 'held']);
});
