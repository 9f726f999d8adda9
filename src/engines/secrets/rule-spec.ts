import type { Confidence, Severity } from '../../domain/severity.ts';
import type { Automaton } from './automaton.ts';

/** An allowlist of a gitleaks configuration: what is not a finding. Regexes are Go sources. */
export interface AllowlistSpec {
  readonly condition: 'OR' | 'AND';
  /** Lower-case. */
  readonly commits: readonly string[];
  readonly paths: readonly string[];
  readonly regexes: readonly string[];
  readonly regexTarget: 'secret' | 'match' | 'line';
  /** Lower-case. */
  readonly stopwords: readonly string[];
}

/** Another rule that must have matched nearby for this one to count. */
export interface RequiredSpec {
  readonly id: string;
  readonly withinLines?: number;
  readonly withinColumns?: number;
}

/** What decides findings. Crosses to worker threads. */
export interface RuleSpec {
  readonly id: string;
  readonly description: string;
  /** Go source; absent for a rule about paths only. */
  readonly regex?: string;
  /** Go source. */
  readonly path?: string;
  /** Lower-case. */
  readonly keywords: readonly string[];
  /** A secret at or below it is dropped; 0 means no check. */
  readonly entropy: number;
  /** 0 means the first group that is not empty. */
  readonly secretGroup: number;
  /** Gives way to a specific rule on the same secret. */
  readonly isGeneric: boolean;
  /** Runs only on behalf of rules that require it. */
  readonly skipReport: boolean;
  /** Bytes around a keyword in which a match is looked for, where the expression itself sets no bound. */
  readonly windowBytes?: number;
  /** Severity of what is found in test code, fixtures, examples and documentation, where it is not the rule's own; `off`: not reported there. */
  readonly severityInTests?: Severity | 'off';
  readonly allowlists: readonly AllowlistSpec[];
  readonly required: readonly RequiredSpec[];
}

/** What is said about a rule; `match` and `noMatch` are example templates. */
export interface RulePresentation {
  readonly severity: Severity;
  readonly confidence: Confidence;
  readonly cwe: readonly string[];
  readonly help: string;
  readonly helpUrl?: string;
  readonly tags: readonly string[];
  readonly match: readonly string[];
  readonly noMatch: readonly string[];
  /** Path the examples are said to have. */
  readonly examplePath: string;
}

export interface LoadedRule {
  readonly spec: RuleSpec;
  readonly presentation: RulePresentation;
}

export interface Ruleset {
  readonly rules: readonly LoadedRule[];
  readonly allowlists: readonly AllowlistSpec[];
  readonly warnings: readonly string[];
}

/** What a worker thread gets. */
export interface AnalyserOptions {
  readonly rules: readonly RuleSpec[];
  readonly allowlists: readonly AllowlistSpec[];
  readonly automaton: Automaton;
  readonly hmacKey: { readonly id: string; readonly key: Uint8Array };
  /** Whether base64 and hexadecimal blobs are decoded and looked at too. */
  readonly decode: boolean;
}
