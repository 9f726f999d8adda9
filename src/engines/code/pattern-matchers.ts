import type { CompiledRules } from './compile-rules.ts';
import { createGenericMatcher, createGenericReader } from './generic/generic-matcher.ts';
import { createPatternMatcher } from './match/pattern-matcher.ts';
import type { PatternMatcher } from './match/source-file.ts';
import type { SearchContext } from './search/context.ts';
import type { Expressions } from './search/expressions.ts';
import type { Language } from './syntax/language.ts';

/** Patterns of rules, ready to be looked for: each is made when it is first needed and shared by all rules that hold it. */
export const createMatchers = (
  program: CompiledRules,
  expressions: Expressions,
  languageOf: (table: string) => Language | undefined,
): SearchContext['matcherOf'] => {
  /** By language, then by source. */
  const known = new Map<string, Map<string, PatternMatcher | undefined>>();
  const readText = createGenericReader();
  const make = (source: string, language: string): PatternMatcher | undefined => {
    if (language === 'generic') {
      const made = createGenericMatcher(source, readText);
      return 'problem' in made ? undefined : made;
    }
    const pattern = program.patterns.get(language)?.get(source);
    const table = languageOf(language);
    if (pattern === undefined || table === undefined) return undefined;
    return createPatternMatcher(pattern, table, (regex) => expressions.regexOf(regex, 'search'));
  };
  return (source, language) => {
    let ofLanguage = known.get(language);
    if (ofLanguage === undefined) {
      ofLanguage = new Map();
      known.set(language, ofLanguage);
    }
    if (!ofLanguage.has(source)) ofLanguage.set(source, make(source, language));
    return ofLanguage.get(source);
  };
};
