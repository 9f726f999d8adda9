import { describe, expect, test } from 'vitest';
import type { RuleOutcome } from '../../src/engines/code/annotated/run-test-file.ts';
import type { CollectionTest, CountedRule } from './collection.ts';
import { halfOf } from './half.ts';
import { failuresOf, failureText, tallyText } from './summary-text.ts';
import { type TestRun, tallyOf } from './tally.ts';
import { missedTargets } from './targets.ts';

const outcome = (ruleId: string, fields: Partial<RuleOutcome> = {}): RuleOutcome => ({
  ruleId,
  expected: [],
  quiet: [],
  got: [],
  missing: [],
  unexpected: [],
  todo: [],
  ...fields,
});

const run = (path: string, language: string, outcomes: readonly RuleOutcome[], failure?: string): TestRun => ({
  test: {
    path,
    language,
    rules: [],
    countedIds: outcomes.map(({ ruleId }) => ruleId).filter((id) => id !== 'flow'),
  } satisfies CollectionTest,
  outcomes,
  ...(failure === undefined ? {} : { failure }),
});

const search = (id: string, languages: readonly string[], feature?: string): CountedRule => ({
  id,
  languages,
  isSearch: true,
  ...(feature === undefined ? {} : { feature }),
});

const exact = outcome('a', { expected: [2, 4], got: [2, 4] });

describe('the count', () => {
  test('rules by their first language, those that do not run by reason', () => {
    const rules = [
      search('a', ['python', 'go']),
      search('b', ['python'], 'pattern does not parse'),
      search('c', ['go']),
      { id: 'flow', languages: ['go'], feature: 'mode: taint', isSearch: false },
    ];
    const { languages, total, reasons } = tallyOf({ rules, problems: [] }, [], 'all');
    expect(languages).toMatchObject([
      { language: 'go', loaded: 1, notLoaded: 0, leftOut: 1 },
      { language: 'python', loaded: 1, notLoaded: 1, leftOut: 0 },
    ]);
    expect(total).toMatchObject({ loaded: 2, notLoaded: 1, leftOut: 1 });
    expect(reasons).toEqual([
      ['mode: taint', 1],
      ['pattern does not parse', 1],
    ]);
  });

  test('files, lines found, false and missed', () => {
    const runs = [
      run('a.py', 'python', [exact]),
      run('b.py', 'python', [outcome('b', { expected: [2, 4], got: [2, 9], missing: [4], unexpected: [9] })]),
      run('c.py', 'python', [outcome('c', { quiet: [3] }), outcome('d')]),
    ];
    expect(tallyOf({ rules: [], problems: [] }, runs, 'all').total).toMatchObject({
      files: 3,
      exactFiles: 2,
      truePositives: 3,
      falsePositives: 1,
      misses: 1,
    });
  });

  test('a file that says nothing of the rules that count is not counted', () => {
    const runs = [run('a.py', 'python', [outcome('flow', { expected: [2], missing: [2] }), outcome('a')]), run('README.md', 'python', [])];
    expect(tallyOf({ rules: [], problems: [] }, runs, 'all').total.files).toBe(0);
  });

  test('a file that broke is never exactly right', () => {
    expect(tallyOf({ rules: [], problems: [] }, [run('a.go', 'go', [exact], 'not done')], 'all').total).toMatchObject({
      files: 1,
      exactFiles: 0,
      failedFiles: 1,
    });
  });

  test('each half counts its own rules of a file that both test', () => {
    const ids = Array.from({ length: 20 }, (_, index) => `rule-${index}`);
    const dev = ids.find((id) => halfOf(id) === 'dev') ?? '';
    const held = ids.find((id) => halfOf(id) === 'held') ?? '';
    const runs = [run('a.py', 'python', [outcome(dev, { expected: [2], got: [2] }), outcome(held, { expected: [2], missing: [2] })])];
    const rules = [search(dev, ['python']), search(held, ['python'])];
    const totals = (['dev', 'held', 'all'] as const).map((half) => tallyOf({ rules, problems: [] }, runs, half).total);
    expect(totals.map(({ loaded, files, exactFiles }) => [loaded, files, exactFiles])).toEqual([
      [1, 1, 1],
      [1, 1, 0],
      [2, 1, 0],
    ]);
  });

  test('a wrong rule file counts as a search rule that does not load', () => {
    const problems = [{ path: 'a.yaml', line: 1, column: 1, message: 'no id' }];
    expect(tallyOf({ rules: [search('a', ['go'])], problems }, [], 'all').total).toMatchObject({ loaded: 1, notLoaded: 1 });
  });
});

describe('the targets', () => {
  const many = (language: string, right: number, all: number): readonly TestRun[] =>
    Array.from({ length: all }, (_, index) =>
      run(`${index}`, language, [index < right ? exact : outcome('a', { expected: [1], missing: [1] })]),
    );

  test('five languages need more, others only where there are files enough', () => {
    const runs = [
      ...many('python', 84, 100),
      ...many('ruby', 15, 20),
      ...many('php', 14, 20),
      ...many('swift', 0, 19),
      ...many('go', 1, 1),
    ];
    expect(missedTargets(tallyOf({ rules: [], problems: [] }, runs, 'all'))).toEqual([
      'python: 84.0 % of files exactly right, the target is 85.0 %',
      'php: 70.0 % of files exactly right, the target is 75.0 %',
    ]);
  });

  test('98 of 100 search rules load', () => {
    const rules = (bad: number) => Array.from({ length: 100 }, (_, index) => search(`${index}`, ['go'], index < bad ? 'x' : undefined));
    expect(missedTargets(tallyOf({ rules: rules(2), problems: [] }, [], 'all'))).toEqual([]);
    expect(missedTargets(tallyOf({ rules: rules(3), problems: [] }, [], 'all'))).toEqual([
      '97.0 % of search rules load, the target is 98.0 %',
    ]);
  });
});

test('what is printed', () => {
  const runs = [
    run(
      'x/b.py',
      'python',
      [outcome('b', { expected: [2], unexpected: [9], missing: [2] }), outcome('c', { unexpected: [1] })],
      'out of time',
    ),
  ];
  const tally = tallyOf({ rules: [search('b', ['python']), search('z', ['python'], 'language: x')], problems: [] }, runs, 'all');
  expect(tallyText('everything', tally).split('\n')).toEqual([
    'everything',
    'language  rules  loaded  other mode  files  exactly right         goal  found  false  missed  broken files',
    'python        2   50.0%           0      1        0  0.0%  below 85.0%      0      2       1             1',
    'all           2   50.0%           0      1        0  0.0%                   0      2       1             1',
    'not run: language: x (1)',
    '',
  ]);
  expect(failuresOf(runs, (id) => id === 'b').map(failureText)).toEqual([
    'x/b.py  broken  out of time',
    'x/b.py:2  b  missing',
    'x/b.py:9  b  unexpected',
  ]);
});
