import { expect, it } from 'vitest';
import { shardOf } from './shard.ts';

it('gives each path to one shard, about evenly, also where names are alike', () => {
  const counts = [0, 0, 0];
  for (let index = 0; index < 3000; index += 1) {
    const shard = shardOf(`src/module-${index}/index.ts`, 3);
    counts[shard] = (counts[shard] ?? Number.NaN) + 1;
  }
  expect(counts.reduce((sum, count) => sum + count)).toBe(3000);
  for (const count of counts) expect(Math.abs(count - 1000)).toBeLessThan(120);
});

it('is the same for ever, since workers of several versions share a scan', () => {
  expect(['', 'a', 'src/ä.ts', 'README.md'].map((path) => shardOf(path, 256))).toMatchInlineSnapshot(`
    [
      11,
      179,
      121,
      65,
    ]
  `);
});
