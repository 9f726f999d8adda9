/** A rule's search, as written, checked and brought into one form (old `patterns:` and new `match:` syntax alike). Data only. */
export type Formula =
  | { readonly kind: 'pattern'; readonly source: string; readonly line: number }
  | { readonly kind: 'regex'; readonly source: string; readonly line: number }
  /**
   * Everything holds at one range: ranges of positive parts are intersected, metavariables unified. There is always a positive part,
   * except at the top of `metavariable-pattern`, where what the metavariable stands for is the range.
   */
  | {
      readonly kind: 'all';
      readonly of: readonly Formula[];
      readonly where: readonly Condition[];
      /** Several metavariables in one entry: any of them; several entries: applied one after the other. */
      readonly focus: readonly (readonly string[])[];
      readonly line: number;
    }
  | { readonly kind: 'any'; readonly of: readonly Formula[]; readonly line: number }
  /** The range lies within a match of `of`. Only below `all`, or below an `any` that has other alternatives than `inside` as well. */
  | { readonly kind: 'inside'; readonly of: Formula; readonly line: number }
  /** The range is no match of `of` (`not`), or not within one (`not` of `inside`). Only below `all`. */
  | { readonly kind: 'not'; readonly of: Formula; readonly line: number };

export type Condition =
  | {
      readonly kind: 'metavariable-regex';
      readonly metavariable: string;
      readonly source: string;
      readonly constantPropagation: boolean;
      readonly line: number;
    }
  | {
      readonly kind: 'metavariable-pattern';
      readonly metavariable: string;
      /** Canonical id; absent: that of the rule. */
      readonly language?: string;
      readonly of: Formula;
      readonly line: number;
    }
  | {
      readonly kind: 'metavariable-comparison';
      /** Absent: the comparison names its metavariables itself. */
      readonly metavariable?: string;
      readonly comparison: string;
      readonly base?: number;
      readonly strip: boolean;
      readonly line: number;
    }
  | { readonly kind: 'metavariable-analysis'; readonly metavariable: string; readonly analyser: 'entropy' | 'redos'; readonly line: number }
  | { readonly kind: 'metavariable-type'; readonly metavariable: string; readonly types: readonly string[]; readonly line: number };

/** `options:` of a rule, with Semgrep's defaults filled in. */
export interface MatchOptions {
  readonly constantPropagation: boolean;
  readonly symbolicPropagation: boolean;
  readonly associativeCommutative: boolean;
  readonly commutativeBooleans: boolean;
  readonly symmetricEquality: boolean;
  readonly implicitDeepExpressions: boolean;
  readonly variableAssignment: boolean;
  readonly attributeExpression: boolean;
  readonly implicitReturn: boolean;
  readonly argumentNamesOptional: boolean;
  readonly decoratorsOrderMatters: boolean;
  readonly caseInsensitiveGeneric: boolean;
  readonly genericEllipsisMaxSpan: number;
  readonly genericMultiline: boolean;
  readonly genericCommentStyle?: 'c' | 'cpp' | 'shell';
  readonly interfile: boolean;
}

export const defaultMatchOptions: MatchOptions = {
  constantPropagation: true,
  symbolicPropagation: false,
  associativeCommutative: true,
  commutativeBooleans: false,
  symmetricEquality: false,
  implicitDeepExpressions: true,
  variableAssignment: true,
  attributeExpression: true,
  implicitReturn: true,
  argumentNamesOptional: false,
  decoratorsOrderMatters: false,
  caseInsensitiveGeneric: false,
  genericEllipsisMaxSpan: 10,
  genericMultiline: true,
  interfile: false,
};
