import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { loadRules } from '../../src/engines/code/rule/load-rules.ts';
import { type TemporaryFolder, temporaryFolder } from '../support/temporary-folder.ts';
import { readCollection } from './collection.ts';

let folder: TemporaryFolder;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => folder.remove());

const rule = (id: string, fields: string, languages = 'python'): string =>
  [`- id: ${id}`, `  languages: [${languages}]`, '  message: m', '  severity: ERROR', `  ${fields}`].join('\n');
const search = (id: string, languages?: string): string => rule(id, 'pattern: foo($X)', languages);

const read = () =>
  readCollection(
    [folder.path],
    {
      loadRules,
      compile: async (rules) => ({
        rules: rules.filter(({ id }) => id !== 'no-code'),
        unsupported: rules
          .filter(({ id }) => id === 'no-code')
          .flatMap(({ id, source, languages }) =>
            languages.map((language) => ({
              id,
              source,
              languages: [language],
              feature: 'pattern does not parse',
              reason: 'made to fail',
            })),
          ),
      }),
    },
    { signal: new AbortController().signal },
  );

test('rules with their tests: what runs, what counts and as what the file is read', async () => {
  folder.write('a.yaml', `rules:\n${search('a')}\n${search('no-code', 'javascript, python')}\n${rule('flow', 'mode: taint')}\n`);
  folder.write('a.py', '# ruleid: a\nfoo(1)\n');
  folder.write('a.js', '// ruleid: no-code\nfoo(1)\n');
  folder.write('b.yaml', `rules:\n${rule('flow-only', 'mode: taint')}\n`);
  folder.write('b.py', '# ruleid: flow-only\nfoo(1)\n');
  const { rules, problems, tests } = await read();
  expect(problems).toEqual([]);
  expect(rules).toEqual([
    { id: 'a', languages: ['python'], isSearch: true },
    { id: 'flow', languages: ['python'], feature: 'mode: taint', isSearch: false },
    { id: 'flow-only', languages: ['python'], feature: 'mode: taint', isSearch: false },
    { id: 'no-code', languages: ['javascript', 'python'], feature: 'pattern does not parse', isSearch: true },
  ]);
  expect(tests.map((each) => ({ ...each, rules: each.rules.map(({ id }) => id) }))).toEqual([
    { path: join(folder.path, 'a.js'), language: 'javascript', rules: ['a'], countedIds: ['a', 'no-code'] },
    { path: join(folder.path, 'a.py'), language: 'python', rules: ['a'], countedIds: ['a', 'no-code'] },
  ]);
});

test('an id that several files use is a rule of each', async () => {
  folder.write('one/a.yaml', `rules:\n${search('same')}\n`);
  folder.write('two/a.yaml', `rules:\n${rule('same', 'pattern: bar($X)')}\n`);
  folder.write('two/a.py', '# ruleid: same\nbar(1)\n');
  const { rules, problems, tests } = await read();
  expect([rules.length, problems.length, tests.length]).toEqual([2, 0, 1]);
  expect(tests[0]?.rules[0]?.formula).toMatchObject({ source: 'bar($X)' });
});

test('a rule that is wrong is a problem, and its neighbours are read', async () => {
  folder.write('a.yaml', `rules:\n${rule('wrong', 'patterns: 5')}\n${search('right')}\n`);
  const { rules, problems } = await read();
  expect(rules.map(({ id }) => id)).toEqual(['right']);
  expect(problems).toMatchObject([{ path: join(folder.path, 'a.yaml') }]);
});
