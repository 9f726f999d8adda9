import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { z } from 'zod';
import { compileRules } from '../src/engines/code/compile-rules.ts';
import { loadCollection } from '../src/engines/code/load-collection.ts';
import type { CodeRule } from '../src/engines/code/rule/code-rule.ts';
import { createGrammars } from '../src/engines/code/syntax/grammar.ts';
import { languagesOfPath } from '../src/engines/code/syntax/languages.ts';

const ruleList = z.object({ rules: z.array(z.looseObject({ id: z.string() })) });

const hashOf = ({ id }: CodeRule): string => createHash('sha256').update(id).digest('hex');

/** Every search rule below the folders that can be run; of several with one id the first. In order of a hash of their ids, so that any prefix is a fair draw. */
export const runnableRules = async (folders: readonly string[]): Promise<readonly CodeRule[]> => {
  const { signal } = new AbortController();
  const { rules } = await loadCollection(folders, { signal });
  const grammars = createGrammars();
  try {
    const { program, unsupported } = await compileRules(rules, grammars, { signal });
    // In some language only is no comparison: the peer would run it in all.
    const refused = new Set(unsupported.map(({ id }) => id));
    const kept = new Map<string, CodeRule>();
    for (const rule of program.rules) if (!refused.has(rule.id) && !kept.has(rule.id)) kept.set(rule.id, rule);
    return [...kept.values()].sort((a, b) => (hashOf(a) < hashOf(b) ? -1 : 1));
  } finally {
    grammars.close();
  }
};

/** The first `count` rules of a language that one of the files is written in, or that read any text. */
export const rulesForFiles = (rules: readonly CodeRule[], paths: readonly string[], count: number): readonly CodeRule[] => {
  const present = new Set(['generic', 'regex', ...paths.flatMap((path) => languagesOfPath(path).map(({ id }) => id))]);
  return rules.filter(({ languages }) => languages.some((language) => present.has(language))).slice(0, count);
};

/** One rule file of them, as their authors wrote them. */
export const rulesAsWritten = async (rules: readonly CodeRule[]): Promise<string> => {
  const written: unknown[] = [];
  for (const [path, own] of Map.groupBy(rules, ({ source }) => source.path)) {
    const ids = new Set(own.map(({ id }) => id));
    const list = ruleList.parse(parse(await readFile(path, 'utf8')));
    written.push(...list.rules.filter(({ id }) => ids.has(id)));
  }
  return JSON.stringify({ rules: written });
};
