import { shapeCode, slotCode } from '../shape.ts';
import type { SyntaxTree } from '../tree.ts';

/** Columns that go with a row where it moves. */
const moving = ['kind', 'shape', 'slot', 'flags', 'start', 'end', 'last'] as const;

/** What an operator in front would be the first part of, were it to bind tighter than what follows. */
const chains: ReadonlySet<string> = new Set(['call_expression', 'member_expression', 'array_access', 'slice_access', 'struct_expression']);

const isChain = (tree: SyntaxTree, row: number): boolean => chains.has(tree.kindNames[tree.kind[row] ?? 0] ?? '');

/** Puts the row `unary` and its operator, the row after, before the chain that starts in row `top` and ends before `unary`. */
const lift = (tree: SyntaxTree, top: number, unary: number): void => {
  const value = unary + 2;
  const chainSlot = tree.slot[top] ?? 0;
  const valueSlot = tree.slot[unary] ?? 0;
  const end = tree.end[top] ?? 0;
  const last = tree.last[top] ?? top;
  const above = tree.parent[top] ?? -1;
  for (const name of moving) {
    const column = tree[name];
    const lifted = [column[unary] ?? 0, column[unary + 1] ?? 0];
    column.copyWithin(top + 2, top, unary);
    column.set(lifted, top);
  }
  for (let row = unary + 2; row <= last; row += 1) {
    const parent = tree.parent[row] ?? 0;
    if (parent === unary) tree.parent[row] = unary + 1;
    else if (parent >= top && parent < unary) tree.parent[row] = parent + 2;
  }
  for (let row = top + 2; row < value; row += 1) {
    tree.parent[row] = row === top + 2 ? top : row - 1;
    tree.start[row] = tree.start[value] ?? 0;
  }
  tree.parent[top] = above;
  tree.parent[top + 1] = top;
  tree.last[top] = last;
  tree.last[top + 1] = top + 1;
  tree.end[top] = end;
  tree.slot[top] = chainSlot;
  tree.slot[top + 2] = slotCode.value;
  tree.slot[value] = valueSlot;
};

/** The grammar reads `!a.b(c)` as `(!a).b(c)`: operators in front are put where they belong. */
export const withLooseUnary = (tree: SyntaxTree): SyntaxTree => {
  for (let top = 0; top < tree.size; top += 1) {
    if (!isChain(tree, top)) continue;
    let row = top;
    while (isChain(tree, row)) row += 1;
    // Brackets around the operator and its operand leave a gap.
    const isFirst = tree.shape[row] === shapeCode.unary && tree.start[row] === tree.start[top] && tree.last[row + 1] === row + 1;
    if (isFirst && tree.slot[row + 1] === slotCode.operator && tree.slot[row + 2] === slotCode.value) lift(tree, top, row);
    else top = row - 1;
  }
  return tree;
};
