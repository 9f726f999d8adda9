import { type ShapeName, shapeCode, slotCode } from './shape.ts';
import type { SyntaxTree } from './tree.ts';

/**
 * A tree in which each of these rows has a new parent of that shape all to itself, which stands where the row stood and plays its part.
 * Rows in document order.
 */
export const wrapRows = (tree: SyntaxTree, rows: readonly number[], shape: ShapeName): SyntaxTree => {
  if (rows.length === 0) return tree;
  const size = tree.size + rows.length;
  /** Where a row comes to stand; a wrapper stands right before its row. */
  const placeOf = new Uint32Array(tree.size);
  for (let row = 0, wrapped = 0; row < tree.size; row++) {
    if (rows[wrapped] === row) wrapped++;
    placeOf[row] = row + wrapped;
  }
  const kind = new Uint16Array(size);
  const shapes = new Uint8Array(size);
  const slot = new Uint8Array(size);
  const flags = new Uint8Array(size);
  const start = new Uint32Array(size);
  const end = new Uint32Array(size);
  const parent = new Int32Array(size);
  const last = new Uint32Array(size);
  const put = (place: number, row: number, ownParent: number): void => {
    kind[place] = tree.kind[row] ?? 0;
    shapes[place] = tree.shape[row] ?? 0;
    slot[place] = tree.slot[row] ?? 0;
    flags[place] = tree.flags[row] ?? 0;
    start[place] = tree.start[row] ?? 0;
    end[place] = tree.end[row] ?? 0;
    parent[place] = ownParent;
    last[place] = placeOf[tree.last[row] ?? row] ?? 0;
  };
  for (let row = 0, wrapped = 0; row < tree.size; row++) {
    const place = placeOf[row] ?? 0;
    const above = tree.parent[row] ?? -1;
    const outer = above < 0 ? -1 : (placeOf[above] ?? 0);
    put(place, row, outer);
    if (rows[wrapped] !== row) continue;
    wrapped++;
    put(place - 1, row, outer);
    shapes[place - 1] = shapeCode[shape];
    slot[place] = slotCode.none;
    parent[place] = place - 1;
  }
  return { ...tree, size, kind, shape: shapes, slot, flags, start, end, parent, last };
};
