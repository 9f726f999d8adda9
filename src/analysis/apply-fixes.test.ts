import { createHash } from 'node:crypto';
import { linkSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type TemporaryFolder, temporaryFolder } from '../../test/support/temporary-folder.ts';
import type { Finding } from '../domain/finding.ts';
import { applyFixes, type FixOutcome } from './apply-fixes.ts';

const { signal } = new AbortController();
let folder: TemporaryFolder;
beforeEach(() => {
  folder = temporaryFolder();
  mkdirSync(join(folder.path, 'tree'));
});
afterEach(() => folder.remove());

const read = (name: string): string => readFileSync(join(folder.path, name), 'utf8');

/** A finding in `tree/` whose fix is for the text the file has, or had. */
const finding = (path: string, range: readonly [number, number, number, number], replacement: string, text: string): Finding => {
  const [startLine, startColumn, endLine, endColumn] = range;
  const place = { startLine, startColumn, endLine, endColumn };
  return {
    engine: 'code',
    ruleId: `r-${replacement}`,
    kind: 'sast',
    severity: 'high',
    confidence: 'high',
    cwe: [],
    title: 't',
    message: 'm',
    location: { type: 'file', path, ...place },
    id: 'i',
    fingerprints: [],
    fix: { ...place, replacement, fileDigest: createHash('sha256').update(text).digest('hex') },
  };
};
const apply = (findings: readonly Finding[], write = true): Promise<FixOutcome> =>
  applyFixes({ root: join(folder.path, 'tree'), findings, write, newId: () => 'id' }, { signal });
const counts = ({ applied, skipped }: FixOutcome): readonly number[] => [applied.length, skipped.length];

it('changes places of a file from the one text, and keeps its mode', async () => {
  const text = 'one(1)\r\n💡 two(2); three(3)\r\n';
  folder.write('tree/a.js', text, 0o750);
  const outcome = await apply([
    finding('a.js', [2, 12, 2, 20], 'III', text),
    finding('a.js', [1, 1, 1, 7], 'first()\nsecond()', text),
    finding('a.js', [2, 4, 2, 10], '', text),
  ]);
  expect(counts(outcome)).toEqual([3, 0]);
  expect(read('tree/a.js')).toBe('first()\nsecond()\r\n💡 ; III\r\n');
  expect(statSync(join(folder.path, 'tree/a.js')).mode & 0o777).toBe(0o750);
  expect(readdirSync(join(folder.path, 'tree'))).toEqual(['a.js']);
});

it('makes the outer one of fixes that overlap, and the same one once', async () => {
  const text = 'f(g(1))\n';
  folder.write('tree/a.js', text);
  const outcome = await apply([
    finding('a.js', [1, 3, 1, 7], 'inner', text),
    finding('a.js', [1, 1, 1, 8], 'outer', text),
    finding('a.js', [1, 1, 1, 8], 'outer', text),
  ]);
  expect(counts(outcome)).toEqual([2, 1]);
  expect(outcome.skipped[0]?.why).toContain('overlaps the fix of r-outer');
  expect(read('tree/a.js')).toBe('outer\n');
});

it('keeps a byte order mark, before which no column is counted', async () => {
  const text = '\ufeffbad(1)\n';
  folder.write('tree/a.js', text);
  await apply([finding('a.js', [1, 1, 1, 4], 'good', text)]);
  expect(read('tree/a.js')).toBe('\ufeffgood(1)\n');
});

it('changes nothing when it only tells', async () => {
  folder.write('tree/a.js', 'bad\n');
  expect(counts(await apply([finding('a.js', [1, 1, 1, 4], 'good', 'bad\n')], false))).toEqual([1, 0]);
  expect(read('tree/a.js')).toBe('bad\n');
});

it('leaves suppressed findings and commits alone', async () => {
  folder.write('tree/a.js', 'bad\n');
  const one = finding('a.js', [1, 1, 1, 4], 'good', 'bad\n');
  const suppressed: Finding = { ...one, suppression: { source: 'inline', reason: 'x' } };
  const commit = { sha: 'a', author: 'b', authoredAt: 'c', subject: 'd' };
  const committed: Finding = {
    ...one,
    location: { type: 'file', path: 'a.js', startLine: 1, startColumn: 1, endLine: 1, endColumn: 4, commit },
  };
  expect(counts(await apply([suppressed, committed]))).toEqual([0, 0]);
  expect(read('tree/a.js')).toBe('bad\n');
});

it.each([
  ['was changed since', 'tree/a.js', 'bad, but other\n', 'a.js', 'changed since'],
  ['is outside', 'a.js', 'bad\n', '../a.js', 'link'],
  ['is not there', 'tree/b.js', 'bad\n', 'a.js', 'ENOENT'],
])('leaves a file that %s', async (_name, written, text, path, why) => {
  folder.write(written, text);
  const outcome = await apply([finding(path, [1, 1, 1, 4], 'good', 'bad\n')]);
  expect(counts(outcome)).toEqual([0, 1]);
  expect(outcome.skipped[0]?.why).toContain(why);
  expect(read(written)).toBe(text);
});

it('follows no link, to a file or to a folder', async () => {
  folder.write('outside/a.js', 'bad\n');
  symlinkSync(join(folder.path, 'outside/a.js'), join(folder.path, 'tree/file.js'));
  symlinkSync(join(folder.path, 'outside'), join(folder.path, 'tree/folder'));
  const outcome = await apply(['file.js', 'folder/a.js'].map((path) => finding(path, [1, 1, 1, 4], 'good', 'bad\n')));
  expect(counts(outcome)).toEqual([0, 2]);
  expect(read('outside/a.js')).toBe('bad\n');
});

it('leaves the other names of a file as they were', async () => {
  folder.write('outside/a.js', 'bad\n');
  linkSync(join(folder.path, 'outside/a.js'), join(folder.path, 'tree/a.js'));
  expect(counts(await apply([finding('a.js', [1, 1, 1, 4], 'good', 'bad\n')]))).toEqual([1, 0]);
  expect(read('tree/a.js')).toBe('good\n');
  expect(read('outside/a.js')).toBe('bad\n');
});
