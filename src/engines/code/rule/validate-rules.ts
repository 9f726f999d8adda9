import type { LoadedRules } from './code-rule.ts';
import { loadRules } from './load-rules.ts';
import { keepParsable, type PatternCheck } from './parsable.ts';

export interface RuleCounts {
  /** Rules that would run. */
  readonly runnable: number;
  /** Of them by language, most first; a rule of several languages counts for each. */
  readonly byLanguage: ReadonlyMap<string, number>;
  /** Entries of `unsupported` by feature, most first. */
  readonly byFeature: ReadonlyMap<string, number>;
}

export interface ValidationReport extends LoadedRules {
  readonly counts: RuleCounts;
}

const tally = (names: readonly string[]): ReadonlyMap<string, number> => {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return new Map([...counts].sort(([a, many], [b, more]) => more - many || (a < b ? -1 : 1)));
};

/** Loads rules and compiles every pattern of them, without scanning anything. */
export const validateRules = async (
  paths: readonly string[],
  { pattern, signal }: { readonly pattern: PatternCheck; readonly signal: AbortSignal },
): Promise<ValidationReport> => {
  const loaded = await keepParsable(await loadRules(paths, { signal }), pattern);
  return {
    ...loaded,
    counts: {
      runnable: loaded.rules.length,
      byLanguage: tally(loaded.rules.flatMap(({ languages }) => languages)),
      byFeature: tally(loaded.unsupported.map(({ feature }) => feature)),
    },
  };
};
