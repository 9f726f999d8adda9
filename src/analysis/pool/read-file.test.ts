import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createFileReader } from './read-file.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'sightline-test-read-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const read = (name: string) => createFileReader(root, 1000)(name, undefined);
const write = (name: string, content: string | Uint8Array): void => writeFileSync(join(root, name), content);

describe('createFileReader', () => {
  it('reads text and reuses its buffer for the next file', () => {
    write('a', 'first');
    write('b', 'second file');
    const reader = createFileReader(root, 1000);
    const first = reader('a', undefined);
    expect(first.ok && Buffer.from(first.bytes).toString()).toBe('first');
    const second = reader('b', undefined);
    expect(second.ok && Buffer.from(second.bytes).toString()).toBe('second file');
  });

  it('leaves out binary files and LFS pointers', () => {
    write('binary', Buffer.from([0x7f, 0x45, 0, 1]));
    write('pointer', 'version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n');
    expect(read('binary')).toMatchObject({ state: 'excluded', reason: 'binary' });
    expect(read('pointer')).toMatchObject({ state: 'excluded', reason: 'lfs_pointer' });
  });

  it.each(['utf-16le', 'utf-16be'])('gives %s as UTF-8', (encoding) => {
    const bytes = Buffer.from('\ufeffkey = "ü"', 'utf16le');
    write('wide', encoding === 'utf-16le' ? bytes : bytes.swap16());
    const outcome = read('wide');
    expect(outcome.ok && Buffer.from(outcome.bytes).toString()).toBe('key = "ü"');
  });

  it('never follows a link, waits for a pipe, or reads what changed since it was listed', () => {
    write('target', 'x');
    symlinkSync(join(root, 'target'), join(root, 'link'));
    execFileSync('mkfifo', [join(root, 'pipe')]);
    write('grown', '');
    truncateSync(join(root, 'grown'), 1001);
    for (const name of ['link', 'pipe', 'grown', 'absent']) expect(read(name)).toMatchObject({ state: 'failed', reason: 'changed' });
  });

  it('does not take the word of a file that says it is empty', () => {
    // Of procfs; elsewhere there is nothing of the kind.
    if (!existsSync('/proc/self/status')) return;
    expect(createFileReader('/proc/self', 1000)('status', undefined)).toMatchObject({ state: 'failed', reason: 'changed' });
    write('empty', '');
    expect(read('empty').ok).toBe(true);
  });

  it('reads no more of a binary file than shows that it is one', () => {
    // Larger than any buffer can be: reading it whole would throw.
    write('huge', '');
    truncateSync(join(root, 'huge'), 2 ** 40);
    expect(createFileReader(root, 2 ** 41)('huge', undefined)).toMatchObject({ state: 'excluded', reason: 'binary' });
  });

  it('reads a text file of any size whole', () => {
    const text = 'line of text\n'.repeat(50_000);
    write('large', text);
    const outcome = createFileReader(root, 1e6)('large', undefined);
    expect(outcome.ok && Buffer.from(outcome.bytes).toString() === text).toBe(true);
  });

  it('opens a name that is not UTF-8 by its bytes', () => {
    const name = Buffer.from([0x61, 0xff]);
    writeFileSync(Buffer.concat([Buffer.from(`${root}/`), name]), 'odd');
    expect(createFileReader(root, 1000)('a\\xff', name).ok).toBe(true);
  });
});
