import { shapeCode, slotCode } from '../syntax/shape.ts';
import { childIn, childrenOf, type SyntaxTree } from '../syntax/tree.ts';
import { withoutRows } from '../syntax/without-rows.ts';
import type { RenderedPattern } from './pattern-pieces.ts';
import type { Mark, PatternTree } from './pattern-tree.ts';

/** Lists never become what stands in them: `{ ... }` is a block with something in it. */
const lists: ReadonlySet<number> = new Set(
  (['program', 'block', 'arguments', 'parameters', 'list', 'record', 'class_body'] as const).map((name) => shapeCode[name]),
);

const topRowIn = (tree: SyntaxTree, start: number, end: number): number => {
  // In document order: the first that lies within the range is the topmost.
  for (let row = 0; row < tree.size; row += 1) if ((tree.start[row] ?? 0) >= start && (tree.end[row] ?? 0) <= end) return row;
  return -1;
};

/** The same, where what is around the root is the frame's. */
const topRowBelow = (tree: SyntaxTree, start: number, end: number, root: number): number => {
  const top = topRowIn(tree, start, end);
  return top >= 0 && top < root && root <= (tree.last[top] ?? top) ? root : top;
};

/**
 * The row that is the hole and nothing else. Of a parameter a metavariable is only the name: `$X` in `f($X)` may have a type or a default
 * where it matches, and means the name in the body.
 */
const rowOfHole = (tree: SyntaxTree, start: number, end: number, mark: Mark, root: number): number => {
  let row = topRowBelow(tree, start, end, root);
  if (row < 0) return -1;
  const isMetavariable = mark.kind === 'metavariable' || mark.kind === 'typed';
  while (tree.last[row] !== row && (lists.has(tree.shape[row] ?? 0) || tree.shape[row] === shapeCode.unary)) row += 1;
  if (isMetavariable && tree.shape[row] === shapeCode.parameter) {
    const name = childIn(tree, row, slotCode.name);
    if (name >= 0) return name;
  }
  // `..., $X int` where the grammar lets names share a type: `...` is a parameter, not the name of one.
  const parentShape = tree.shape[tree.parent[row] ?? 0];
  if (!isMetavariable && parentShape === shapeCode.parameter && tree.slot[row] === slotCode.name) return -1;
  // A form of several words has to become one thing: otherwise it was not what the grammar wanted there.
  const parent = tree.parent[row] ?? -1;
  const next = (tree.last[row] ?? row) + 1;
  if (next < tree.size && tree.parent[next] === parent && (tree.start[next] ?? 0) < end) return -1;
  // `$X;` and the like: the whole statement, whatever ends it.
  const statement = statementOf(tree, row);
  if (statement >= 0 && row !== root) return statement;
  return row;
};

/** The statement that is this row and nothing else, or -1. */
const statementOf = (tree: SyntaxTree, row: number): number => {
  const parent = tree.parent[row] ?? -1;
  const isAll = parent === row - 1 && tree.last[parent] === tree.last[row];
  return isAll && tree.shape[parent] === shapeCode.expression_statement ? parent : -1;
};

const deepCallIn = (tree: SyntaxTree, start: number, end: number, root: number): number => {
  let row = topRowBelow(tree, start, end, root);
  // A statement of it where the language has no sign for the end of one.
  while (row >= 0 && tree.shape[row] !== shapeCode.call && tree.last[row] !== row) row += 1;
  return row;
};

/** A string's mark sits on the string, whatever stands before its quotes; on what is between the slashes of a regular expression. */
const rowOfString = (tree: SyntaxTree, start: number, end: number, root: number): number => {
  let found = -1;
  for (let row = 0; row < tree.size; row += 1) {
    if ((tree.start[row] ?? 0) > start) break;
    if ((tree.end[row] ?? 0) >= end && tree.shape[row] === shapeCode.string) found = row;
  }
  if (found >= 0) return found;
  const literal = topRowBelow(tree, start, end, root);
  return literal < 0 ? literal : Math.max(literal, childIn(tree, literal, slotCode.value));
};

const isStringMark = (mark: Mark): boolean =>
  mark.kind === 'any_string' || mark.kind === 'string_metavariable' || mark.kind === 'string_regex';

/** What is quoted in a literal that is no string (a regular expression) is that literal. */
const markOfLiteral = (mark: Mark): Mark => {
  if (mark.kind === 'string_metavariable') return { kind: 'metavariable', name: mark.name };
  return mark.kind === 'any_string' ? { kind: 'ellipsis' } : mark;
};

/** The language's table leaves the place out (the name in a closing tag, that of a function within itself): it may be called anything. */
const isLeftOut = (tree: SyntaxTree, start: number, end: number, mark: Mark): boolean => {
  if (mark.kind !== 'metavariable' || topRowIn(tree, start, end) >= 0) return false;
  let around = 0;
  for (let row = 0; row < tree.size; row += 1) if ((tree.start[row] ?? 0) <= start && (tree.end[row] ?? 0) >= end) around = row;
  // Part of a name or text is not left out: the grammar has read something else.
  return tree.last[around] !== around;
};

/** Text between the parts of an interpolated string can be `...` or `$X`, too: anything may stand there, or any one text. */
const markFragments = (tree: SyntaxTree, source: string, marks: Map<number, Mark>): void => {
  if (!/\.\.\.|\$[A-Z_]/.test(source)) return;
  for (let row = 0; row < tree.size; row += 1) {
    if (tree.shape[row] !== shapeCode.string || tree.last[row] === row || marks.has(row)) continue;
    for (const child of childrenOf(tree, row)) {
      if (tree.last[child] !== child || marks.has(child)) continue;
      const text = tree.text.slice(tree.start[child], tree.end[child]);
      if (text === '...') marks.set(child, { kind: 'ellipsis' });
      else if (/^\$[A-Z_][A-Z_0-9]*$/.test(text)) marks.set(child, { kind: 'string_metavariable', name: text });
    }
  }
};

/** `{ $X }` is `{ $X: $X }`: key and value of a pair that stand in the same place, or nothing. */
const shorthandParts = (tree: SyntaxTree, row: number): readonly number[] => {
  if (tree.shape[row] !== shapeCode.pair) return [];
  const parts = childrenOf(tree, row);
  const isShort = parts.length === 2 && parts.every((part) => tree.start[part] === tree.start[row] && tree.end[part] === tree.end[row]);
  return isShort ? parts : [];
};

/**
 * Puts the marks on the rows that came out of the holes, takes out what the placeholders were made of, and finds the roots anew.
 * Returns how many holes could not be found again when the grammar made something else of them.
 */
export const markPattern = (
  tree: SyntaxTree,
  roots: readonly number[],
  frame: string,
  rendered: RenderedPattern,
  source: string,
): PatternTree | { readonly lost: number } => {
  const marks = new Map<number, Mark>();
  const dropped: number[] = [];
  let lost = 0;
  for (const { start, end } of rendered.deeps) {
    const call = deepCallIn(tree, start, end, roots[0] ?? 0);
    const list = call < 0 ? -1 : childrenOf(tree, call).find((child) => tree.shape[child] === shapeCode.arguments);
    const inner = list === undefined || list < 0 ? [] : childrenOf(tree, list);
    if (list === undefined || inner.length !== 1) {
      lost += 1;
      continue;
    }
    for (const child of childrenOf(tree, call)) if (child !== list) dropRange(dropped, child, tree.last[child] ?? child);
    dropped.push(list);
    const statement = statementOf(tree, call);
    if (statement < (roots[0] ?? 0)) {
      marks.set(call, { kind: 'deep' });
    } else {
      // As a statement it is any statement that has the expression somewhere.
      dropped.push(call);
      marks.set(statement, { kind: 'deep' });
    }
  }
  for (const { start, end, mark } of rendered.holes) {
    const row = isStringMark(mark) ? rowOfString(tree, start, end, roots[0] ?? 0) : rowOfHole(tree, start, end, mark, roots[0] ?? 0);
    if (row < 0 && isLeftOut(tree, start, end, mark)) continue;
    if (row < 0 || marks.has(row)) {
      lost += 1;
      continue;
    }
    const both = mark.kind === 'metavariable' ? shorthandParts(tree, row) : [];
    for (const part of both) marks.set(part, mark);
    if (both.length > 0) continue;
    marks.set(row, tree.shape[row] === shapeCode.literal ? markOfLiteral(mark) : mark);
    dropRange(dropped, row + 1, tree.last[row] ?? row);
    // `sl_dots_ SL_MV_X`: the type that was put before a lone name is not of the pattern.
    for (let other = row - 1; other > 0 && (tree.start[other] ?? 0) >= start && tree.parent[other] === tree.parent[row]; other -= 1)
      dropped.push(other);
  }
  if (lost > 0) return { lost };
  markFragments(tree, source, marks);
  if (dropped.length === 0) return { tree, roots, marks, frame };
  const { tree: kept, rowOf } = withoutRows(tree, dropped);
  const marksKept = new Map<number, Mark>();
  for (const [row, mark] of marks) if ((rowOf[row] ?? -1) >= 0) marksKept.set(rowOf[row] ?? 0, mark);
  return { tree: kept, roots: roots.map((row) => rowOf[row] ?? 0), marks: marksKept, frame };
};

const dropRange = (dropped: number[], first: number, last: number): void => {
  for (let row = first; row <= last; row += 1) dropped.push(row);
};
