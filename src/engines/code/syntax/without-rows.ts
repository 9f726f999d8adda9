import type { SyntaxTree } from './tree.ts';

/** The tree without these rows; children of a row that goes, and stay, become children of its parent. `rowOf`: new row by old one, -1 when gone. */
export const withoutRows = (tree: SyntaxTree, dropped: Iterable<number>): { readonly tree: SyntaxTree; readonly rowOf: Int32Array } => {
  const gone = new Uint8Array(tree.size);
  for (const row of dropped) gone[row] = 1;
  const rowOf = new Int32Array(tree.size);
  const kept: number[] = [];
  for (let row = 0; row < tree.size; row += 1) {
    rowOf[row] = gone[row] === 1 ? -1 : kept.length;
    if (gone[row] === 0) kept.push(row);
  }
  // Parents stand before their children: whoever inherits a row's children is known when they come.
  const heir = new Int32Array(tree.size);
  for (let row = 0; row < tree.size; row += 1) {
    const parent = tree.parent[row] ?? -1;
    const above = parent < 0 ? -1 : (heir[parent] ?? -1);
    heir[row] = gone[row] === 1 ? above : row;
  }
  const parent = new Int32Array(kept.length);
  const last = new Uint32Array(kept.length);
  for (const [at, row] of kept.entries()) {
    const old = tree.parent[row] ?? -1;
    const above = old < 0 ? -1 : (heir[old] ?? -1);
    parent[at] = above < 0 ? -1 : (rowOf[above] ?? -1);
    last[at] = at;
  }
  for (let at = kept.length - 1; at > 0; at -= 1) {
    const above = parent[at] ?? -1;
    if (above >= 0 && (last[at] ?? at) > (last[above] ?? above)) last[above] = last[at] ?? at;
  }
  return {
    rowOf,
    tree: {
      ...tree,
      size: kept.length,
      kind: Uint16Array.from(kept, (row) => tree.kind[row] ?? 0),
      shape: Uint8Array.from(kept, (row) => tree.shape[row] ?? 0),
      slot: Uint8Array.from(kept, (row) => tree.slot[row] ?? 0),
      flags: Uint8Array.from(kept, (row) => tree.flags[row] ?? 0),
      start: Uint32Array.from(kept, (row) => tree.start[row] ?? 0),
      end: Uint32Array.from(kept, (row) => tree.end[row] ?? 0),
      parent,
      last,
    },
  };
};
