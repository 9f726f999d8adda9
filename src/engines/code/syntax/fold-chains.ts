import { type ShapeName, shapeCode, slotCode } from './shape.ts';
import { childrenOf, type SyntaxTree } from './tree.ts';

/** A head and the suffixes after it, of which the first `count` are still to be put around it. */
interface Chain {
  readonly head: number;
  readonly suffixes: readonly number[];
  readonly count: number;
  readonly parent: number;
  readonly slot: number;
}

/** Children that are followed by suffixes, with them; all others alone. */
const chainsOf = (tree: SyntaxTree, row: number, parent: number, isSuffix: (row: number) => boolean): Chain[] => {
  const chains: { head: number; suffixes: number[] }[] = [];
  for (const child of childrenOf(tree, row)) {
    const last = chains.at(-1);
    if (last !== undefined && isSuffix(child)) last.suffixes.push(child);
    else chains.push({ head: child, suffixes: [] });
  }
  return chains.map(({ head, suffixes }) => ({ head, suffixes, count: suffixes.length, parent, slot: tree.slot[head] ?? 0 }));
};

/**
 * Some grammars write `a.b(c)` as a row of siblings: `a`, `.b`, `(c)`. Here each suffix comes to stand around all that is before it: a
 * call whose callee is a member whose object is `a`. `shapes`: by the grammar's kind of a suffix, what it makes.
 */
export const foldChains = (tree: SyntaxTree, shapes: Readonly<Record<string, ShapeName>>): SyntaxTree => {
  const shapeOfKind = tree.kindNames.map((name) => (Object.hasOwn(shapes, name) ? shapes[name] : undefined));
  const isSuffix = (row: number): boolean => shapeOfKind[tree.kind[row] ?? 0] !== undefined;
  const shape = new Uint8Array(tree.size);
  const slot = new Uint8Array(tree.size);
  const start = new Uint32Array(tree.size);
  const parent = new Int32Array(tree.size);
  const order: number[] = [];
  const open: Chain[] = [{ head: 0, suffixes: [], count: 0, parent: -1, slot: tree.slot[0] ?? 0 }];
  for (let chain = open.pop(); chain !== undefined; chain = open.pop()) {
    const outermost = chain.suffixes[chain.count - 1];
    const row = outermost ?? chain.head;
    const place = order.length;
    order.push(row);
    const made = outermost === undefined ? undefined : shapeOfKind[tree.kind[row] ?? 0];
    shape[place] = made === undefined ? (tree.shape[row] ?? 0) : shapeCode[made];
    slot[place] = chain.slot;
    start[place] = tree.start[chain.head] ?? 0;
    parent[place] = chain.parent;
    for (const inner of chainsOf(tree, row, place, isSuffix).toReversed()) open.push(inner);
    if (made === undefined) continue;
    open.push({ ...chain, count: chain.count - 1, parent: place, slot: made === 'call' ? slotCode.callee : slotCode.object });
  }
  const last = Uint32Array.from(order, (_, place) => place);
  for (let place = order.length - 1; place > 0; place -= 1) {
    const above = parent[place] ?? 0;
    last[above] = Math.max(last[above] ?? 0, last[place] ?? 0);
  }
  return {
    ...tree,
    kind: Uint16Array.from(order, (row) => tree.kind[row] ?? 0),
    shape,
    slot,
    flags: Uint8Array.from(order, (row) => tree.flags[row] ?? 0),
    start,
    end: Uint32Array.from(order, (row) => tree.end[row] ?? 0),
    parent,
    last,
  };
};
