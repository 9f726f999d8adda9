import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { childrenOf, type SyntaxTree } from './tree.ts';
import { withoutRows } from './without-rows.ts';

/** A tree from the parents of its rows; what a row is called is its `kind`. */
const treeOf = (parents: readonly number[]): SyntaxTree => {
  const size = parents.length;
  const last = Uint32Array.from(parents, (_, row) => row);
  for (let row = size - 1; row > 0; row -= 1) {
    const parent = parents[row] ?? 0;
    last[parent] = Math.max(last[parent] ?? 0, last[row] ?? 0);
  }
  const zeros = new Uint8Array(size);
  return {
    language: 'none',
    text: '',
    size,
    kind: Uint16Array.from(parents, (_, row) => row),
    shape: zeros,
    slot: zeros,
    flags: zeros,
    start: new Uint32Array(size),
    end: new Uint32Array(size),
    parent: Int32Array.from(parents),
    last,
    kindNames: [],
    comments: [],
    hasErrors: false,
  };
};

const nested = (tree: SyntaxTree, row = 0): string =>
  `${tree.kind[row]}(${childrenOf(tree, row)
    .map((child) => nested(tree, child))
    .join(' ')})`;

describe('withoutRows', () => {
  it('gives the children of a row that goes to its parent', () => {
    const tree = treeOf([-1, 0, 1, 1, 0, 4]);
    expect(nested(tree)).toBe('0(1(2() 3()) 4(5()))');
    expect(nested(withoutRows(tree, [1, 5]).tree)).toBe('0(2() 3() 4())');
    expect([...withoutRows(tree, [1, 5]).rowOf]).toEqual([0, -1, 1, 2, 3, -1]);
  });
  it('takes the same rows out one by one as all together', () => {
    // In document order: the parent of a row is the row before or one of its ancestors.
    const trees = fc.array(fc.nat({ max: 5 }), { maxLength: 20 }).map((ups) => {
      const parents = [-1];
      for (const up of ups) {
        let parent = parents.length - 1;
        for (let step = 0; step < up && parent > 0; step += 1) parent = parents[parent] ?? 0;
        parents.push(parent);
      }
      return treeOf(parents);
    });
    fc.assert(
      fc.property(trees, fc.array(fc.integer({ min: 1, max: 20 }), { maxLength: 8 }), (tree, rows) => {
        const dropped = [...new Set(rows)].filter((row) => row < tree.size);
        let stepwise = tree;
        for (const name of dropped) stepwise = withoutRows(stepwise, [stepwise.kind.indexOf(name)]).tree;
        expect(nested(withoutRows(tree, dropped).tree)).toBe(nested(stepwise));
      }),
    );
  });
});
