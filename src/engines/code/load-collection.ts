import { dirname, sep } from 'node:path';
import type { CodeRule, LoadedRules } from './rule/code-rule.ts';
import { loadRules } from './rule/load-rules.ts';

/** The id with as many folders before it, nearest first, as make it one of its own. */
const withFolders = (rule: CodeRule, taken: ReadonlySet<string>): CodeRule | undefined => {
  let { id } = rule;
  for (const folder of dirname(rule.source.path).split(sep).reverse()) {
    if (folder === '') break;
    id = `${folder.replace(/[^\w-]/g, '-')}.${id}`;
    if (!taken.has(id)) return { ...rule, id };
  }
  return undefined;
};

/**
 * Rules of many files. Public collections use an id more than once for different rules; Semgrep, to which the folder is part of the id,
 * runs them all. Here the first one has the id as it is written, the others get folders before it.
 */
export const loadCollection = async (paths: readonly string[], options: { readonly signal: AbortSignal }): Promise<LoadedRules> => {
  const whole = await loadRules(paths, options);
  const said = [...new Set(whole.problems.map(({ path }) => path))];
  if (said.length === 0) return whole;

  const taken = new Set(whole.rules.map(({ id }) => id));
  const rules = [...whole.rules];
  const settled = new Set<string>();
  for (const path of said) {
    // What is wrong only beside the other files is an id that one of them has.
    const alone = await loadRules([path], options);
    if (alone.problems.length > 0) continue;
    const known = new Set(whole.rules.filter(({ source }) => source.path === path).map(({ id }) => id));
    const others = alone.rules.filter(({ id }) => !known.has(id)).map((rule) => withFolders(rule, taken));
    if (others.includes(undefined)) continue;
    settled.add(path);
    for (const rule of others) {
      if (rule === undefined) continue;
      taken.add(rule.id);
      rules.push(rule);
    }
  }
  return { ...whole, rules, problems: whole.problems.filter(({ path }) => !settled.has(path)) };
};
