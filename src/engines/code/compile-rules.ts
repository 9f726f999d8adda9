import { createGenericMatcher } from './generic/generic-matcher.ts';
import { readPattern } from './match/pattern-text.ts';
import type { PatternTree } from './match/pattern-tree.ts';
import type { CodeRule, UnsupportedRule } from './rule/code-rule.ts';
import type { Condition, Formula } from './rule/formula.ts';
import type { Grammars, ParseBudget } from './syntax/grammar.ts';
import { languageOfName } from './syntax/languages.ts';

/** Rules with every pattern read. Plain data: it is made once and cloned to each worker thread. */
export interface CompiledRules {
  readonly rules: readonly CodeRule[];
  /** By table id, then by the pattern's source. Patterns of `generic` and `regex` are not here. */
  readonly patterns: ReadonlyMap<string, ReadonlyMap<string, PatternTree>>;
}

export interface Compilation {
  readonly program: CompiledRules;
  readonly unsupported: readonly UnsupportedRule[];
}

interface PatternUse {
  readonly source: string;
  readonly language: string;
  readonly line: number;
}

/** Patterns are short; whatever takes longer is not one. */
const patternBudget: ParseBudget = { maxCharacters: 200_000, maxNodes: 100_000, isSpent: () => false };

const usesOfCondition = (condition: Condition, language: string): PatternUse[] =>
  condition.kind === 'metavariable-pattern' ? usesOf(condition.of, condition.language ?? language) : [];

/** Every pattern of a formula with the language it is written in. */
const usesOf = (formula: Formula, language: string): PatternUse[] => {
  switch (formula.kind) {
    case 'pattern':
      return [{ source: formula.source, language, line: formula.line }];
    case 'regex':
      return [];
    case 'all':
      return [...formula.of.flatMap((part) => usesOf(part, language)), ...formula.where.flatMap((each) => usesOfCondition(each, language))];
    case 'any':
      return formula.of.flatMap((part) => usesOf(part, language));
    default:
      return usesOf(formula.of, language);
  }
};

const isText = (language: string): boolean => language === 'generic' || language === 'regex';

type Problem = { readonly feature: string; readonly reason: string };

/**
 * Reads every pattern of every rule in each of its languages. A rule is left out of a language in which a pattern of it cannot be read.
 * The grammars of those languages are loaded.
 */
export const compileRules = async (
  rules: readonly CodeRule[],
  grammars: Grammars,
  options: { readonly signal: AbortSignal },
): Promise<Compilation> => {
  const patterns = new Map<string, Map<string, PatternTree>>();
  const problems = new Map<string, Problem | undefined>();

  /** A rule of regular expressions alone is not run either where files of the language cannot be read. */
  const lackOf = async (name: string): Promise<Problem | undefined> => {
    for (const { load } of languageOfName(name)?.tables ?? []) {
      const reason = grammars.lackOf(await load());
      if (reason !== undefined) return { feature: `grammar not installed: ${name}`, reason };
    }
    return undefined;
  };
  const readIn = async (source: string, name: string): Promise<Problem | undefined> => {
    const language = languageOfName(name);
    if (language === undefined) return { feature: `language: ${name}`, reason: `patterns in ${name} are not supported` };
    if (isText(language.id)) {
      if (language.id === 'regex') return undefined;
      const made = createGenericMatcher(source);
      return 'problem' in made ? { feature: 'pattern does not parse', reason: made.problem } : undefined;
    }
    let problem = await lackOf(name);
    if (problem !== undefined) return problem;
    let isRead = false;
    for (const { id, load } of language.tables) {
      const table = await load();
      const grammar = await grammars.open(table, options);
      const read = readPattern(source, table, (text) => {
        const outcome = grammar.parse(text, patternBudget);
        return 'tree' in outcome ? outcome.tree : undefined;
      });
      if ('problem' in read) {
        problem = { feature: 'pattern does not parse', reason: read.problem };
        continue;
      }
      const known = patterns.get(id) ?? new Map<string, PatternTree>();
      known.set(source, read);
      patterns.set(id, known);
      isRead = true;
    }
    // What only one of the grammars knows (JSX, casts in angle brackets) is in no file that is read with another one.
    return isRead ? undefined : problem;
  };
  const problemOf = async ({ source, language }: PatternUse): Promise<Problem | undefined> => {
    const key = `${language}\n${source}`;
    if (!problems.has(key)) problems.set(key, await readIn(source, language));
    return problems.get(key);
  };

  const compiled: CodeRule[] = [];
  const unsupported: UnsupportedRule[] = [];
  for (const rule of rules) {
    options.signal.throwIfAborted();
    const languages: string[] = [];
    for (const language of rule.languages) {
      const lack = await lackOf(language);
      let found = lack && { ...lack, line: rule.source.line };
      for (const use of found === undefined ? usesOf(rule.formula, language) : []) {
        const problem = await problemOf(use);
        if (problem !== undefined) {
          found = { ...problem, line: use.line };
          break;
        }
      }
      if (found === undefined) languages.push(language);
      else {
        const { feature, reason, line } = found;
        unsupported.push({ id: rule.id, source: { ...rule.source, line }, languages: [language], feature, reason });
      }
    }
    if (languages.length > 0) compiled.push({ ...rule, languages });
  }
  return { program: { rules: compiled, patterns }, unsupported };
};
