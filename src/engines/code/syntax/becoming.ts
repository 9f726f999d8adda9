import type { Columns } from './columns.ts';
import type { GrammarNodes } from './grammar-nodes.ts';
import type { KindTable } from './kind-table.ts';

/** Gives nodes the kind they are read by, where what it is depends on their children: `a.b` and `a.b()` are one kind in some grammars. */
export const nameKinds = (rows: Columns, from: GrammarNodes, { becomes }: KindTable): void => {
  if (becomes === undefined) return;
  // In document order: a node is decided by its children as the grammar calls them.
  for (let node = 0; node < rows.size; node += 1) {
    const found = becomes.get(from.kindOf(node))?.find(({ kinds, wanted }) => from.first(node, kinds) >= 0 === wanted);
    if (found !== undefined) rows.kind[node] = found.kind;
  }
};
