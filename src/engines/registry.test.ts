import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, test } from 'vitest';
import { isAppError } from '../lib/errors.ts';
import { engineNames, loadEngine } from './registry.ts';

const folders = readdirSync(import.meta.dirname, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);

test('every folder is an engine of the registry, and every engine a folder', () => {
  expect([...engineNames].sort()).toEqual(folders.sort());
});

describe.each(folders)('engine %s', (folder) => {
  it('is loaded by its name', async () => {
    expect((await loadEngine(folder)).name).toBe(folder);
  });

  it.each(['README.md', `${folder}.contract.test.ts`])('has a %s', (file) => {
    expect(existsSync(join(import.meta.dirname, folder, file))).toBe(true);
  });
});

test.each(['semgrap', '', 'toString', '__proto__'])('"%s" is refused with the names there are', async (name) => {
  const error: unknown = await loadEngine(name).catch((reason: unknown) => reason);
  expect(isAppError(error, 'engine_unknown') && error.hint).toContain('secrets, code, gitleaks');
});
