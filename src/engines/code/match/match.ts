import type { SyntaxTree } from '../syntax/tree.ts';

/** What a metavariable stands for. Offsets are in the scanned file's text. */
export interface Binding {
  readonly start: number;
  readonly end: number;
  /** The text it is shown and compared with in conditions. For a string matched by `"$X"` without the quotes. */
  readonly text: string;
  /** Set where it is syntax: row of the first node, and of the last one for `$...ARGS` and statements (siblings). */
  readonly tree?: SyntaxTree;
  readonly node?: number;
  readonly lastNode?: number;
  /** Of a name alone: the scope that declares it. The same name declared elsewhere is another one. */
  readonly scope?: number;
  /** The value, where constant propagation knows it. */
  readonly constant?: Constant;
}

export type Constant =
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'boolean'; readonly value: boolean }
  /** Surely a string, which one is not known. */
  | { readonly kind: 'some_string' };

/** By name with its `$`: `$X`, `$...ARGS`, `$1` (capture of a regex). Never changed: a match that binds more makes a new map. */
export type Bindings = ReadonlyMap<string, Binding>;

/** One place where a pattern or formula holds. */
export interface Match {
  readonly start: number;
  readonly end: number;
  readonly bindings: Bindings;
}
