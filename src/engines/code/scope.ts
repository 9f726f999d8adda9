import type { CodeRule } from './rule/code-rule.ts';
import { compilePaths } from './rule/paths.ts';
import { languagesOfPath } from './syntax/languages.ts';

const readsText = ({ languages }: CodeRule): boolean => languages.includes('generic') || languages.includes('regex');

/** Whether any of the rules looks at a file of that path, whatever it holds. */
export const createScope = (rules: readonly CodeRule[]): ((path: string) => boolean) => {
  const everywhere = new Set<string>();
  const limited = rules.flatMap((rule) => {
    const isLimited = rule.paths.include.length + rule.paths.exclude.length > 0;
    if (isLimited) return [{ languages: rule.languages, isText: readsText(rule), takes: compilePaths(rule.paths) }];
    for (const language of readsText(rule) ? ['generic'] : rule.languages) everywhere.add(language);
    return [];
  });
  return (path) => {
    if (everywhere.has('generic')) return true;
    const ids = languagesOfPath(path).map(({ id }) => id);
    return (
      ids.some((id) => everywhere.has(id)) ||
      limited.some(({ languages, isText, takes }) => (isText || languages.some((language) => ids.includes(language))) && takes(path))
    );
  };
};

/** Ids of the languages that files of these paths are written in, and those that read any text. */
export const languagesOfPaths = (paths: readonly string[]): ReadonlySet<string> =>
  new Set(['generic', 'regex', ...paths.flatMap((path) => languagesOfPath(path).map(({ id }) => id))]);
