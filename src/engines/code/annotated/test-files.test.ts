import { expect, test } from 'vitest';
import { isRuleFile, pairTestFiles } from './test-files.ts';

test('a rule file is YAML that is no test', () => {
  expect(['a.yaml', 'x/a.YML', 'a.test.yaml', 'a.test.yml', 'a.fixed.yaml', 'a.py', 'yaml'].filter(isRuleFile)).toEqual([
    'a.yaml',
    'x/a.YML',
  ]);
});

test('files of the same folder with the same name up to the first dot test it', () => {
  expect(pairTestFiles(['r/a.yaml', 'r/a.py', 'r/a.more.js', 'r/a.test.yaml', 'r/ab.py', 'r/a/a.py', 'a.py', 'r/b.yml', 'r/a'])).toEqual([
    { rulePath: 'r/a.yaml', targets: [{ path: 'r/a.py' }, { path: 'r/a.more.js' }, { path: 'r/a.test.yaml' }, { path: 'r/a' }] },
    { rulePath: 'r/b.yml', targets: [] },
  ]);
});

test('a fixed file belongs to the tests of its language, and first to the one with its name', () => {
  expect(pairTestFiles(['a.yaml', 'a.py', 'a.two.py', 'a.js', 'a.fixed.py', 'a.two.fixed.py', 'a.fixed.test.yaml'])).toEqual([
    {
      rulePath: 'a.yaml',
      targets: [{ path: 'a.py', fixedPath: 'a.fixed.py' }, { path: 'a.two.py', fixedPath: 'a.two.fixed.py' }, { path: 'a.js' }],
    },
  ]);
});
