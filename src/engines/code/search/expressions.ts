import { type Comparison, parseComparison } from './comparison-parse.ts';
import { compileRegex, type RegexUse, type SearchRegex } from './regex.ts';

/** Regular expressions and comparisons of rules, each read once a thread. Those that cannot be read are undefined: such rules do not load. */
export interface Expressions {
  readonly regexOf: (source: string, use: RegexUse) => SearchRegex | undefined;
  readonly comparisonOf: (source: string) => Comparison | undefined;
  /** Milliseconds since 1970, for `today()`. */
  readonly now: () => number;
}

const remembered = <T>(make: (key: string) => T): ((key: string) => T) => {
  const known = new Map<string, T>();
  return (key) => {
    const found = known.get(key);
    if (found !== undefined || known.has(key)) return found as T;
    const made = make(key);
    known.set(key, made);
    return made;
  };
};

const regexFor =
  (use: RegexUse) =>
  (source: string): SearchRegex | undefined => {
    const compiled = compileRegex(source, use);
    return 'problem' in compiled ? undefined : compiled.regex;
  };

export const createExpressions = (clock: { readonly now: () => number }): Expressions => {
  const search = remembered(regexFor('search'));
  const match = remembered(regexFor('match'));
  const comparisonOf = remembered((source) => {
    const parsed = parseComparison(source);
    return 'problem' in parsed ? undefined : parsed.comparison;
  });
  return { regexOf: (source, use) => (use === 'search' ? search(source) : match(source)), comparisonOf, now: clock.now };
};
