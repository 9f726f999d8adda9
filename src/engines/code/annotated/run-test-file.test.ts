import { describe, expect, test } from 'vitest';
import { analyseByExpression, expressionRule } from '../../../../test/support/expression-rules.ts';
import { type CodeRule } from '../rule/code-rule.ts';
import { type AnalyseSource, runTestFile } from './run-test-file.ts';

const run = async (text: string, rules: readonly CodeRule[], fixedText?: string) =>
  runTestFile({ path: 'a.txt', text, ...(fixedText === undefined ? {} : { fixedText }) }, rules, analyseByExpression);

describe('a test file held against its rules', () => {
  test('all as expected, several findings in a line counted once', async () => {
    expect(await run('# ruleid: a\nfoo foo\n# ok: a\nbar', [expressionRule('a', '\\bfoo\\b')])).toEqual({
      rules: [{ ruleId: 'a', expected: [2], quiet: [4], got: [2], missing: [], unexpected: [], todo: [] }],
      malformed: [],
    });
  });

  test('what is missing and what nobody expected, whether there is an ok or nothing', async () => {
    const { rules } = await run('# ruleid: a\nbar\n# ok: a\nfoo\nfoo', [expressionRule('a', '^foo$|foo$|foo\\n')]);
    expect(rules).toMatchObject([{ expected: [2], quiet: [4], got: [4, 5], missing: [2], unexpected: [4, 5] }]);
  });

  test('todo lines are told apart and fail nothing, met or not', async () => {
    const { rules } = await run('# todoruleid: a\nbar\n# todoruleid: a\nfoo\n# todook: a\nfoo\n# todook: a\nbar', [
      expressionRule('a', 'foo'),
    ]);
    expect(rules).toEqual([
      {
        ruleId: 'a',
        expected: [],
        quiet: [],
        got: [],
        missing: [],
        unexpected: [],
        todo: [
          { line: 2, finds: true, isMet: false },
          { line: 4, finds: true, isMet: true },
          { line: 6, finds: false, isMet: false },
          { line: 8, finds: false, isMet: true },
        ],
      },
    ]);
  });

  test('a rule of the same file without a word in the test must find nothing', async () => {
    expect((await run('# ruleid: a\nfoo', [expressionRule('a', 'foo'), expressionRule('b', 'oo')])).rules).toMatchObject([
      { ruleId: 'a', unexpected: [] },
      { ruleId: 'b', unexpected: [2] },
    ]);
  });

  test('an id that no rule has is missing; that it must not be found holds', async () => {
    expect((await run('# ruleid: gone\n# ok: neither\nfoo', [])).rules).toMatchObject([{ ruleId: 'gone', missing: [3] }]);
  });

  test('the fixed text is compared, and the first line that differs is told', async () => {
    const rules = [expressionRule('a', 'foo', 'bar')];
    expect((await run('x\nfoo\ny foo', rules, 'x\nbar\ny bar')).fix).toBeUndefined();
    expect((await run('x\nfoo\ny foo', rules, 'x\nbar\nz bar')).fix).toEqual({ line: 3, expected: 'z bar', got: 'y bar' });
    expect((await run('foo\nmore', rules, 'bar')).fix).toEqual({ line: 2, expected: '', got: 'more' });
  });

  test('what the analyser throws comes through', async () => {
    const broken: AnalyseSource = () => Promise.reject(new Error('no parse'));
    await expect(runTestFile({ path: 'a', text: '' }, [], broken)).rejects.toThrow('no parse');
  });
});
