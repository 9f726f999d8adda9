import { shapeCode } from '../syntax/shape.ts';
import { isLeaf, nodeFlag, type SyntaxTree } from '../syntax/tree.ts';
import type { Binding } from './match.ts';

const leafText = (tree: SyntaxTree, node: number): string => tree.text.slice(tree.start[node], tree.end[node]);

/** Names are equal whatever the grammar calls them in that place (`identifier`, `property_identifier`, ...). */
const sameNode = (a: SyntaxTree, rowA: number, b: SyntaxTree, rowB: number): boolean => {
  const shape = a.shape[rowA];
  if (shape !== b.shape[rowB]) return false;
  if (shape !== shapeCode.identifier && a.kind[rowA] !== b.kind[rowB]) return false;
  const leaf = isLeaf(a, rowA);
  if (leaf !== isLeaf(b, rowB)) return false;
  return !leaf || leafText(a, rowA) === leafText(b, rowB);
};

/** Same code, whatever the white space, comments and brackets: subtrees compared row by row. */
export const sameSubtrees = (a: SyntaxTree, rowA: number, lastA: number, b: SyntaxTree, rowB: number, lastB: number): boolean => {
  const size = lastA - rowA;
  if (size !== lastB - rowB) return false;
  for (let offset = 0; offset <= size; offset++) if (!sameNode(a, rowA + offset, b, rowB + offset)) return false;
  return true;
};

/** How two bindings of one metavariable are compared: as syntax where both are, as text otherwise. */
export const sameCode = (a: Binding, b: Binding): boolean => {
  const isSameTree = a.tree !== undefined && a.tree === b.tree;
  if (isSameTree && a.start === b.start && a.end === b.end) return true;
  if (isSameTree && a.scope !== undefined && b.scope !== undefined && a.scope !== b.scope) return false;
  if (a.tree === undefined || b.tree === undefined || a.node === undefined || b.node === undefined) return a.text === b.text;
  if (a.tree.language !== b.tree.language) return a.text === b.text;
  if (((a.tree.flags[a.node] ?? 0) & nodeFlag.named) === 0) return a.text === b.text;
  const lastA = a.tree.last[a.lastNode ?? a.node] ?? a.node;
  const lastB = b.tree.last[b.lastNode ?? b.node] ?? b.node;
  return sameSubtrees(a.tree, a.node, lastA, b.tree, b.node, lastB);
};
