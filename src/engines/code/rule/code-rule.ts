import type { Confidence, Severity } from '../../../domain/severity.ts';
import type { Formula, MatchOptions } from './formula.ts';

export interface RulePaths {
  /** Glob patterns as Semgrep reads them; empty: every file. */
  readonly include: readonly string[];
  readonly exclude: readonly string[];
}

export type RuleFix =
  | { readonly kind: 'text'; readonly replacement: string }
  | { readonly kind: 'regex'; readonly regex: string; readonly replacement: string; readonly count?: number };

/** A rule that can be run. Plain data: it crosses to worker threads. */
export interface CodeRule {
  readonly id: string;
  /** Where it stands: path of the YAML as given, 1-based line of the rule. */
  readonly source: { readonly path: string; readonly line: number };
  /** Canonical ids (`language.ts`), plus `generic` and `regex`. */
  readonly languages: readonly string[];
  readonly severity: Severity;
  readonly confidence: Confidence;
  /** With `$X` places for metavariables. */
  readonly message: string;
  readonly formula: Formula;
  readonly paths: RulePaths;
  readonly options: MatchOptions;
  readonly fix?: RuleFix;
  readonly cwe: readonly string[];
  readonly owasp: readonly string[];
  readonly references: readonly string[];
  readonly tags: readonly string[];
  /** As written, for reports. */
  readonly metadata: Readonly<Record<string, unknown>>;
}

/** A rule that was read and cannot be run: said, never dropped. */
export interface UnsupportedRule {
  readonly id: string;
  readonly source: { readonly path: string; readonly line: number };
  readonly languages: readonly string[];
  /** Short and countable: `mode: taint`, `language: apex`, `pattern does not parse`, ... */
  readonly feature: string;
  /** One sentence for people, with what to do where there is something. */
  readonly reason: string;
}

export interface RuleProblem {
  readonly path: string;
  /** 1-based, of the YAML. */
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

export interface LoadedRules {
  readonly rules: readonly CodeRule[];
  readonly unsupported: readonly UnsupportedRule[];
  /** Files or rules that are wrong, not merely unsupported. */
  readonly problems: readonly RuleProblem[];
  /** What is odd and changes nothing, or makes a condition that never holds. */
  readonly warnings: readonly RuleProblem[];
}
