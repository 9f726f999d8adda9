import { afterEach, beforeEach, expect, it } from 'vitest';
import { type TemporaryFolder, temporaryFolder } from '../../../test/support/temporary-folder.ts';
import { loadCollection } from './load-collection.ts';

let folder: TemporaryFolder;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => folder.remove());

const rule = (id: string, pattern: string): string =>
  `  - id: ${id}\n    languages: [python]\n    severity: ERROR\n    message: m\n    pattern: ${pattern}\n`;
const write = (name: string, ...rules: readonly string[]): string => folder.write(name, `rules:\n${rules.join('')}`);
const load = () => loadCollection([folder.path], { signal: new AbortController().signal });

it('runs different rules of one id under ids of their own', async () => {
  write('a/one.yaml', rule('same', 'f()'), rule('a', 'a()'));
  write('b/c d/two.yaml', rule('same', 'g()'), rule('b', 'b()'));
  write('e/c d/three.yaml', rule('same', 'h()'));
  const { rules, problems } = await load();
  expect(problems).toEqual([]);
  expect(rules.map(({ id, formula }) => [id, formula.kind === 'pattern' ? formula.source : ''])).toEqual([
    ['same', 'f()'],
    ['a', 'a()'],
    ['b', 'b()'],
    ['c-d.same', 'g()'],
    ['e.c-d.same', 'h()'],
  ]);
});

it('still tells what is wrong with a file by itself', async () => {
  write('a.yaml', rule('same', 'f()'));
  const path = write('b.yaml', rule('same', 'g()'), rule('same', 'h()'));
  expect((await load()).problems.map((problem) => problem.path)).toContain(path);
  expect((await load()).rules.map(({ id }) => id)).toEqual(['same']);
});
