import type { Language } from '../syntax/language.ts';
import { shapeCode, slotCode } from '../syntax/shape.ts';
import { childIn, eachRowOf, type SyntaxTree, textOf } from '../syntax/tree.ts';

/** Which names belong together: functions, classes and the file have names of their own. */
export interface Scopes {
  /** Row of the function, class or file a row stands in. */
  readonly around: (row: number) => number;
  /** Row of the scope that declares what the identifier names, the file's for what nothing declares; undefined for names of members. */
  readonly ofName: (row: number) => number | undefined;
  /** As `ofName`; where the language has it so, the row of the declaration the name is by: names declared twice are two. */
  readonly declarationOf: (row: number) => number | undefined;
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
  { namesAreLocal = false, declaresAnew = false }: Pick<Language, 'namesAreLocal' | 'declaresAnew'>,
  isImported: (name: string) => boolean,
): Scopes => {
  const column = scopeColumn(tree);
  /** Rows of the declarations, by scope and name. */
  const declared = new Map<number, Map<string, number[]>>();
  const declare = (scope: number, name: number): void => {
    if (tree.shape[name] !== shapeCode.identifier) return;
    const names = declared.get(scope) ?? new Map<string, number[]>();
    declared.set(scope, names);
    const rows = names.get(textOf(tree, name));
    if (rows === undefined) names.set(textOf(tree, name), [name]);
    else if (declaresAnew) rows.push(name);
  };
  const declareAll = (target: number): void => {
    const shape = tree.shape[target];
    if (shape === shapeCode.member || shape === shapeCode.index) return;
    // `{ a: b }` names the member it takes, and then the variable.
    eachRowOf(tree, target, (row) => {
      if (tree.slot[row] !== slotCode.key) declare(column[row] ?? 0, row);
    });
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
      // `{ f() {} }` makes a member, not a name.
      if (name >= 0 && tree.shape[tree.parent[row] ?? 0] !== shapeCode.record) declare(column[row] ?? 0, name);
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
  const ofName = (row: number): number | undefined => {
    if (tree.shape[row] !== shapeCode.identifier || isMemberName(tree, row)) return undefined;
    const parent = tree.parent[row] ?? 0;
    const isOwnName = tree.slot[row] === slotCode.name && isScope(tree.shape[parent]);
    return lookUp(column[isOwnName ? parent : row] ?? 0, textOf(tree, row)) ?? 0;
  };
  return {
    around: (row) => column[row] ?? 0,
    ofName,
    declarationOf: (row) => {
      const scope = ofName(row);
      if (scope === undefined || !declaresAnew) return scope;
      let latest: number | undefined;
      for (const declaration of declared.get(scope)?.get(textOf(tree, row)) ?? []) {
        if (declaration <= row || latest === undefined) latest = Math.max(latest ?? 0, declaration);
      }
      return latest ?? scope;
    },
  };
};
