import type { Formula } from '../rule/formula.ts';
import type { SearchContext } from './context.ts';
import type { Range } from './ranges.ts';

/** Where a formula is evaluated: the whole file, or what a metavariable stands for (`metavariable-pattern`). */
export interface Scope {
  readonly context: SearchContext;
  /** Absent: the whole text. Ranges are offsets of the file of the context either way. */
  readonly within?: { readonly start: number; readonly end: number };
  /** Below `metavariable-pattern`: what has no positive part speaks of the whole of it. */
  readonly isNested: boolean;
}

/** Every range at which a formula holds, in order of place. */
export type Evaluate = (formula: Formula, scope: Scope) => readonly Range[];
