import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { validateRules } from './validate-rules.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sightline-validate-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

const rules = `rules:
- id: both
  languages: [python, javascript]
  severity: ERROR
  message: m
  patterns:
  - pattern: f($X)
  - pattern-not-inside: "async () => {}"
- id: nested
  languages: [python]
  severity: ERROR
  message: m
  patterns:
  - pattern: f($X)
  - metavariable-pattern:
      metavariable: $X
      language: javascript
      pattern: "async () => {}"
- id: nowhere
  languages: [python]
  severity: ERROR
  message: m
  pattern: "async () => {}"
- id: text
  languages: [regex]
  severity: ERROR
  message: m
  pattern-regex: "async () => {}"
- id: flow
  languages: [python]
  severity: ERROR
  message: m
  mode: taint
- id: wrong
  languages: [python]
  severity: ERROR
  pattern: f()
`;

test('a rule is taken from the languages in which a pattern of it is no code, and everything is counted', async () => {
  await writeFile(join(folder, 'r.yaml'), rules);
  const asked: string[] = [];
  const report = await validateRules([folder], {
    pattern: (source, language) => {
      asked.push(language);
      return Promise.resolve(language === 'python' && source.startsWith('async () =>') ? 'unexpected "=>"' : undefined);
    },
    signal: new AbortController().signal,
  });
  expect(report.rules.map(({ id, languages }) => [id, languages])).toEqual([
    ['both', ['javascript']],
    ['nested', ['python']],
    ['text', ['regex']],
  ]);
  expect(report.unsupported.map(({ id, languages, feature, source, reason }) => [id, languages, feature, source.line, reason])).toEqual([
    ['flow', ['python'], 'mode: taint', 29, 'Data-flow rules are not run yet.'],
    ['both', ['python'], 'pattern does not parse', 8, 'The pattern in line 8 is not read as python: unexpected "=>" (async () => {})'],
    ['nowhere', ['python'], 'pattern does not parse', 23, 'The pattern in line 23 is not read as python: unexpected "=>" (async () => {})'],
  ]);
  expect(report.problems.map(({ line, message }) => [line, message])).toEqual([[34, 'a rule needs "message"']]);
  expect(report.counts.runnable).toBe(3);
  expect([...report.counts.byLanguage]).toEqual([
    ['javascript', 1],
    ['python', 1],
    ['regex', 1],
  ]);
  expect([...report.counts.byFeature]).toEqual([
    ['pattern does not parse', 2],
    ['mode: taint', 1],
  ]);
  expect(asked).not.toContain('regex');
});
