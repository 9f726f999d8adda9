import { expect, it } from 'vitest';
import { formatSize } from './summary.ts';

it.each([
  [0, '0 bytes'],
  [1, '1 byte'],
  [999, '999 bytes'],
  [1000, '1.0 kB'],
  [12_345, '12.3 kB'],
  [999_949, '999.9 kB'],
  [999_950, '1.0 MB'],
  [4_000_000_000, '4.0 GB'],
  [5e15, '5000.0 TB'],
])('a size of %i is shown as %s', (bytes, text) => {
  expect(formatSize(bytes)).toBe(text);
});
