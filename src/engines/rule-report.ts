/** What checking and testing a person's own rules shows: the part of the plug-in contract that `rules validate` and `rules test` print. */

/** Something wrong in a rule file. */
export interface RuleFileProblem {
  readonly path: string;
  /** 1-based. */
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

/** A rule that was read and cannot be run, or not for some of its languages. */
export interface RuleNotRun {
  readonly id: string;
  readonly source: { readonly path: string; readonly line: number };
  readonly languages: readonly string[];
  /** Short and countable: `mode: taint`. */
  readonly feature: string;
  readonly reason: string;
}

export interface RuleCheckReport {
  /** Rules that can be run. */
  readonly ruleCount: number;
  readonly problems: readonly RuleFileProblem[];
  readonly unsupported: readonly RuleNotRun[];
  /** Of rules that run all the same. */
  readonly warnings: readonly RuleFileProblem[];
}

/**
 * `missing`: the rule does not find what the test says it does. `unexpected`: it finds what the test does not speak of, or says is fine.
 * `not_run`: the rule is unsupported, so nothing is proved. `unknown_rule`: no rule of the file has that id. `fix`: the fixed text
 * is not what the test expects. `malformed`: an annotation that names no rule. `failed`: the test file could not be analysed.
 */
export type RuleTestFailureKind = 'missing' | 'unexpected' | 'not_run' | 'unknown_rule' | 'fix' | 'malformed' | 'failed';

export interface RuleTestFailure {
  readonly kind: RuleTestFailureKind;
  readonly path: string;
  /** 1-based. */
  readonly line: number;
  /** Absent where the whole file is meant. */
  readonly ruleId?: string;
  readonly detail?: string;
}

export interface RuleTestReport extends Omit<RuleCheckReport, 'warnings'> {
  /** Test files that were run. */
  readonly fileCount: number;
  /** Lines that rules had to find or leave alone. */
  readonly expectationCount: number;
  readonly failures: readonly RuleTestFailure[];
  /** Known gaps. `isMet`: the rule does already what is still to be done. */
  readonly todo: readonly { readonly path: string; readonly line: number; readonly ruleId: string; readonly isMet: boolean }[];
  /** Ids of rules that no test expects to find anything. */
  readonly unproved: readonly string[];
}
