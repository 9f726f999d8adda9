import type { CodeRule } from '../rule/code-rule.ts';
import type { Annotation } from './annotations.ts';
import { readAnnotations } from './annotations.ts';
import { applyFixes, type TextFix } from './apply-fixes.ts';

/** What running rules on a text gives, as far as tests look at it. */
export interface SourceFinding {
  readonly ruleId: string;
  /** 1-based. */
  readonly startLine: number;
  readonly endLine: number;
  readonly message?: string;
  readonly fix?: TextFix;
}

/**
 * Runs rules on one text, each where its languages include that of the path. Comments that suppress findings have no say: a test shows what a rule finds.
 * Throws when the text cannot be analysed.
 */
export type AnalyseSource = (input: {
  readonly path: string;
  readonly text: string;
  readonly rules: readonly CodeRule[];
}) => Promise<readonly SourceFinding[]>;

/** One rule on one test file. Lines are 1-based, ascending, each once; what `todo` annotations speak of is in `todo` only. */
export interface RuleOutcome {
  readonly ruleId: string;
  readonly expected: readonly number[];
  /** Where an `ok` says that nothing is found. */
  readonly quiet: readonly number[];
  readonly got: readonly number[];
  readonly missing: readonly number[];
  readonly unexpected: readonly number[];
  /** `isMet`: what is still to be done, is: the annotation can lose its `todo`. */
  readonly todo: readonly { readonly line: number; readonly finds: boolean; readonly isMet: boolean }[];
}

export interface FixOutcome {
  /** 1-based line of the first difference to what was expected. */
  readonly line: number;
  readonly expected: string;
  readonly got: string;
}

export interface FileOutcome {
  /** One for each rule, in their order, then one for each rule that the file expects and was not given. */
  readonly rules: readonly RuleOutcome[];
  readonly malformed: readonly { readonly line: number; readonly text: string }[];
  /** Absent where the fixed text is as expected, or none was. */
  readonly fix?: FixOutcome;
}

const ascending = (lines: Iterable<number>): readonly number[] => [...new Set(lines)].sort((a, b) => a - b);

const linesOf = (annotations: readonly Annotation[], kind: Annotation['kind'], ruleId: string): ReadonlySet<number> =>
  new Set(annotations.filter((annotation) => annotation.kind === kind && annotation.ruleIds.includes(ruleId)).map(({ target }) => target));

const outcomeOf = (ruleId: string, annotations: readonly Annotation[], found: ReadonlySet<number>): RuleOutcome => {
  const todoFinds = linesOf(annotations, 'todoruleid', ruleId);
  const todoQuiet = linesOf(annotations, 'todook', ruleId);
  const isTodo = (line: number): boolean => todoFinds.has(line) || todoQuiet.has(line);
  const expected = ascending(linesOf(annotations, 'ruleid', ruleId)).filter((line) => !isTodo(line));
  const got = ascending(found).filter((line) => !isTodo(line));
  return {
    ruleId,
    expected,
    quiet: ascending(linesOf(annotations, 'ok', ruleId)).filter((line) => !isTodo(line)),
    got,
    missing: expected.filter((line) => !found.has(line)),
    unexpected: got.filter((line) => !expected.includes(line)),
    todo: ascending([...todoFinds, ...todoQuiet]).map((line) => ({
      line,
      finds: todoFinds.has(line),
      isMet: todoFinds.has(line) === found.has(line),
    })),
  };
};

const firstDifference = (expected: string, got: string): FixOutcome | undefined => {
  if (expected === got) return undefined;
  const [wanted, made] = [expected.split('\n'), got.split('\n')];
  const at = wanted.findIndex((line, index) => line !== made[index]);
  const line = at === -1 ? wanted.length : at;
  return { line: line + 1, expected: wanted[line] ?? '', got: made[line] ?? '' };
};

/** The rule is tried wherever its `paths:` would have it run: a test file lies beside its rule, not where the rule looks. */
const anywhere = (rule: CodeRule): CodeRule => ({ ...rule, paths: { include: [], exclude: [] } });

/** Holds what rules find in a test file against what its comments say. @throws whatever `analyse` throws */
export const runTestFile = async (
  file: { readonly path: string; readonly text: string; readonly fixedText?: string },
  rules: readonly CodeRule[],
  analyse: AnalyseSource,
): Promise<FileOutcome> => {
  const { annotations, malformed } = readAnnotations(file.text);
  const findings = await analyse({ path: file.path, text: file.text, rules: rules.map(anywhere) });
  const found = new Map<string, Set<number>>(rules.map(({ id }) => [id, new Set()]));
  for (const { ruleId, startLine } of findings) found.get(ruleId)?.add(startLine);
  const expectedIds = annotations.filter(({ kind }) => kind === 'ruleid').flatMap(({ ruleIds }) => ruleIds);
  const fixes = findings.flatMap(({ fix }) => (fix === undefined ? [] : [fix]));
  const fix = file.fixedText === undefined ? undefined : firstDifference(file.fixedText, applyFixes(file.text, fixes));
  return {
    rules: [...new Set([...found.keys(), ...expectedIds])].map((id) => outcomeOf(id, annotations, found.get(id) ?? new Set())),
    malformed,
    ...(fix === undefined ? {} : { fix }),
  };
};
