import type { Language } from '../syntax/language.ts';
import { shapeCode, slotCode } from '../syntax/shape.ts';
import { childIn, eachRowOf, type SyntaxTree, textOf } from '../syntax/tree.ts';

/** Which names belong together: functions, classes and the file have names of their own. */
export interface Scopes {
  /** Row of the function, class or file a row stands in. */
  readonly around: (row: number) => number;
  /** Row of the scope that declares what the identifier names, the file's for what nothing declares; undefined for names of members. */
  readonly ofName: (row: number) => number | undefined;
}

const isScope = (shape: number | undefined): boolean => shape === shapeCode.function || shape === shapeCode.class;

/** Innermost scope of each row; a scope itself stands in the one around it. */
const scopeColumn = (tree: SyntaxTree): Int32Array => {
  const column = new Int32Array(tree.size);
  for (let row = 1; row < tree.size; row++) {
    const parent = tree.parent[row] ?? 0;
    column[row] = isScope(tree.shape[parent]) ? parent : (column[parent] ?? 0);
  }
  return column;
};

const isMemberName = (tree: SyntaxTree, row: number): boolean => {
  const slot = tree.slot[row];
  return (
    slot === slotCode.property ||
    slot === slotCode.key ||
    (slot === slotCode.name && tree.shape[tree.parent[row] ?? 0] === shapeCode.keyword_argument)
  );
};

/** `isImported`: such names are the file's, wherever they are assigned to. */
export const readScopes = (
  tree: SyntaxTree,
  rowsByShape: readonly (readonly number[])[],
  { namesAreLocal = false }: Pick<Language, 'namesAreLocal'>,
  isImported: (name: string) => boolean,
): Scopes => {
  const column = scopeColumn(tree);
  const declared = new Map<number, Set<string>>();
  const declare = (scope: number, name: number): void => {
    if (tree.shape[name] !== shapeCode.identifier) return;
    const known = declared.get(scope) ?? new Set<string>();
    known.add(textOf(tree, name));
    declared.set(scope, known);
  };
  const declareAll = (target: number): void => {
    const shape = tree.shape[target];
    if (shape === shapeCode.member || shape === shapeCode.index) return;
    eachRowOf(tree, target, (row) => declare(column[row] ?? 0, row));
  };
  const isDeclared = (scope: number, name: string): boolean => declared.get(scope)?.has(name) === true;
  const lookUp = (from: number, name: string): number | undefined => {
    for (let scope = from; ; scope = column[scope] ?? 0) {
      const isHidden = namesAreLocal && scope !== from && tree.shape[scope] === shapeCode.class;
      if (!isHidden && isDeclared(scope, name)) return scope;
      if (scope === 0) return undefined;
    }
  };
  for (const shape of [shapeCode.function, shapeCode.class]) {
    for (const row of rowsByShape[shape] ?? []) {
      const name = childIn(tree, row, slotCode.name);
      if (name >= 0) declare(column[row] ?? 0, name);
    }
  }
  for (const row of rowsByShape[shapeCode.parameters] ?? []) {
    const last = tree.last[row] ?? row;
    for (let child = row + 1; child <= last; child = (tree.last[child] ?? child) + 1) {
      const name = tree.shape[child] === shapeCode.parameter ? childIn(tree, child, slotCode.name) : child;
      if (name >= 0) declareAll(name);
    }
  }
  for (const row of rowsByShape[shapeCode.variable] ?? []) {
    const target = childIn(tree, row, slotCode.target);
    if (target >= 0) declareAll(target);
  }
  // An assignment declares a name only where no scope around it has, or where the language says so.
  for (const row of rowsByShape[shapeCode.assignment] ?? []) {
    const target = childIn(tree, row, slotCode.target);
    if (target < 0 || tree.shape[target] !== shapeCode.identifier) continue;
    const scope = column[target] ?? 0;
    const name = textOf(tree, target);
    if (!isImported(name) && (namesAreLocal || lookUp(scope, name) === undefined)) declare(scope, target);
  }
  return {
    around: (row) => column[row] ?? 0,
    ofName: (row) => {
      if (tree.shape[row] !== shapeCode.identifier || isMemberName(tree, row)) return undefined;
      const parent = tree.parent[row] ?? 0;
      const isOwnName = tree.slot[row] === slotCode.name && isScope(tree.shape[parent]);
      return lookUp(column[isOwnName ? parent : row] ?? 0, textOf(tree, row)) ?? 0;
    },
  };
};
