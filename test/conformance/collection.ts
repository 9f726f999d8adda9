import { resolve } from 'node:path';
import { listTestFiles } from '../../src/engines/code/annotated/list-files.ts';
import { pairTestFiles } from '../../src/engines/code/annotated/test-files.ts';
import type { CodeRule, LoadedRules, UnsupportedRule } from '../../src/engines/code/rule/code-rule.ts';
import { languagesOfPath } from '../../src/engines/code/syntax/languages.ts';

/** A rule as it is counted. */
export interface CountedRule {
  readonly id: string;
  /** Those a file can be read as; the first one is where the rule is counted. */
  readonly languages: readonly string[];
  /** Why it does not run; absent when it does. */
  readonly feature?: string;
  /** False for `mode: taint` and the like. */
  readonly isSearch: boolean;
}

/** One test file with what is tried on it. */
export interface CollectionTest {
  readonly path: string;
  /** What the file is read as. */
  readonly language: string;
  /** Rules of the rule file that run. */
  readonly rules: readonly CodeRule[];
  /** Ids of its search rules, those that cannot be loaded too. */
  readonly countedIds: readonly string[];
}

export interface Collection {
  readonly rules: readonly CountedRule[];
  /** Rule files or rules that are wrong: nothing is known of their mode. */
  readonly problems: LoadedRules['problems'];
  readonly tests: readonly CollectionTest[];
}

const isSearch = ({ feature }: UnsupportedRule): boolean => !feature.startsWith('mode:');

const keyOf = ({ id, source }: CodeRule | UnsupportedRule): string => `${source.path}\0${id}`;

/** A rule that runs for some of its languages is a rule that runs; one that is refused in each of them is refused once. */
const countedRules = ({ rules, unsupported }: LoadedRules): readonly CountedRule[] => {
  const running = new Set(rules.map(keyOf));
  const refused = Map.groupBy(
    unsupported.filter((rule) => !running.has(keyOf(rule))),
    keyOf,
  );
  return [
    ...rules.map(({ id, languages }) => ({ id, languages, isSearch: true })),
    ...[...refused.values()].flatMap(([first, ...more]) =>
      first === undefined
        ? []
        : [
            {
              id: first.id,
              languages: [...new Set([first, ...more].flatMap(({ languages }) => languages))],
              feature: first.feature,
              isSearch: isSearch(first),
            },
          ],
    ),
  ];
};

const languageOfTest = (path: string, languages: readonly string[]): string =>
  languagesOfPath(path).find(({ id }) => languages.includes(id))?.id ?? languages[0] ?? 'unknown';

type LoadRules = (paths: readonly string[], options: { readonly signal: AbortSignal }) => Promise<LoadedRules>;

export interface CollectionParts {
  readonly loadRules: LoadRules;
  /** Leaves out what has a pattern that is no code. */
  readonly compile: (
    rules: readonly CodeRule[],
  ) => Promise<{ readonly rules: readonly CodeRule[]; readonly unsupported: readonly UnsupportedRule[] }>;
}

/** Collections use an id in more than one file, where Semgrep runs all of them: a file of which something was said is loaded by itself. */
const loadApart = async (
  folders: readonly string[],
  loadRules: LoadRules,
  options: { readonly signal: AbortSignal },
): Promise<LoadedRules> => {
  const whole = await loadRules(folders, options);
  const said = new Set([...whole.problems, ...whole.warnings].map(({ path }) => path));
  const parts = [whole];
  for (const path of said) parts.push(await loadRules([path], options));
  const isLoadedAgain = (part: LoadedRules, path: string): boolean => part === whole && said.has(path);
  return {
    rules: parts.flatMap((part) => part.rules.filter(({ source }) => !isLoadedAgain(part, source.path))),
    unsupported: parts.flatMap((part) => part.unsupported.filter(({ source }) => !isLoadedAgain(part, source.path))),
    problems: parts.flatMap((part) => part.problems.filter(({ path }) => !isLoadedAgain(part, path))),
    warnings: parts.flatMap((part) => part.warnings.filter(({ path }) => !isLoadedAgain(part, path))),
  };
};

/** Everything below the folders: rules, and files that test them. */
export const readCollection = async (
  folders: readonly string[],
  parts: CollectionParts,
  options: { readonly signal: AbortSignal },
): Promise<Collection> => {
  const read = await loadApart(folders, parts.loadRules, options);
  const compiled = await parts.compile(read.rules);
  const loaded = { ...read, rules: compiled.rules, unsupported: [...read.unsupported, ...compiled.unsupported] };
  const rulesByFile = Map.groupBy(loaded.rules, ({ source }) => resolve(source.path));
  const unsupportedByFile = Map.groupBy(loaded.unsupported, ({ source }) => resolve(source.path));
  const tests = pairTestFiles(await listTestFiles(folders, options)).flatMap(({ rulePath, targets }): readonly CollectionTest[] => {
    const rules = rulesByFile.get(resolve(rulePath)) ?? [];
    const searches = [...rules, ...(unsupportedByFile.get(resolve(rulePath)) ?? []).filter(isSearch)];
    if (searches.length === 0) return [];
    const countedIds = [...new Set(searches.map(({ id }) => id))];
    const languages = searches.flatMap((rule) => rule.languages);
    return targets.map(({ path }) => ({ path, language: languageOfTest(path, languages), rules, countedIds }));
  });
  return { rules: countedRules(loaded), problems: loaded.problems, tests };
};
