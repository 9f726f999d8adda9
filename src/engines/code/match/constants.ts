import type { Language } from '../syntax/language.ts';
import { shapeCode, slotCode } from '../syntax/shape.ts';
import { childIn, childrenOf, isLeaf, type SyntaxTree, textOf } from '../syntax/tree.ts';
import { readDefinitions } from './definitions.ts';
import type { Constant } from './match.ts';

export interface Constants {
  /** The value a row surely has, following names to their assignments. */
  readonly valueOf: (row: number) => Constant | undefined;
  /** Row of the literal a name surely stands for; -1 where there is none. */
  readonly literalAt: (name: number) => number;
}

/** Following names from name to name ends here. */
const deepestValue = 12;

export const isLiteral = (shape: number | undefined): boolean =>
  shape === shapeCode.string || shape === shapeCode.literal || shape === shapeCode.regex;

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

/** The values of literals, of names that surely hold one, and of what is put together from them. */
export const readConstants = (tree: SyntaxTree, language: Language, rowsByShape: readonly (readonly number[])[]): Constants => {
  const definitions = readDefinitions(tree, language, rowsByShape);
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
        known.set(row, undefined);
        const defined = definitions.valueAt(row);
        const value = defined === undefined ? undefined : valueOf(defined, depth + 1);
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
  const literalAt = (name: number): number => {
    let at: number | undefined = name;
    for (let depth = 0; depth < deepestValue && at !== undefined; depth += 1) {
      if (tree.shape[at] === shapeCode.string && language.stringContent(tree, at)?.isInterpolated === true) return -1;
      if (isLiteral(tree.shape[at])) return at;
      at = tree.shape[at] === shapeCode.identifier ? definitions.valueAt(at) : undefined;
    }
    return -1;
  };
  return { valueOf: (row) => valueOf(row, 0), literalAt };
};
