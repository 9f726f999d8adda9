import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { analyseByExpression, expressionRule } from '../../../../test/support/expression-rules.ts';
import { type TemporaryFolder, temporaryFolder } from '../../../../test/support/temporary-folder.ts';
import type { CodeRule, LoadedRules, UnsupportedRule } from '../rule/code-rule.ts';
import { testRules } from './test-rules.ts';

let folder: TemporaryFolder;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => folder.remove());

const options = { signal: new AbortController().signal };

const rule = (file: string, id: string, source: string, fix?: string): CodeRule => expressionRule(id, source, fix, join(folder.path, file));

const run = (paths: readonly string[], loaded: Partial<LoadedRules>, analyse = analyseByExpression) =>
  testRules(
    paths.map((path) => join(folder.path, path)),
    { loadRules: () => Promise.resolve({ rules: [], unsupported: [], problems: [], warnings: [], ...loaded }), analyse },
    options,
  );

test('a folder: each rule file with the files beside it, wherever they lie', async () => {
  for (const name of ['a.yaml', 'sub/b.yml', '.hidden/a.yaml']) folder.write(name, 'rules: []');
  folder.write('a.py', '# ruleid: a\nfoo\n# ok: a\nbar\n');
  folder.write('sub/b.js', '// ruleid: b\nnothing\nbar\n');
  folder.write('.hidden/a.py', '# ruleid: a\nnothing\n');
  const report = await run(['.'], { rules: [rule('a.yaml', 'a', 'foo'), rule('sub/b.yml', 'b', 'bar'), rule('a.yaml', 'c', 'baz')] });
  expect(report).toEqual({
    ruleCount: 3,
    fileCount: 2,
    expectationCount: 3,
    failures: [
      { kind: 'missing', path: join(folder.path, 'sub/b.js'), line: 2, ruleId: 'b' },
      { kind: 'unexpected', path: join(folder.path, 'sub/b.js'), line: 3, ruleId: 'b' },
    ],
    todo: [],
    unproved: ['c'],
    problems: [],
    unsupported: [],
  });
});

test('a rule file alone runs only its own tests', async () => {
  for (const name of ['a.yaml', 'b.yaml']) folder.write(name, 'rules: []');
  for (const name of ['a.py', 'b.py']) folder.write(name, `# ruleid: ${name[0]}\nnothing\n`);
  const report = await run(['a.yaml'], { rules: [rule('a.yaml', 'a', 'foo')] });
  expect(report.failures.map(({ path }) => path)).toEqual([join(folder.path, 'a.py')]);
  expect(report.unproved).toEqual([]);
});

test('what an unsupported rule should find is not proved, and said so once; an id of no rule is told apart', async () => {
  folder.write('a.yaml', 'rules: []');
  folder.write('a.py', '# ruleid: flow\nfoo\n# ruleid: flow, gone\nfoo\n# ok: flow\nfoo\n');
  const unsupported: UnsupportedRule = {
    id: 'flow',
    source: { path: join(folder.path, 'a.yaml'), line: 2 },
    languages: ['python'],
    feature: 'mode: taint',
    reason: 'data flow is not followed',
  };
  const report = await run(['.'], { unsupported: [unsupported] });
  expect(report.failures).toEqual([
    { kind: 'not_run', path: join(folder.path, 'a.py'), line: 2, ruleId: 'flow', detail: 'data flow is not followed' },
    { kind: 'unknown_rule', path: join(folder.path, 'a.py'), line: 4, ruleId: 'gone' },
  ]);
});

test('fixed text, slips in annotations and known gaps', async () => {
  folder.write('a.yaml', 'rules: []');
  folder.write('a.py', '# ruleid: a\nfoo\n# ok a: b\n# ok: a b\n# todoruleid: a\nbar\n# todook: a\nbaz\n');
  folder.write('a.fixed.py', '# ruleid: a\nother\n# ok a: b\n# ok: a b\n# todoruleid: a\nbar\n# todook: a\nbaz\n');
  const { failures, todo } = await run(['.'], { rules: [rule('a.yaml', 'a', 'foo', 'changed')] });
  const path = join(folder.path, 'a.py');
  expect(failures).toEqual([
    { kind: 'fix', path, line: 2, detail: 'expected "other", got "changed"' },
    { kind: 'malformed', path, line: 4, detail: '# ok: a b' },
  ]);
  expect(todo).toEqual([
    { path, line: 6, ruleId: 'a', isMet: false },
    { path, line: 8, ruleId: 'a', isMet: true },
  ]);
});

test('a file that cannot be analysed fails, and the next one is run', async () => {
  folder.write('a.yaml', 'rules: []');
  folder.write('a.go', '// ruleid: a\nfoo\n');
  folder.write('a.py', '# ruleid: a\nfoo\n');
  const report = await run(['.'], { rules: [rule('a.yaml', 'a', 'foo')] }, (input) =>
    input.path.endsWith('.go') ? Promise.reject(new Error('the grammar gave up')) : analyseByExpression(input),
  );
  expect(report.failures).toEqual([{ kind: 'failed', path: join(folder.path, 'a.go'), line: 1, detail: 'the grammar gave up' }]);
  expect(report.expectationCount).toBe(1);
});

test('an interrupted run ends', async () => {
  folder.write('a.yaml', 'rules: []');
  folder.write('a.py', '# ruleid: a\nfoo\n');
  const parts = {
    loadRules: async () => ({ rules: [rule('a.yaml', 'a', 'foo')], unsupported: [], problems: [], warnings: [] }),
    analyse: analyseByExpression,
  };
  await expect(testRules([folder.path], parts, { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'cancelled' });
});
