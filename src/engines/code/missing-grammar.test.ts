import { afterEach, beforeEach, expect, it } from 'vitest';
import { type TemporaryFolder, temporaryFolder } from '../../../test/support/temporary-folder.ts';
import { compileRules } from './compile-rules.ts';
import { loadRules } from './rule/load-rules.ts';
import { createSearcher } from './searcher.ts';
import { createGrammars } from './syntax/grammar.ts';
import { grammarFile } from './syntax/grammar-file.ts';
import { ocaml } from './syntax/languages/ocaml.ts';
import { python } from './syntax/languages/python.ts';

/** An installation from the repository without development dependencies: the grammar that is no dependency is not there. */
const { signal } = new AbortController();
const withoutOcaml = (specifier: string): string | undefined =>
  specifier.startsWith('tree-sitter-ocaml/') ? undefined : grammarFile(specifier);
let folder: TemporaryFolder;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => folder.remove());

const rule = (id: string, languages: string, what: string): string =>
  `  - {id: ${id}, message: M, severity: ERROR, languages: [${languages}], ${what}}\n`;

it('lists rules for the language as unsupported, runs the others, and leaves its files alone', async () => {
  const path = folder.write(
    'rules.yaml',
    `rules:\n${rule('both', 'python, ocaml', 'pattern: f')}${rule('text', 'ocaml', 'pattern-regex: f')}${rule('any', 'generic', 'pattern: f')}`,
  );
  const { rules, problems } = await loadRules([path], { signal });
  expect(problems).toEqual([]);
  const grammars = createGrammars(withoutOcaml);
  const { program, unsupported } = await compileRules(rules, grammars, { signal });
  expect(unsupported.map(({ id, languages, feature, source }) => ({ id, languages, feature, line: source.line }))).toEqual([
    { id: 'both', languages: ['ocaml'], feature: 'grammar not installed: ocaml', line: 2 },
    { id: 'text', languages: ['ocaml'], feature: 'grammar not installed: ocaml', line: 3 },
  ]);
  expect(unsupported[0]?.reason).toContain('npm ci');

  const searcher = createSearcher(program, { now: () => 0 }, grammars);
  await searcher.warm(['a.py', 'a.ml'], { signal });
  const found = (path: string) => searcher.search({ path, text: 'f (1)' });
  expect(found('a.py').hits.map((hit) => hit.rule.id)).toEqual(['both', 'any']);
  expect({ ...found('a.ml'), hits: found('a.ml').hits.map((hit) => hit.rule.id) }).toEqual({ hits: ['any'], state: 'analysed' });
  searcher.close();
});

it('a grammar that is a dependency has to be there', async () => {
  const grammars = createGrammars(() => undefined);
  expect(grammars.lackOf(python)).toBeUndefined();
  expect(grammars.lackOf(ocaml)).toContain('ocaml');
  await expect(grammars.open(python, { signal })).rejects.toMatchObject({ code: 'engine_failed' });
  grammars.close();
});
