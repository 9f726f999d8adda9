import { afterAll, expect, test } from 'vitest';
import { expressionRule } from '../../../../test/support/expression-rules.ts';
import type { CodeRule } from '../rule/code-rule.ts';
import { createSourceAnalyser } from './source-analyser.ts';

const analyser = createSourceAnalyser({ now: Date.now }, { signal: new AbortController().signal });
afterAll(() => analyser.close());

const rule = (id: string, source: string, language: string): CodeRule => ({
  ...expressionRule(id, ''),
  languages: [language],
  formula: { kind: 'pattern', source, line: 1 },
  paths: { include: [], exclude: [] },
  fix: { kind: 'text', replacement: 'safe($X)' },
});

test('rules run on a text of their language, with lines and fixes', async () => {
  const rules = [rule('py', 'foo($X)', 'python'), rule('js', 'foo($X)', 'javascript')];
  const text = 'x = 1\nfoo(\n  2)\n';
  const start = text.indexOf('foo');
  expect(await analyser.analyse({ path: 'a.py', text, rules })).toEqual([
    { ruleId: 'py', startLine: 2, endLine: 3, fix: { start, end: text.length - 1, replacement: 'safe(2)' } },
  ]);
  expect((await analyser.analyse({ path: 'a.js', text, rules })).map(({ ruleId }) => ruleId)).toEqual(['js']);
});

test('other rules of the same name in another file are other rules', async () => {
  const text = 'foo(1)\nbar(1)\n';
  const other = { ...rule('py', 'bar($X)', 'python'), source: { path: 'other.yaml', line: 1 } };
  const linesOf = async (rules: readonly CodeRule[]) =>
    (await analyser.analyse({ path: 'a.py', text, rules })).map(({ startLine }) => startLine);
  expect(await linesOf([rule('py', 'foo($X)', 'python')])).toEqual([1]);
  expect(await linesOf([other])).toEqual([2]);
});

test('comments that suppress findings have no say', async () => {
  const rules = [rule('py', 'foo($X)', 'python')];
  expect(await analyser.analyse({ path: 'a.py', text: 'foo(1)  # nosemgrep\n', rules })).toHaveLength(1);
});
