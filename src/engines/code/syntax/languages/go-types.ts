import { shapeCode, slotCode } from '../shape.ts';
import { childIn, type SyntaxTree, textOf } from '../tree.ts';
import { withoutRows } from '../without-rows.ts';

/** The only argument of `new(T)`, which is the call's last child: row of the list before it. */
const typeListOf = (tree: SyntaxTree, call: number): number => {
  const list = childIn(tree, call, slotCode.arguments);
  return list >= 0 && tree.last[list + 1] === tree.last[call] && tree.last[list] !== list ? list : -1;
};

/** `[list, T]` becomes `[T, list]`, the list an empty one: row by row, since children stand behind their parents. */
const putTypeFirst = (tree: SyntaxTree, call: number, list: number): void => {
  const last = tree.last[call] ?? call;
  const listKind = tree.kind[list] ?? 0;
  for (let row = list; row < last; row += 1) {
    for (const column of [tree.kind, tree.shape, tree.slot, tree.flags, tree.start, tree.end]) column[row] = column[row + 1] ?? 0;
    tree.parent[row] = row === list ? call : (tree.parent[row + 1] ?? 0) - 1;
    tree.last[row] = (tree.last[row + 1] ?? 0) - 1;
  }
  tree.slot[list] = slotCode.callee;
  tree.kind[last] = listKind;
  tree.shape[last] = shapeCode.arguments;
  tree.slot[last] = slotCode.arguments;
  tree.flags[last] = tree.flags[call] ?? 0;
  tree.start[last] = tree.end[call] ?? 0;
  tree.end[last] = tree.end[call] ?? 0;
  tree.parent[last] = call;
  tree.last[last] = last;
};

/** Types that stand where the grammar sees values: `new(T)` is `T{}`, and the first argument of `make` is a type, also where it is a name. */
export const withTypes = (tree: SyntaxTree): SyntaxTree => {
  const kindOf = (name: string): number => tree.kindNames.indexOf(name);
  const literal = kindOf('composite_literal');
  const named: number[] = [];
  let typedUntil = 0;
  for (let row = 0; row < tree.size; row += 1) {
    if (tree.shape[row] !== shapeCode.call) continue;
    const callee = childIn(tree, row, slotCode.callee);
    const name = callee < 0 || tree.last[callee] !== callee ? '' : textOf(tree, callee);
    const list = childIn(tree, row, slotCode.arguments);
    if (name === 'make' && list >= 0 && tree.last[list] !== list) tree.slot[list + 1] = slotCode.type;
    // A type has no `new` in it: what does is no type, and is left as it stands within.
    if (name === 'new' && row > typedUntil && typeListOf(tree, row) >= 0) {
      typedUntil = tree.last[row] ?? row;
      tree.kind[row] = literal;
      tree.shape[row] = shapeCode.construction;
      named.push(callee);
    }
  }
  if (named.length === 0) return tree;
  const calls = named.map((callee) => tree.parent[callee] ?? 0);
  const { tree: kept, rowOf } = withoutRows(tree, named);
  for (const call of calls.map((row) => rowOf[row] ?? 0)) putTypeFirst(kept, call, call + 1);
  return kept;
};
