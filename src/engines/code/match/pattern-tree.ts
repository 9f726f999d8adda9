import type { SyntaxTree } from '../syntax/tree.ts';

/** What a row of a pattern means when it does not mean itself. */
export type Mark =
  | { readonly kind: 'metavariable'; readonly name: string }
  /** `...`: any number of statements, arguments, members of a list; one expression where a list cannot be. */
  | { readonly kind: 'ellipsis' }
  /** `$...ARGS`. The name is written with its dots. */
  | { readonly kind: 'ellipsis_metavariable'; readonly name: string }
  /** `<... e ...>`. The row's only child is `e`. */
  | { readonly kind: 'deep' }
  /** `($X: T)`, `(T $X)`. The type is text as written. */
  | { readonly kind: 'typed'; readonly name: string; readonly type: string }
  /** `"..."`; `isTemplate` where the pattern says which form of string it wants: `f"..."`. So for the two below. */
  | { readonly kind: 'any_string'; readonly isTemplate?: true }
  /** `"$X"` */
  | { readonly kind: 'string_metavariable'; readonly name: string; readonly isTemplate?: true }
  /** `"=~/re/"`, with a flag written in front as `(?i)` or `(?m)`. */
  | { readonly kind: 'string_regex'; readonly source: string; readonly isTemplate?: true };

/** A pattern, read as the language it is about. */
export interface PatternTree {
  readonly tree: SyntaxTree;
  /** One row, or several statements in a row. The frame's own rows stand around them. */
  readonly roots: readonly number[];
  /** By row. A marked row has no children, but for `deep`. */
  readonly marks: ReadonlyMap<number, Mark>;
  /** Name of the frame it was read in. */
  readonly frame: string;
}

/** Stands for any number of things in a list. */
export const isEllipsis = (mark: Mark | undefined): boolean => mark?.kind === 'ellipsis' || mark?.kind === 'ellipsis_metavariable';
