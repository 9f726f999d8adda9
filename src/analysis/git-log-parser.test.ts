import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type AddedLines, createLogParser, type LogParserOptions, logFormat } from './git-log-parser.ts';

let repository: string;
const git = (...args: string[]): Buffer =>
  execFileSync('git', ['-C', repository, '-c', 'user.name=A "quoted" name', '-c', 'user.email=a@example.org', ...args], {
    maxBuffer: 1024 ** 3,
    env: { PATH: process.env['PATH'], HOME: repository, GIT_CONFIG_NOSYSTEM: '1' },
  });
const commit = (message: string, files: Readonly<Record<string, string>>): void => {
  for (const [name, text] of Object.entries(files)) writeFileSync(join(repository, name), text);
  git('add', '-A');
  git('commit', '-q', '-m', message);
};

beforeEach(() => {
  repository = mkdtempSync(join(tmpdir(), 'sightline-test-log-'));
  git('init', '-q', '-b', 'main');
});
afterEach(() => rmSync(repository, { recursive: true, force: true }));

const parse = (chunkBytes: number, options: Partial<LogParserOptions> = {}): AddedLines[] => {
  const log = git('log', '--all', '-p', '-U0', '--cc', '--date-order', `--format=${logFormat}`);
  const parser = createLogParser({ pieceBytes: 1e6, lineBytes: 1e6, onLongLine: () => undefined, onCommit: () => undefined, ...options });
  const added: AddedLines[] = [];
  for (let start = 0; start < log.length; start += chunkBytes) added.push(...parser.push(log.subarray(start, start + chunkBytes)));
  return [...added, ...parser.end()];
};
const textOf = (added: AddedLines): string => Buffer.from(added.bytes).toString();

describe('createLogParser', () => {
  it.each([1, 7, 64 * 1024])('gives each commit’s added lines with their numbers, in chunks of %i', (chunkBytes) => {
    commit('first', { 'a.txt': 'one\ntwo\nthree\n' });
    commit('second', { 'a.txt': 'one\nTWO\nthree\nfour\n' });
    const [second, first] = parse(chunkBytes);
    expect(first).toMatchObject({
      path: 'a.txt',
      commit: { subject: 'first', author: 'A "quoted" name' },
      hunks: [{ firstLine: 1, fileLine: 1 }],
    });
    expect(first && textOf(first)).toBe('one\ntwo\nthree\n');
    expect(second && textOf(second)).toBe('TWO\n\nfour\n');
    expect(second?.hunks).toEqual([
      { firstLine: 1, fileLine: 2 },
      { firstLine: 3, fileLine: 4 },
    ]);
  });

  it('is not fooled by lines that look like headers', () => {
    const lines = [
      '++ b/other.txt',
      '@@ -1 +1 @@',
      'diff --git a/x b/x',
      '\u0000deadbeef\u0000evil\u0000now\u0000subject',
      '-- a/x',
      ' context',
    ];
    // A NUL makes git call the file binary unless it comes late in the file.
    commit('hostile', { 'a.txt': `${'padding line\n'.repeat(1000)}${lines.join('\n')}\n` });
    const added = parse(4096);
    expect(added).toHaveLength(1);
    expect(added[0]?.commit.subject).toBe('hostile');
    expect(
      textOf(added[0] as AddedLines)
        .split('\n')
        .slice(1000, 1006),
    ).toEqual(lines);
  });

  it('reads paths that git quotes', () => {
    const names = ['with space.txt', 'tab\there.txt', 'quo"te.txt', 'ünï.txt', 'back\\slash.txt', 'new\nline.txt'];
    commit('names', Object.fromEntries(names.map((name) => [name, 'x\n'])));
    expect(new Set(parse(4096).map((added) => added.path))).toEqual(new Set(names));
  });

  it('gives the lines a merge added beyond its parents, at their own numbers', () => {
    commit('base', { 'a.txt': '1\n2\n3\n4\n5\n6\n7\n8\n' });
    git('checkout', '-q', '-b', 'side');
    commit('side', { 'a.txt': '1\nside\n3\n4\n5\n6\n7\n8\n' });
    git('checkout', '-q', 'main');
    commit('main', { 'a.txt': '1\n2\n3\n4\n5\n6\nmain\n8\n' });
    git('merge', '-q', '--no-commit', 'side');
    writeFileSync(join(repository, 'a.txt'), '1\nevil merge\n3\n4\n5\n6\nmain\n8\n');
    git('add', '-A');
    git('commit', '-q', '-m', 'merge');
    const merge = parse(4096).find((added) => added.commit.subject === 'merge');
    expect(merge && textOf(merge).trim()).toBe('evil merge');
    expect(merge?.hunks.at(-1)?.fileLine).toBe(2);
  });

  it('cuts large additions into pieces that keep their line numbers', () => {
    const lines = Array.from({ length: 1000 }, (_, index) => `line ${index + 1}`);
    commit('large', { 'a.txt': `${lines.join('\n')}\n` });
    const pieces = parse(4096, { pieceBytes: 1000 });
    expect(pieces.length).toBeGreaterThan(5);
    for (const piece of pieces) {
      const hunk = piece.hunks[0];
      expect(textOf(piece).split('\n')[0]).toBe(`line ${hunk?.fileLine ?? 0}`);
    }
    expect(pieces.map(textOf).join('')).toBe(`${lines.join('\n')}\n`);
  });

  it('leaves out a line over the limit and says so', () => {
    commit('long', { 'a.txt': `before\n${'x'.repeat(50_000)}\nafter\n` });
    const long: string[] = [];
    const added = parse(1024, { lineBytes: 10_000, onLongLine: (path) => long.push(path) });
    expect(long).toEqual(['a.txt']);
    expect(added.map(textOf).join('')).toBe('before\n\nafter\n');
  });

  it('does not trust the counts of a hunk: git prints a wrapped -1 in some merges', () => {
    const log = [
      '\u0000aa\u0000A\u0000now\u0000merge\n',
      'diff --cc a.txt\n--- a/a.txt\n+++ b/a.txt\n@@@ -1,50 -1,18446744073709551615 +1,47 @@@ x\n +theirs\n++ours\n',
      '\n\u0000bb\u0000A\u0000now\u0000next\n\ndiff --git a/b.txt b/b.txt\n--- /dev/null\n+++ b/b.txt\n@@ -0,0 +1 @@\n+next\n',
    ].join('');
    const parser = createLogParser({ pieceBytes: 1e6, lineBytes: 1e6, onLongLine: () => undefined, onCommit: () => undefined });
    const added = [...parser.push(Buffer.from(log)), ...parser.end()];
    expect(added.map((each) => [each.commit.sha, each.path, textOf(each).trim(), each.hunks.at(-1)?.fileLine])).toEqual([
      ['aa', 'a.txt', 'ours', 2],
      ['bb', 'b.txt', 'next', 1],
    ]);
  });

  it('reads a file without a last newline and a deleted file', () => {
    commit('no newline', { 'a.txt': 'end' });
    git('rm', '-q', 'a.txt');
    git('commit', '-q', '-m', 'gone');
    expect(parse(4096).map((added) => [added.path, textOf(added)])).toEqual([['a.txt', 'end\n']]);
  });
});
