import type { CodeRule, LoadedRules, UnsupportedRule } from './code-rule.ts';
import type { Condition, Formula } from './formula.ts';

/** Reads one pattern as code of a language: what is wrong with it, or nothing. Not asked about `regex`. */
export type PatternCheck = (source: string, language: string) => Promise<string | undefined>;

interface PatternUse {
  readonly source: string;
  readonly language: string;
  readonly line: number;
}

const patternsOfCondition = (condition: Condition, language: string): readonly PatternUse[] =>
  condition.kind === 'metavariable-pattern' ? patternsOf(condition.of, condition.language ?? language) : [];

/** Every pattern of a formula, with the language it is written in. */
export function patternsOf(formula: Formula, language: string): readonly PatternUse[] {
  switch (formula.kind) {
    case 'pattern':
      return [{ source: formula.source, language, line: formula.line }];
    case 'regex':
      return [];
    case 'inside':
    case 'not':
      return patternsOf(formula.of, language);
    case 'any':
      return formula.of.flatMap((each) => patternsOf(each, language));
    case 'all':
      return [
        ...formula.of.flatMap((each) => patternsOf(each, language)),
        ...formula.where.flatMap((condition) => patternsOfCondition(condition, language)),
      ];
  }
}

const firstLine = (text: string): string => {
  const line = text.trim().split('\n', 1)[0] ?? '';
  return line.length > 80 ? `${line.slice(0, 80)}…` : line;
};

/**
 * Takes a rule away from the languages in which one of its patterns is no code, and lists it as unsupported for those: a rule with a
 * pattern left out would find other things than it says.
 */
export const keepParsable = async (loaded: LoadedRules, check: PatternCheck): Promise<LoadedRules> => {
  const rules: CodeRule[] = [];
  const unsupported: UnsupportedRule[] = [];
  for (const rule of loaded.rules) {
    const languages: string[] = [];
    for (const language of rule.languages) {
      const failed = await firstUnreadable(rule, language, check);
      if (failed === undefined) languages.push(language);
      else unsupported.push(failed);
    }
    if (languages.length > 0) rules.push(languages.length === rule.languages.length ? rule : { ...rule, languages });
  }
  return { ...loaded, rules, unsupported: [...loaded.unsupported, ...unsupported] };
};

const firstUnreadable = async (rule: CodeRule, language: string, check: PatternCheck): Promise<UnsupportedRule | undefined> => {
  for (const use of patternsOf(rule.formula, language)) {
    const wrong = use.language === 'regex' ? undefined : await check(use.source, use.language);
    if (wrong === undefined) continue;
    return {
      id: rule.id,
      source: { path: rule.source.path, line: use.line },
      languages: [language],
      feature: 'pattern does not parse',
      reason: `The pattern in line ${use.line} is not read as ${use.language}: ${wrong} (${firstLine(use.source)})`,
    };
  }
  return undefined;
};
