import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createScratch, sweepStale } from './scratch.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'scratch-test-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

it('is private, and removed with everything in it, any number of times', async () => {
  const scratch = await createScratch(root);
  expect(statSync(scratch.path).mode & 0o777).toBe(0o700);
  mkdirSync(join(scratch.path, 'a'));
  writeFileSync(join(scratch.path, 'a', 'b'), 'x', { mode: 0o400 });
  await scratch.remove();
  await scratch.remove();
  expect(readdirSync(root)).toEqual([]);
});

it('what a dead process left is swept, what a living one uses and what is not ours stays', async () => {
  const { pid } = spawnSync('true');
  mkdirSync(join(root, `sightline-${pid}-abc`));
  mkdirSync(join(root, `sightline-x-abc`));
  mkdirSync(join(root, 'other'));
  const own = await createScratch(root);
  expect(await sweepStale(root)).toBe(1);
  expect(readdirSync(root)).toHaveLength(3);
  await own.remove();
  expect(await sweepStale(join(root, 'missing'))).toBe(0);
});

it('a process that has the id of a dead one keeps nothing of it', async () => {
  mkdirSync(join(root, `sightline-${process.pid}-t1-abc`));
  const own = await createScratch(root);
  expect(await sweepStale(root)).toBe(1);
  expect(readdirSync(root)).toHaveLength(1);
  await own.remove();
});
