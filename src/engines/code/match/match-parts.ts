import { firstOptionalSlot, shapeCode, slotCode } from '../syntax/shape.ts';
import { isLeaf } from '../syntax/tree.ts';
import { type Environment, noSolution, type Solutions } from './environment.ts';
import { matchInAnyOrder, matchInOrder } from './match-lists.ts';
import { andThen, eachChild, type Matching } from './matching.ts';
import type { PatternParts } from './pattern-parts.ts';
import { isEllipsis } from './pattern-tree.ts';

/** What a pattern that does not say it leaves open, beside the optional slots. */
const isOpenWhenAbsent = (shape: number, slot: number): boolean =>
  (shape === shapeCode.if && slot === slotCode.alternative) || (shape === shapeCode.parameter && slot === slotCode.value);

const inAnyOrder: ReadonlySet<number> = new Set([slotCode.decorators, slotCode.modifiers, slotCode.parents, slotCode.optional]);

interface Parts {
  readonly required: number[];
  readonly optional: Map<number, number[]>;
}

const add = (parts: Parts, child: number, slot: number): void => {
  if (slot < firstOptionalSlot) {
    parts.required.push(child);
    return;
  }
  const known = parts.optional.get(slot);
  if (known === undefined) parts.optional.set(slot, [child]);
  else known.push(child);
};

/** Whether a child of the target counts where the pattern speaks of these slots. */
const counts = (shape: number, slot: number, { slots }: PatternParts): boolean =>
  ((slots >>> slot) & 1) === 1 || (slot < firstOptionalSlot && !isOpenWhenAbsent(shape, slot));

/** What most nodes are: parts that have to be there, one by one, and nothing else. */
const matchEach = (
  matching: Matching,
  wanted: PatternParts,
  shape: number,
  target: number,
  environment: Environment | undefined,
): Solutions => {
  const { tree } = matching;
  const last = tree.last[target] ?? target;
  let count = 0;
  for (let child = target + 1; child <= last; child = (tree.last[child] ?? child) + 1) {
    if (counts(shape, tree.slot[child] ?? 0, wanted)) count++;
  }
  if (count !== wanted.required.length) return noSolution;
  let solutions: Solutions = [environment];
  let at = 0;
  for (let child = target + 1; child <= last; child = (tree.last[child] ?? child) + 1) {
    if (!counts(shape, tree.slot[child] ?? 0, wanted)) continue;
    const row = wanted.required[at++] ?? -1;
    const there = child;
    solutions = andThen(solutions, (known) => matching.node(row, there, known));
    if (solutions.length === 0) return noSolution;
  }
  return solutions;
};

const inSlotOf =
  (matching: Matching, row: number) =>
  (target: number): boolean =>
    matching.tree.slot[target] === matching.pattern.slot[row];

/** `(...)`, `()`, `<a>...</a>` */
const isOpenList = (matching: Matching, row: number): boolean =>
  (matching.pattern.shape[row] === shapeCode.arguments || matching.pattern.shape[row] === shapeCode.list) &&
  matching.childrenOf(row).every((each) => isEllipsis(matching.markOf(each)));

const remove = (rows: number[], isUnwanted: (row: number) => boolean): void => {
  const at = rows.findIndex(isUnwanted);
  if (at >= 0) rows.splice(at, 1);
};

/** A decorator without brackets is as good as one with nothing in them. */
const evenArguments = (matching: Matching, wanted: Pick<Parts, 'required'>, there: Parts): void => {
  const { pattern, tree } = matching;
  if (!there.required.some((child) => tree.shape[child] === shapeCode.arguments)) {
    remove(wanted.required, (child) => isOpenList(matching, child));
  } else if (!wanted.required.some((child) => pattern.shape[child] === shapeCode.arguments)) {
    remove(there.required, (child) => tree.shape[child] === shapeCode.arguments && isLeaf(tree, child));
  }
};

/**
 * Part by part: what the pattern has must be there, in order; of types, decorators, modifiers and the like the target may have more
 * than the pattern says.
 */
export const matchParts = (matching: Matching, row: number, target: number, environment: Environment | undefined): Solutions => {
  const shape = matching.pattern.shape[row] ?? 0;
  const isDecorator = matching.tree.shape[target] === shapeCode.decorator;
  const pattern = matching.partsOf(row);
  const hasPlainParts = !pattern.hasDots && pattern.optional.size === 0;
  if (hasPlainParts && !isDecorator && shape !== shapeCode.if) return matchEach(matching, pattern, shape, target, environment);
  const wanted = { required: [...pattern.required], optional: pattern.optional };
  const there: Parts = { required: [], optional: new Map() };
  eachChild(matching.tree, target, (child, slot) => {
    if (counts(shape, slot, pattern)) add(there, child, slot);
  });
  // `x = ...` stands for one value, `return ...` for one or none; `@A(...)` also for `@A`.
  if (shape !== shapeCode.return && pattern.singles.some((child) => !there.required.some(inSlotOf(matching, child)))) return noSolution;
  if (isDecorator) evenArguments(matching, wanted, there);
  // Most nodes differ in number of parts, or are equal: decided before anything is descended into.
  if (there.required.length < wanted.required.length && !pattern.hasDots) return noSolution;
  // `f if x`: some languages have a branch before its condition.
  if (shape === shapeCode.if) {
    wanted.required.sort((one, other) => (matching.pattern.slot[one] ?? 0) - (matching.pattern.slot[other] ?? 0));
    there.required.sort((one, other) => (matching.tree.slot[one] ?? 0) - (matching.tree.slot[other] ?? 0));
  }
  let solutions: Solutions = [environment];
  for (const [slot, rows] of wanted.optional) {
    const targets = there.optional.get(slot) ?? [];
    const named = rows.filter((child) => !isEllipsis(matching.markOf(child)) && (targets.length > 0 || !isOpenList(matching, child)));
    solutions = andThen(solutions, (known) =>
      inAnyOrder.has(slot) ? matchInAnyOrder(matching, named, targets, true, known) : matchInOrder(matching, rows, targets, target, known),
    );
    if (solutions.length === 0) return noSolution;
  }
  return andThen(solutions, (known) => matchInOrder(matching, wanted.required, there.required, target, known));
};
