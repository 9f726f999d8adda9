import { readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type TemporaryFolder, temporaryFolder } from '../../../test/support/temporary-folder.ts';
import type { Finding } from '../../domain/finding.ts';
import { type TaskResultLine, taskResultFormat, taskResultLimits } from './task-result.ts';
import { writeTaskResult } from './write-task-result.ts';

let folder: TemporaryFolder;
let path: string;
const { signal } = new AbortController();
beforeEach(() => {
  folder = temporaryFolder();
  path = join(folder.path, 'result');
});
afterEach(() => folder.remove());

const head: TaskResultLine = {
  line: 'head',
  format: taskResultFormat,
  toolVersion: '1.0.0',
  failOn: 'high',
  allowPartial: false,
  engines: [],
  rulesInForce: {},
  warnings: [],
};
const finding = (changes: Partial<Finding> = {}): TaskResultLine => ({
  line: 'finding',
  finding: {
    engine: 'e',
    ruleId: 'r',
    kind: 'sast',
    severity: 'low',
    confidence: 'low',
    cwe: [],
    title: 't',
    message: 'm',
    location: { type: 'file', path: 'p', startLine: 1, startColumn: 1, endLine: 1, endColumn: 2 },
    id: 'f',
    fingerprints: [],
    ...changes,
  },
});
const written = (): TaskResultLine[] =>
  gunzipSync(readFileSync(path))
    .toString('utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as TaskResultLine);

it('counts what was written, and makes an end of its own', async () => {
  const lies: TaskResultLine = { line: 'end', rules: 9, files: 9, paths: 9, findings: 9 };
  await writeTaskResult(path, [head, { line: 'paths', paths: ['a', 'b'] }, lies, finding()], { signal });
  expect(written()).toEqual([
    head,
    { line: 'paths', paths: ['a', 'b'] },
    finding(),
    { line: 'end', rules: 0, files: 0, paths: 2, findings: 1 },
  ]);
});

it('takes from a finding that is too long what it can do without', async () => {
  const long = 'x'.repeat(taskResultLimits.lineBytes);
  const details = { cve: ['CVE-2024-1'] };
  const fixedPlace = { startLine: 1, startColumn: 1, endLine: 1, endColumn: 2, fileDigest: 'd'.repeat(64) };
  await writeTaskResult(
    path,
    [
      head,
      finding({ details: { ...details, rawOutput: long }, snippet: { startLine: 1, lines: ['kept'] } }),
      finding({ snippet: { startLine: 1, lines: [long] } }),
      finding({ fix: { ...fixedPlace, replacement: long }, snippet: { startLine: 1, lines: ['kept'] } }),
    ],
    { signal },
  );
  const snippet = { startLine: 1, lines: ['kept'] };
  expect(written().slice(1, 4)).toEqual([finding({ details, snippet }), finding(), finding({ snippet })]);
  await expect(writeTaskResult(`${path}2`, [head, finding({ message: long })], { signal })).rejects.toMatchObject({
    code: 'engine_output_invalid',
  });
});

it('never writes through what lies there already', async () => {
  const other = join(folder.path, 'other');
  writeFileSync(other, 'untouched');
  symlinkSync(other, path);
  await expect(writeTaskResult(path, [head], { signal })).rejects.toMatchObject({ code: 'EEXIST' });
  expect(readFileSync(other, 'utf8')).toBe('untouched');
});
