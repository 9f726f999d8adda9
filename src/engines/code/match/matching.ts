import type { MatchOptions } from '../rule/formula.ts';
import type { Language } from '../syntax/language.ts';
import { shapeCode, slotCode } from '../syntax/shape.ts';
import type { SyntaxTree } from '../syntax/tree.ts';
import type { Environment, Solutions } from './environment.ts';
import type { PatternParts } from './pattern-parts.ts';
import type { Mark, PatternTree } from './pattern-text.ts';
import type { TreeFacts } from './tree-facts.ts';

/** One pattern against one file, while it is matched. */
export interface Matching {
  /** The pattern's tree and the scanned one. */
  readonly pattern: SyntaxTree;
  readonly tree: SyntaxTree;
  readonly facts: TreeFacts;
  readonly options: MatchOptions;
  readonly associative: ReadonlySet<string>;
  readonly ignoresCase: Language['ignoresCase'];
  readonly recordsAreWhole: boolean;
  readonly importedPaths: Language['importedPaths'];
  readonly importClauses: Language['importClauses'];
  /** Content of a string without interpolation. */
  readonly stringOf: (tree: SyntaxTree, row: number) => string | undefined;
  readonly markOf: (row: number) => Mark | undefined;
  /** Children of a pattern row, in order; made once. */
  readonly childrenOf: (row: number) => readonly number[];
  readonly partsOf: (row: number) => PatternParts;
  readonly node: (row: number, target: number, environment: Environment | undefined) => Solutions;
  /** False where the row holds for the target whatever is bound: found out once for each pair, so that many ways to get there cost nothing. */
  readonly mayHold: (row: number, target: number) => boolean;
  /** False when the steps are used up: everything then fails quickly. */
  readonly spend: () => boolean;
  /** As if the steps were used up. */
  readonly giveUp: () => void;
}

/** Steps (nodes compared) one pattern may take in one file before it is given up. */
export const stepsPerFile = 5_000_000;

export const isKind = (mark: Mark | undefined, kind: Mark['kind']): boolean => mark?.kind === kind;

export interface MatchingParts {
  readonly pattern: PatternTree;
  readonly tree: SyntaxTree;
  readonly facts: TreeFacts;
  readonly options: MatchOptions;
}

/** Rows of a tree's node, in order, without those in a slot that is left out. */
export const eachChild = (tree: SyntaxTree, node: number, visit: (child: number, slot: number) => void): void => {
  const last = tree.last[node] ?? node;
  for (let child = node + 1; child <= last; child = (tree.last[child] ?? child) + 1) visit(child, tree.slot[child] ?? slotCode.none);
};

export const isNameLike = (tree: SyntaxTree, node: number): boolean => tree.shape[node] === shapeCode.identifier;

/** For each of the ways so far, every way to go on. */
export const andThen = (solutions: Solutions, next: (environment: Environment | undefined) => Solutions): Solutions => {
  if (solutions.length === 0) return solutions;
  if (solutions.length === 1) return next(solutions[0]);
  return solutions.flatMap((environment) => next(environment));
};
