import type { Language } from '../syntax/language.ts';
import { shapeCode, slotCode } from '../syntax/shape.ts';
import { childIn, childrenOf, eachRowOf, isLeaf, type SyntaxTree, textOf } from '../syntax/tree.ts';
import type { Constant } from './match.ts';

export interface Constants {
  /** The value a row surely has, following names to their assignments. */
  readonly valueOf: (row: number) => Constant | undefined;
}

/** One assignment of a name within a scope (function, class or file). */
interface Definition {
  /** The assigning row; -1 for parameters, loops and whatever gives a value nobody can tell. */
  readonly row: number;
  readonly value: number;
  /** The block whose statements come after it with that value known. */
  readonly block: number;
}

interface Scope {
  readonly row: number;
  readonly definitions: Map<string, Definition[]>;
}

/** Following names from name to name ends here. */
const deepestValue = 12;

const isScope = (shape: number | undefined): boolean =>
  shape === shapeCode.function || shape === shapeCode.class || shape === shapeCode.program;

const enclosing = (tree: SyntaxTree, row: number, isWanted: (shape: number | undefined) => boolean): number => {
  for (let at = tree.parent[row] ?? -1; at >= 0; at = tree.parent[at] ?? -1) if (isWanted(tree.shape[at])) return at;
  return 0;
};

const isBlock = (shape: number | undefined): boolean =>
  shape === shapeCode.block || shape === shapeCode.program || shape === shapeCode.class_body || shape === shapeCode.function;

const isInside = (tree: SyntaxTree, row: number, ancestor: number): boolean => row >= ancestor && row <= (tree.last[ancestor] ?? ancestor);

const numberOf = (text: string): number | undefined => {
  const plain = text.replace(/_/g, '').replace(/[lLfFdDuU]+$/, '');
  const value = /^[0-9.]/.test(plain) ? Number(plain) : Number.NaN;
  return Number.isFinite(value) ? value : undefined;
};

const readLiteral = (text: string): Constant | undefined => {
  if (/^(?:true|false)$/i.test(text)) return { kind: 'boolean', value: text.toLowerCase() === 'true' };
  const value = numberOf(text);
  return value === undefined ? undefined : { kind: 'number', value };
};

const combine = (operator: string, left: Constant | undefined, right: Constant | undefined): Constant | undefined => {
  if (left === undefined || right === undefined) return undefined;
  const isText = (side: Constant): boolean => side.kind === 'string' || side.kind === 'some_string';
  if ((operator === '+' || operator === '.' || operator === '..') && (isText(left) || isText(right))) {
    if (!isText(left) && !isText(right)) return undefined;
    if (left.kind === 'string' && right.kind === 'string') return { kind: 'string', value: left.value + right.value };
    return { kind: 'some_string' };
  }
  if (left.kind !== 'number' || right.kind !== 'number') return undefined;
  const results: Readonly<Record<string, number>> = {
    '+': left.value + right.value,
    '-': left.value - right.value,
    '*': left.value * right.value,
    '**': left.value ** right.value,
    '<<': left.value * 2 ** right.value,
  };
  const value = Object.hasOwn(results, operator) ? results[operator] : undefined;
  return value === undefined || !Number.isFinite(value) ? undefined : { kind: 'number', value };
};

/**
 * Which names surely hold which constants. A name's value is that of the nearest assignment before its use, when the assignment's block
 * holds the use and nothing in between, in a branch or a loop, may assign it anew.
 */
export const readConstants = (tree: SyntaxTree, language: Language, rowsByShape: readonly (readonly number[])[]): Constants => {
  const scopes = new Map<number, Scope>();
  const scopeAt = (row: number): Scope => {
    const known = scopes.get(row);
    if (known !== undefined) return known;
    const made = { row, definitions: new Map<string, Definition[]>() };
    scopes.set(row, made);
    return made;
  };
  const define = (name: number, definition: Definition): void => {
    const { definitions } = scopeAt(enclosing(tree, name, isScope));
    const text = textOf(tree, name);
    const known = definitions.get(text);
    if (known === undefined) definitions.set(text, [definition]);
    else known.push(definition);
  };
  const defineAll = (target: number, row: number, value: number): void => {
    if (tree.shape[target] === shapeCode.identifier) {
      define(target, { row, value, block: enclosing(tree, row, isBlock) });
      return;
    }
    if (tree.shape[target] === shapeCode.member || tree.shape[target] === shapeCode.index) return;
    // Destructuring and tuples: each name gets a value that is not known.
    eachRowOf(tree, target, (at) => {
      if (tree.shape[at] === shapeCode.identifier) define(at, { row, value: -1, block: enclosing(tree, row, isBlock) });
    });
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
    if (name >= 0 && tree.shape[name] === shapeCode.identifier) define(name, { row, value: -1, block: enclosing(tree, row, isBlock) });
  }
  for (const row of rowsByShape[shapeCode.parameters] ?? []) {
    eachRowOf(tree, row, (at) => {
      if (tree.parent[at] === row && tree.shape[at] === shapeCode.identifier)
        define(at, { row, value: -1, block: enclosing(tree, row, isBlock) });
    });
  }
  // A loop that assigns a name gives it several values: `for x in xs`.
  for (const row of rowsByShape[shapeCode.other] ?? []) {
    const target = childIn(tree, row, slotCode.target);
    if (target >= 0) defineAll(target, row, -1);
  }

  const nearest = (definitions: readonly Definition[], use: number): Definition | undefined => {
    let best: Definition | undefined;
    for (const definition of definitions) {
      // In `x = f(x)` the use comes before the assignment.
      if (definition.row >= use || isInside(tree, use, definition.row)) continue;
      if (best === undefined || definition.row > best.row) best = definition;
    }
    if (best === undefined || best.value < 0) return undefined;
    if (!isInside(tree, use, best.block)) return undefined;
    // A later assignment in a loop around the use comes before it the next time round.
    const { row: bestRow } = best;
    const isAssignedLater = definitions.some(({ row, block }) => row > use && isInside(tree, use, block) && block > bestRow);
    return isAssignedLater ? undefined : best;
  };

  const definitionOf = (row: number): Definition | undefined => {
    const name = textOf(tree, row);
    let isOuter = false;
    /** Functions with a name run some other time: of what is around them they see the file's and the class's constants only. */
    let isApart = false;
    for (let at = enclosing(tree, row, isScope); ; at = enclosing(tree, at, isScope)) {
      const definitions = scopes.get(at)?.definitions.get(name);
      const isHidden = isOuter && tree.shape[at] === shapeCode.class && language.namesAreLocal === true;
      if (definitions !== undefined && !isHidden) {
        if (isApart && tree.shape[at] === shapeCode.function) return undefined;
        if (!isOuter) return nearest(definitions, row);
        const [only] = definitions;
        return definitions.length === 1 && only !== undefined && only.value >= 0 ? only : undefined;
      }
      if (at === 0) return undefined;
      isOuter = true;
      isApart ||= tree.shape[at] === shapeCode.function && childIn(tree, at, slotCode.name) >= 0;
    }
  };

  const known = new Map<number, Constant | undefined>();
  /** Text between the values of an interpolated string, or a value that is known. */
  const isKnownPart = (part: number, depth: number): boolean => {
    const value = childIn(tree, part, slotCode.value);
    if (value < 0 && isLeaf(tree, part) && tree.shape[part] === shapeCode.other) return true;
    return valueOf(value < 0 ? part : value, depth) !== undefined;
  };
  const valueOf = (row: number, depth: number): Constant | undefined => {
    if (depth > deepestValue) return undefined;
    switch (tree.shape[row]) {
      case shapeCode.string: {
        const content = language.stringContent(tree, row);
        if (content === undefined) return undefined;
        if (!content.isInterpolated) return { kind: 'string', value: content.text };
        return childrenOf(tree, row).every((part) => isKnownPart(part, depth + 1)) ? { kind: 'some_string' } : undefined;
      }
      case shapeCode.literal:
        return readLiteral(textOf(tree, row));
      case shapeCode.identifier: {
        if (known.has(row)) return known.get(row);
        // Where it is assigned to it is a name, whatever it holds.
        if (tree.slot[row] === slotCode.target) return undefined;
        known.set(row, undefined);
        const definition = definitionOf(row);
        const value = definition === undefined ? undefined : valueOf(definition.value, depth + 1);
        known.set(row, value);
        return value;
      }
      case shapeCode.binary: {
        const operator = childIn(tree, row, slotCode.operator);
        const left = childIn(tree, row, slotCode.left);
        const right = childIn(tree, row, slotCode.right);
        if (operator < 0 || left < 0 || right < 0) return undefined;
        return combine(textOf(tree, operator), valueOf(left, depth + 1), valueOf(right, depth + 1));
      }
      default:
        return undefined;
    }
  };
  return { valueOf: (row) => valueOf(row, 0) };
};
