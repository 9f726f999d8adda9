import type { Columns } from './columns.ts';

/** Questions about the grammar's own nodes; `part` of their columns is the field. */
export interface GrammarNodes {
  readonly size: number;
  readonly kindOf: (node: number) => number;
  readonly fieldOf: (node: number) => number;
  readonly flagsOf: (node: number) => number;
  readonly startOf: (node: number) => number;
  readonly endOf: (node: number) => number;
  /** Last node of the subtree. */
  readonly lastOf: (node: number) => number;
  /** How many children are of the kinds; without kinds: how many there are. */
  readonly count: (node: number, kinds?: Uint8Array) => number;
  /** The first child of the kinds, or -1. */
  readonly first: (node: number, kinds: Uint8Array) => number;
  readonly childrenOf: (node: number) => number[];
}

export const readGrammarNodes = (rows: Columns): GrammarNodes => {
  const { kind, part, flags, start, end, last, size } = rows;
  const lastOf = (node: number): number => last[node] ?? node;
  const kindOf = (node: number): number => kind[node] ?? 0;
  return {
    size,
    kindOf,
    fieldOf: (node) => part[node] ?? 0,
    flagsOf: (node) => flags[node] ?? 0,
    startOf: (node) => start[node] ?? 0,
    endOf: (node) => end[node] ?? 0,
    lastOf,
    count: (node, kinds) => {
      let found = 0;
      for (let child = node + 1; child <= lastOf(node); child = lastOf(child) + 1)
        if (kinds === undefined || kinds[kindOf(child)] === 1) found += 1;
      return found;
    },
    first: (node, kinds) => {
      for (let child = node + 1; child <= lastOf(node); child = lastOf(child) + 1) if (kinds[kindOf(child)] === 1) return child;
      return -1;
    },
    childrenOf: (node) => {
      const children: number[] = [];
      for (let child = node + 1; child <= lastOf(node); child = lastOf(child) + 1) children.push(child);
      return children;
    },
  };
};
