/** Picks that frames of most languages share. */

import type { PatternFrame } from './language.ts';
import { type ShapeName, type SlotName, shapeCode, slotCode } from './shape.ts';
import { childIn, childrenOf, nodeFlag, type SyntaxTree } from './tree.ts';

type Picked = ReturnType<PatternFrame['pick']>;

const nothing: Picked = { node: -1, take: 'node' };

const onlyChild = (tree: SyntaxTree, node: number): number => {
  const children = childrenOf(tree, node);
  return children.length === 1 ? (children[0] ?? -1) : -1;
};

/** All of the file. */
export const pickProgram = (tree: SyntaxTree): Picked => (tree.size > 1 ? { node: 0, take: 'children' } : nothing);

/** The one expression the file is. Not where the statement has an end of its own (`f();`): that is a statement pattern. */
export const pickExpression = (tree: SyntaxTree): Picked => {
  const statement = onlyChild(tree, 0);
  if (statement < 0 || tree.shape[statement] !== shapeCode.expression_statement) return nothing;
  const expression = onlyChild(tree, statement);
  if (expression < 0 || tree.text[(tree.end[statement] ?? 0) - 1] === ';') return nothing;
  return { node: expression, take: 'node' };
};

/** Row of the first node of that shape, of whatever depth; -1 where there is none. */
export const firstOfShape = (tree: SyntaxTree, shape: ShapeName): number => tree.shape.indexOf(shapeCode[shape]);

/** Row of the first node of that grammar kind; -1 where there is none. */
export const firstOfKind = (tree: SyntaxTree, kind: string): number => {
  for (let row = 0; row < tree.size; row += 1) {
    if (tree.kindNames[tree.kind[row] ?? 0] === kind && ((tree.flags[row] ?? 0) & nodeFlag.named) !== 0) return row;
  }
  return -1;
};

/** What stands in that slot of the first node of that shape: the body of the frame's function, ... */
export const pickSlot =
  (shape: ShapeName, slot: SlotName, take: 'node' | 'children') =>
  (tree: SyntaxTree): Picked => {
    const owner = firstOfShape(tree, shape);
    const node = owner < 0 ? -1 : childIn(tree, owner, slotCode[slot]);
    if (node < 0 || (take === 'children' && tree.last[node] === node)) return nothing;
    return { node, take };
  };

/** The first node of a grammar kind. */
export const pickKind =
  (kind: string, take: 'node' | 'children' = 'node') =>
  (tree: SyntaxTree): Picked => {
    const node = firstOfKind(tree, kind);
    return node < 0 || (take === 'children' && tree.last[node] === node) ? nothing : { node, take };
  };
