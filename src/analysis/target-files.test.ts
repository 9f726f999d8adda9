import { expect, it } from 'vitest';
import { applyExcludes } from './target-files.ts';

const filesOf = (...paths: readonly string[]) => paths.map((path) => ({ path, sizeBytes: 1 }));
const { signal } = new AbortController();

it('leaves out what the settings of the project exclude', async () => {
  const { files, leftOut, warnings } = await applyExcludes(filesOf('a.ts', 'vendor/b.ts'), ['vendor/'], { signal });
  expect(files.map(({ path }) => path)).toEqual(['a.ts']);
  expect(leftOut).toMatchObject([{ path: 'vendor/b.ts', state: 'excluded', reason: 'ignored' }]);
  expect(warnings).toEqual([]);
});

it('says so when there are too many patterns to honour', async () => {
  const patterns = Array.from({ length: 2000 }, (_, index) => `*${index}${'x'.repeat(40)}*`);
  const { files, warnings } = await applyExcludes(filesOf(`1${'x'.repeat(40)}`), patterns, { signal });
  expect(files).toHaveLength(1);
  expect(warnings).toEqual([expect.stringContaining('is not honoured')]);
});

it('listens while it compares', async () => {
  const controller = new AbortController();
  setTimeout(() => controller.abort(), 5);
  const patterns = Array.from({ length: 2000 }, (_, index) => `*a*a*a*${index}b`);
  const files = filesOf(...Array.from({ length: 20_000 }, (_, index) => `${'a'.repeat(200)}${index}`));
  await expect(applyExcludes(files, patterns, { signal: controller.signal })).rejects.toMatchObject({ code: 'cancelled' });
});
