import { firstOptionalSlot, shapeCode, slotCode } from '../syntax/shape.ts';
import type { SyntaxTree } from '../syntax/tree.ts';
import { isEllipsis, type PatternTree } from './pattern-tree.ts';

/** The parts of a row of a pattern, sorted out once. */
export interface PatternParts {
  readonly required: readonly number[];
  /** By slot. */
  readonly optional: ReadonlyMap<number, readonly number[]>;
  /** Of the required: `...`, and of these what stands for one thing, not for a list. */
  readonly hasDots: boolean;
  readonly singles: readonly number[];
  /** Bit by slot: what the pattern speaks of. */
  readonly slots: number;
}

const singleSlots: ReadonlySet<number> = new Set([
  slotCode.value,
  slotCode.left,
  slotCode.right,
  slotCode.target,
  slotCode.condition,
  slotCode.object,
  slotCode.callee,
  slotCode.index,
  slotCode.key,
]);

/** `for (...)`: what stands left is all of the head. */
const isHead = (tree: SyntaxTree, row: number): boolean =>
  tree.slot[row] === slotCode.left && tree.shape[tree.parent[row] ?? 0] === shapeCode.other;

export const readPatternParts = ({ tree, marks }: PatternTree, children: readonly number[]): PatternParts => {
  const required: number[] = [];
  const optional = new Map<number, number[]>();
  let slots = 0;
  for (const child of children) {
    const slot = tree.slot[child] ?? slotCode.none;
    slots |= 1 << slot;
    if (slot < firstOptionalSlot) required.push(child);
    else optional.set(slot, [...(optional.get(slot) ?? []), child]);
  }
  const dots = required.filter((child) => isEllipsis(marks.get(child)));
  const singles = dots.filter((child) => singleSlots.has(tree.slot[child] ?? slotCode.none) && !isHead(tree, child));
  return { required, optional, hasDots: dots.length > 0, singles, slots };
};
