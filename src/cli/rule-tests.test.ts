import { expect, test } from 'vitest';
import { cliContext } from '../../test/support/cli-context.ts';
import type { RuleTestReport } from '../engines/rule-report.ts';
import { checkedCount, exitCodeOf, type RuleRun, ruleRunJson, ruleRunText } from './rule-tests.ts';

const report: RuleTestReport = {
  ruleCount: 3,
  fileCount: 2,
  expectationCount: 9,
  failures: [
    { kind: 'missing', path: '/work/t/a.py', line: 2, ruleId: 'a' },
    { kind: 'unexpected', path: '/work/t/a.py', line: 5, ruleId: 'a' },
    { kind: 'not_run', path: '/work/t/a.py', line: 7, ruleId: 'flow', detail: 'no data flow' },
    { kind: 'fix', path: '/work/t/a.py', line: 9, detail: 'expected "x", got "y"' },
    { kind: 'failed', path: '/work/t/b.py', line: 1, detail: 'too large' },
  ],
  todo: [
    { path: '/work/t/a.py', line: 11, ruleId: 'a', isMet: true },
    { path: '/work/t/a.py', line: 13, ruleId: 'a', isMet: false },
  ],
  unproved: ['b'],
  problems: [],
  unsupported: [],
};
const files: RuleRun = { kind: 'files', engine: 'code', report };
const examples: RuleRun = {
  kind: 'examples',
  run: {
    engine: 'secrets',
    ruleCount: 2,
    exampleCount: 4,
    failures: [{ ruleId: 'x', matches: true, template: 'odd-{{digit:4}}' }],
    unproved: [],
  },
};
const context = cliContext({ cwd: '/work' });

test('what differs, what is done, what is not proved, and the sum', () => {
  expect(ruleRunText(context, files)).toBe(
    [
      'FAILED t/a.py:2 a: must be found, is not',
      'FAILED t/a.py:5 a: must be left alone, is found',
      'FAILED t/a.py:7 flow: cannot be run: no data flow',
      'FAILED t/a.py:9: the fixed text differs: expected "x", got "y"',
      'FAILED t/b.py: cannot be analysed: too large',
      'done   t/a.py:11 a: the annotation can lose its "todo"',
      'without a line to find: b',
      'code: 3 rules, 2 test files, 9 expectations, 5 failed, 1 still to do',
      '',
    ].join('\n'),
  );
});

test('examples are told as before', () => {
  expect(ruleRunText(context, examples)).toBe(
    'FAILED x: must be found, is not\n       odd-{{digit:4}}\nsecrets: 2 rules, 4 examples, 1 failed\n',
  );
});

test('a failure is 1, rules that cannot be loaded are 4, known gaps are nothing', () => {
  expect(exitCodeOf(files)).toBe(1);
  expect(exitCodeOf(examples)).toBe(1);
  expect(exitCodeOf({ ...files, report: { ...report, failures: [] } })).toBe(0);
  const problems = [{ path: '/work/t/a.yaml', line: 1, column: 1, message: 'no id' }];
  const wrong: RuleRun = { ...files, report: { ...report, problems } };
  expect(exitCodeOf(wrong)).toBe(4);
  expect(ruleRunText(context, wrong)).toContain('t/a.yaml:1:1: error: no id');
});

test('both as JSON', () => {
  expect([checkedCount(files), checkedCount(examples)]).toEqual([9, 4]);
  expect(ruleRunJson(files)).toMatchObject({
    engine: 'code',
    expectation_count: 9,
    failures: [
      { kind: 'missing', path: '/work/t/a.py', line: 2, rule_id: 'a' },
      {},
      {},
      { kind: 'fix', detail: 'expected "x", got "y"' },
      {},
    ],
    todo: [
      { line: 11, is_met: true },
      { line: 13, is_met: false },
    ],
  });
  expect(ruleRunJson(examples)).toEqual({
    engine: 'secrets',
    rule_count: 2,
    example_count: 4,
    failures: [{ rule_id: 'x', kind: 'missing', example: 'odd-{{digit:4}}' }],
    unproved: [],
  });
});
