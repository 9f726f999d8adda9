import type { Language } from '../syntax/language.ts';
import { shapeCode, slotCode } from '../syntax/shape.ts';
import { childIn, childrenOf, eachRowOf, type SyntaxTree, textOf } from '../syntax/tree.ts';

export interface Definitions {
  /** Row of the value a name surely has where it is used; undefined when several are possible or none is known. */
  readonly valueAt: (use: number) => number | undefined;
}

/** What gives a name a value within a scope (function, class or file), or may change the one it has. */
interface Definition {
  readonly row: number;
  /** -1 for parameters, loops and whatever gives a value nobody can tell. */
  readonly value: number;
  /** The block whose statements come after it with that value known. */
  readonly block: number;
  /** `x.append(1)`, `x.a = 1`: what the name holds may be another value now. */
  readonly isChange: boolean;
}

/** A name with more definitions than this in a scope, or further out than this, has a value that nobody can tell. */
const mostDefinitions = 2_000;
const mostScopes = 200;

const isScope = (shape: number | undefined): boolean =>
  shape === shapeCode.function || shape === shapeCode.class || shape === shapeCode.program;

const isBlock = (shape: number | undefined): boolean => isScope(shape) || shape === shapeCode.block || shape === shapeCode.class_body;

/** By row: the nearest row above it that is wanted, or the first. Made in one pass, since blocks nest as deep as they like. */
const enclosingColumn = (tree: SyntaxTree, isWanted: (shape: number | undefined) => boolean): Int32Array => {
  const column = new Int32Array(tree.size);
  for (let row = 1; row < tree.size; row += 1) {
    const parent = tree.parent[row] ?? 0;
    column[row] = isWanted(tree.shape[parent]) ? parent : (column[parent] ?? 0);
  }
  return column;
};

const isInside = (tree: SyntaxTree, row: number, ancestor: number): boolean => row >= ancestor && row <= (tree.last[ancestor] ?? ancestor);

/** What grammars call loops, comprehensions among them. */
const loopKind =
  /^(?:enhanced_)?(?:for|foreach|for_in|for_of|for_each|for_range|while|do|do_while|loop|until|repeat)_(?:statement|expression|loop|modifier)$|^(?:for|while|until)$|comprehension$|^generator_expression$/;

const constantModifiers: ReadonlySet<string> = new Set(['const', 'constant', 'final', 'readonly', 'val', 'immutable']);

const readLoops = (tree: SyntaxTree, scopeOf: Int32Array): ReadonlyMap<number, readonly number[]> => {
  const isLoop = tree.kindNames.map((name) => loopKind.test(name));
  const loops = new Map<number, number[]>();
  for (let row = 0; row < tree.size; row += 1) {
    if (isLoop[tree.kind[row] ?? 0] !== true || tree.last[row] === row) continue;
    const scope = scopeOf[row] ?? 0;
    const known = loops.get(scope);
    if (known === undefined) loops.set(scope, [row]);
    else known.push(row);
  }
  return loops;
};

type ScopeNames = ReadonlyMap<string, readonly Definition[]>;

const collect = (tree: SyntaxTree, scopeOf: Int32Array, rowsByShape: readonly (readonly number[])[]): ReadonlyMap<number, ScopeNames> => {
  const blockOf = enclosingColumn(tree, isBlock);
  const scopes = new Map<number, Map<string, Definition[]>>();
  const define = (name: number, row: number, value: number, isChange = false): void => {
    if (tree.shape[name] !== shapeCode.identifier) return;
    const scope = scopeOf[name] ?? 0;
    const names = scopes.get(scope) ?? new Map<string, Definition[]>();
    scopes.set(scope, names);
    const definition = { row, value, block: blockOf[row] ?? 0, isChange };
    const known = names.get(textOf(tree, name));
    if (known === undefined) names.set(textOf(tree, name), [definition]);
    else known.push(definition);
  };
  const change = (member: number, row: number): void => {
    const object = member < 0 ? -1 : childIn(tree, member, slotCode.object);
    if (object >= 0) define(object, row, -1, true);
  };
  const defineAll = (target: number, row: number, value: number): void => {
    const shape = tree.shape[target];
    if (shape === shapeCode.identifier) define(target, row, value);
    else if (shape === shapeCode.member || shape === shapeCode.index) change(target, row);
    // Destructuring and tuples: each name gets a value that is not known.
    else eachRowOf(tree, target, (at) => define(at, row, -1));
  };
  for (const shape of [shapeCode.variable, shapeCode.assignment]) {
    for (const row of rowsByShape[shape] ?? []) {
      const target = childIn(tree, row, slotCode.target);
      if (target < 0) continue;
      const operator = childIn(tree, row, slotCode.operator);
      const isPlain = operator < 0 || /^:?=$/.test(textOf(tree, operator));
      defineAll(target, row, isPlain ? childIn(tree, row, slotCode.value) : -1);
    }
  }
  for (const row of rowsByShape[shapeCode.parameter] ?? []) {
    const name = childIn(tree, row, slotCode.name);
    if (name >= 0) define(name, row, -1);
  }
  for (const row of rowsByShape[shapeCode.parameters] ?? []) for (const child of childrenOf(tree, row)) define(child, row, -1);
  // A loop that assigns a name gives it several values: `for x in xs`.
  for (const row of rowsByShape[shapeCode.other] ?? []) {
    const target = childIn(tree, row, slotCode.target);
    if (target >= 0) defineAll(target, row, -1);
  }
  for (const row of rowsByShape[shapeCode.call] ?? []) {
    const callee = childIn(tree, row, slotCode.callee);
    if (tree.shape[callee] === shapeCode.member) change(callee, row);
  }
  return scopes;
};

/**
 * Which names surely hold which values. What is assigned once and for all has its value wherever it is seen. Any other name has that of the
 * nearest assignment before its use, when the assignment's block holds the use and nothing in between, in a branch or a loop, may change it.
 */
export const readDefinitions = (tree: SyntaxTree, language: Language, rowsByShape: readonly (readonly number[])[]): Definitions => {
  const scopeOf = enclosingColumn(tree, isScope);
  const scopes = collect(tree, scopeOf, rowsByShape);
  const loops = readLoops(tree, scopeOf);

  /** Declared as a constant, or treated as one where it is assigned once. */
  const isFixed = ({ row }: Definition, scope: number): boolean => {
    if (tree.shape[row] === shapeCode.assignment) return tree.shape[scope] !== shapeCode.function;
    if (language.variablesAreFixed === true) return true;
    const modifiers = childrenOf(tree, row).filter((child) => tree.slot[child] === slotCode.modifiers);
    return modifiers.some((modifier) => {
      const text = textOf(tree, modifier);
      return constantModifiers.has(text) || (tree.shape[scope] === shapeCode.class && language.fixedFields === text);
    });
  };
  const fixedIn = (definitions: readonly Definition[], scope: number, use: number): Definition | undefined => {
    const [only, ...others] = definitions.filter(({ isChange }) => !isChange);
    if (only === undefined || others.length > 0 || only.value < 0 || !isFixed(only, scope)) return undefined;
    return tree.shape[scope] === shapeCode.class || only.row < use ? only : undefined;
  };

  /** A loop may leave behind, or come round with, other values than those from before it. What it goes over is read before. */
  const isPastLoop = (scope: number, after: number, use: number): boolean =>
    (loops.get(scope) ?? []).some((loop) => {
      if (loop <= after || loop >= use) return false;
      const last = tree.last[loop] ?? loop;
      if (use > last) return true;
      const part = childrenOf(tree, loop).find((child) => isInside(tree, use, child));
      return part === undefined || (tree.slot[part] !== slotCode.value && tree.slot[part] !== slotCode.left);
    });

  const nearest = (definitions: readonly Definition[], scope: number, use: number): Definition | undefined => {
    let best: Definition | undefined;
    for (const definition of definitions) {
      const { row, value, isChange } = definition;
      // In `x = f(x)` and `x.f()` the use comes before the assignment.
      if (row >= use || ((value >= 0 || isChange || tree.shape[row] !== shapeCode.other) && isInside(tree, use, row))) continue;
      if (best === undefined || row > best.row) best = definition;
    }
    if (best === undefined || best.value < 0 || !isInside(tree, use, best.block) || isPastLoop(scope, best.row, use)) return undefined;
    // A later assignment in a loop around the use comes before it the next time round.
    const { row: bestRow } = best;
    const isAssignedLater = definitions.some(({ row, block }) => row > use && isInside(tree, use, block) && block > bestRow);
    return isAssignedLater ? undefined : best;
  };

  const definitionOf = (use: number): Definition | undefined => {
    const name = textOf(tree, use);
    const innermost = scopeOf[use] ?? 0;
    /** Functions with a name run some other time. */
    let isApart = false;
    for (let scope = innermost, around = 0; around < mostScopes; scope = scopeOf[scope] ?? 0, around += 1) {
      const definitions = scopes.get(scope)?.get(name);
      if (definitions !== undefined && definitions.length > mostDefinitions) return undefined;
      const isHidden = scope !== innermost && tree.shape[scope] === shapeCode.class && language.namesAreLocal === true;
      // What only changes here was defined further out.
      if (definitions?.some(({ isChange }) => !isChange) && !isHidden) {
        return fixedIn(definitions, scope, use) ?? (isApart ? undefined : nearest(definitions, scope, use));
      }
      if (scope === 0) return undefined;
      isApart ||= tree.shape[scope] !== shapeCode.function || childIn(tree, scope, slotCode.name) >= 0;
    }
    return undefined;
  };
  return {
    valueAt: (use) => {
      // Where it is assigned to it is a name, whatever it holds.
      if (tree.slot[use] === slotCode.target) return undefined;
      return definitionOf(use)?.value;
    },
  };
};
