import { execFileSync } from 'node:child_process';
import { symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type TemporaryFolder, temporaryFolder } from '../../test/support/temporary-folder.ts';
import { createFirstLineReader } from './first-lines.ts';

let tree: TemporaryFolder;
beforeEach(() => {
  tree = temporaryFolder();
});
afterEach(() => tree.remove());

it('reads how a file begins, however long it is and however its lines end', async () => {
  const read = createFirstLineReader({ root: tree.path, files: [] });
  tree.write('unix', '#!/bin/sh\necho\n');
  tree.write('windows', '#!/bin/sh\r\necho\r\n');
  tree.write('endless', 'x'.repeat(100_000));
  tree.write('empty', '');
  expect(await Promise.all(['unix', 'windows', 'endless', 'empty'].map(read))).toEqual(['#!/bin/sh', '#!/bin/sh', 'x'.repeat(256), '']);
});

it('opens a file by the bytes of its name where they are no text', async () => {
  const name = Buffer.concat([Buffer.from('caf'), Buffer.from([0xe9])]);
  writeFileSync(Buffer.concat([Buffer.from(`${tree.path}/`), name]), '#!/bin/sh\n');
  const path = 'caf\\xe9';
  expect(await createFirstLineReader({ root: tree.path, files: [{ path, pathBytes: name, sizeBytes: 10 }] })(path)).toBe('#!/bin/sh');
});

it('has nothing to say of links, pipes, folders and what is gone', async () => {
  const read = createFirstLineReader({ root: tree.path, files: [] });
  symlinkSync(tree.write('file', '#!/bin/sh\n'), join(tree.path, 'link'));
  execFileSync('mkfifo', [join(tree.path, 'pipe')]);
  expect(await Promise.all(['link', 'pipe', '.', 'gone'].map(read))).toEqual(['', '', '', '']);
});
