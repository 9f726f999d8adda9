import type { RuleOutcome } from '../../src/engines/code/annotated/run-test-file.ts';
import type { Collection, CollectionTest, CountedRule } from './collection.ts';
import { halfOf } from './half.ts';
import type { Half } from './options.ts';

/** What running one test file gave. */
export interface TestRun {
  readonly test: CollectionTest;
  readonly outcomes: readonly RuleOutcome[];
  /** Why it could not be run to its end. */
  readonly failure?: string;
}

export interface LanguageTally {
  readonly language: string;
  /** Search rules. */
  readonly loaded: number;
  readonly notLoaded: number;
  /** Rules that are no search. */
  readonly leftOut: number;
  readonly files: number;
  readonly exactFiles: number;
  readonly failedFiles: number;
  readonly truePositives: number;
  readonly falsePositives: number;
  readonly misses: number;
}

export interface Tally {
  readonly languages: readonly LanguageTally[];
  readonly total: LanguageTally;
  /** How many rules do not run, by reason, most first. */
  readonly reasons: readonly (readonly [feature: string, count: number])[];
}

type Counts = { -readonly [Key in Exclude<keyof LanguageTally, 'language'>]: number };

const nothing = (): Counts => ({
  loaded: 0,
  notLoaded: 0,
  leftOut: 0,
  files: 0,
  exactFiles: 0,
  failedFiles: 0,
  truePositives: 0,
  falsePositives: 0,
  misses: 0,
});

/** The annotations of a test speak of the rule, or it finds something there. */
const saysSomething = ({ expected, quiet, got, todo }: RuleOutcome): boolean =>
  expected.length + quiet.length + got.length + todo.length > 0;

/** What of a run counts for these rules; undefined where its file says nothing of any. */
export const countedOutcomes = ({ test, outcomes }: TestRun, counts: (ruleId: string) => boolean): readonly RuleOutcome[] | undefined => {
  const counted = outcomes.filter(({ ruleId }) => test.countedIds.includes(ruleId) && counts(ruleId));
  return counted.some(saysSomething) ? counted : undefined;
};

const addRule = (counts: Counts, { feature, isSearch }: CountedRule): void => {
  if (!isSearch) counts.leftOut += 1;
  else if (feature === undefined) counts.loaded += 1;
  else counts.notLoaded += 1;
};

const addRun = (counts: Counts, outcomes: readonly RuleOutcome[], hasFailed: boolean): void => {
  counts.files += 1;
  if (hasFailed) counts.failedFiles += 1;
  if (!hasFailed && outcomes.every(({ missing, unexpected }) => missing.length + unexpected.length === 0)) counts.exactFiles += 1;
  for (const { expected, missing, unexpected } of outcomes) {
    counts.truePositives += expected.length - missing.length;
    counts.falsePositives += unexpected.length;
    counts.misses += missing.length;
  }
};

const sum = (parts: Iterable<Counts>): Counts => {
  const total = nothing();
  for (const part of parts) for (const key of Object.keys(total)) total[key as keyof Counts] += part[key as keyof Counts];
  return total;
};

/** Counts the rules of one half, or all. Problems have no rule id: they count in the whole only. */
export const tallyOf = (
  collection: Pick<Collection, 'rules' | 'problems'>,
  runs: readonly TestRun[],
  half: Half | 'all',
  onlyRule?: string,
): Tally => {
  const counts = (ruleId: string): boolean =>
    (half === 'all' || halfOf(ruleId) === half) && (onlyRule === undefined || ruleId === onlyRule);
  const languages = new Map<string, Counts>();
  const reasons = new Map<string, number>();
  const countsOf = (language: string): Counts => {
    const known = languages.get(language) ?? nothing();
    languages.set(language, known);
    return known;
  };
  for (const rule of collection.rules.filter(({ id }) => counts(id))) {
    addRule(countsOf(rule.languages[0] ?? 'unknown'), rule);
    if (rule.feature !== undefined) reasons.set(rule.feature, (reasons.get(rule.feature) ?? 0) + 1);
  }
  if (half === 'all' && onlyRule === undefined && collection.problems.length > 0) {
    countsOf('unknown').notLoaded += collection.problems.length;
    reasons.set('rule file is wrong', collection.problems.length);
  }
  for (const run of runs) {
    const outcomes = countedOutcomes(run, counts);
    if (outcomes !== undefined) addRun(countsOf(run.test.language), outcomes, run.failure !== undefined);
  }
  const rows = [...languages].map(([language, row]) => ({ language, ...row }));
  return {
    languages: rows.toSorted((a, b) => b.files - a.files || (a.language < b.language ? -1 : 1)),
    total: { language: 'all', ...sum(languages.values()) },
    reasons: [...reasons].toSorted(([nameA, a], [nameB, b]) => b - a || (nameA < nameB ? -1 : 1)),
  };
};
