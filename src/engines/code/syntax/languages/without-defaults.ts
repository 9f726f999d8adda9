import { shapeCode } from '../shape.ts';
import type { SyntaxTree } from '../tree.ts';
import { withoutRows } from '../without-rows.ts';

/** Some grammars put the default of a parameter beside it, as one more child of the list of that kind: patterns leave defaults out. */
export const withoutDefaults = (tree: SyntaxTree, listKind: string): SyntaxTree => {
  const dropped: number[] = [];
  for (let row = 1; row < tree.size; row += 1) {
    const parent = tree.parent[row] ?? 0;
    if (tree.shape[parent] !== shapeCode.parameters || tree.shape[row] === shapeCode.parameter) continue;
    if (tree.kindNames[tree.kind[parent] ?? 0] !== listKind) continue;
    const last = tree.last[row] ?? row;
    for (; row < last; row += 1) dropped.push(row);
    dropped.push(last);
  }
  return dropped.length === 0 ? tree : withoutRows(tree, dropped).tree;
};
