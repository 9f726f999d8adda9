/** Bits of the `flags` column. */
export const nodeFlag = { named: 1, error: 2, missing: 4 } as const;

/**
 * A source file (or a pattern) as columns, one row a node in document order: what follows parsing reads nothing else. Nodes that say
 * nothing (brackets around one expression, punctuation, comments) are not here; the language's table decides.
 */
export interface SyntaxTree {
  /** Id of the language table it was made with: kinds of two trees compare only within one. */
  readonly language: string;
  readonly text: string;
  readonly size: number;
  /** The grammar's symbol, for `kindNames`. */
  readonly kind: Uint16Array;
  /** Code of {@link shapeNames}. */
  readonly shape: Uint8Array;
  /** Code of {@link slotNames}: the part it plays in its parent. */
  readonly slot: Uint8Array;
  readonly flags: Uint8Array;
  /** Offsets in `text`, UTF-16 code units; `end` is exclusive. */
  readonly start: Uint32Array;
  readonly end: Uint32Array;
  /** Row of the parent, -1 for the root (row 0). */
  readonly parent: Int32Array;
  /** Last row of the subtree, the node itself when it is a leaf. The next sibling, if there is one, is the row after. */
  readonly last: Uint32Array;
  /** Text of a kind by its code, shared by all trees of the language. */
  readonly kindNames: readonly string[];
  /** In document order; `#`, `//` and the like included. */
  readonly comments: readonly { readonly start: number; readonly end: number }[];
  /** The grammar could not make sense of all of it. */
  readonly hasErrors: boolean;
}

/** Rows of the children, in order. */
export const childrenOf = (tree: SyntaxTree, node: number): number[] => {
  const rows: number[] = [];
  const last = tree.last[node] ?? node;
  for (let child = node + 1; child <= last; child = (tree.last[child] ?? child) + 1) rows.push(child);
  return rows;
};

/** Row of the first child in that slot, or -1. */
export const childIn = (tree: SyntaxTree, node: number, slot: number): number => {
  const last = tree.last[node] ?? node;
  for (let child = node + 1; child <= last; child = (tree.last[child] ?? child) + 1) if (tree.slot[child] === slot) return child;
  return -1;
};

export const textOf = (tree: SyntaxTree, node: number): string => tree.text.slice(tree.start[node], tree.end[node]);

export const isLeaf = (tree: SyntaxTree, node: number): boolean => tree.last[node] === node;

/** Every row of the subtree, the node itself first. */
export const eachRowOf = (tree: SyntaxTree, node: number, visit: (row: number) => void): void => {
  const last = tree.last[node] ?? node;
  for (let row = node; row <= last; row++) visit(row);
};
