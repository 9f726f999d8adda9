import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openScratchRoot } from './scratch-root.ts';

const uid = process.getuid?.() ?? 0;
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sightline-test-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it('makes a private folder and removes it with what is in it', () => {
  const { path, sharedPath, remove } = openScratchRoot(folder, uid, 42);
  writeFileSync(join(path, 'file'), 'x');
  expect(statSync(path).mode & 0o777).toBe(0o700);
  expect(statSync(sharedPath).mode & 0o777).toBe(0o700);
  remove();
  remove();
  expect(readdirSync(sharedPath)).toEqual([]);
});

it('closes a folder of its own that others could read', () => {
  mkdirSync(join(folder, `sightline-${uid}`));
  chmodSync(join(folder, `sightline-${uid}`), 0o755);
  const { sharedPath, remove } = openScratchRoot(folder, uid, 42);
  expect(statSync(sharedPath).mode & 0o777).toBe(0o700);
  remove();
});

it('refuses a link, a file and a folder of somebody else', () => {
  const elsewhere = join(folder, 'elsewhere');
  mkdirSync(elsewhere);
  symlinkSync(elsewhere, join(folder, `sightline-${uid}`));
  expect(() => openScratchRoot(folder, uid, 42)).toThrow('is not a folder of your own');
  writeFileSync(join(folder, `sightline-${uid + 1}`), '');
  expect(() => openScratchRoot(folder, uid + 1, 42)).toThrow('is not a folder of your own');
  mkdirSync(join(folder, `sightline-${uid + 2}`));
  expect(() => openScratchRoot(folder, uid + 2, 42)).toThrow('is not a folder of your own');
  expect(readdirSync(elsewhere)).toEqual([]);
  expect(existsSync(join(folder, `sightline-${uid + 2}`))).toBe(true);
});
