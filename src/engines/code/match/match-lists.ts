import { childrenOf } from '../syntax/tree.ts';
import { bind, type Environment, noSolution, rangeBinding, type Solutions } from './environment.ts';
import { andThen, type Matching } from './matching.ts';
import { isEllipsis } from './pattern-tree.ts';

/** Where an empty run of nodes would stand. */
const placeBefore = (matching: Matching, targets: readonly number[], index: number, parent: number): number => {
  const next = targets[index];
  const previous = targets[index - 1];
  if (next !== undefined) return matching.tree.start[next] ?? 0;
  return previous === undefined ? (matching.tree.end[parent] ?? 0) : (matching.tree.end[previous] ?? 0);
};

const runBinding = (matching: Matching, targets: readonly number[], from: number, to: number, parent: number) =>
  rangeBinding(matching.tree, targets.slice(from, to), placeBefore(matching, targets, from, parent));

/** Each way is kept with what it binds: `f(..., $X, ..., $Y, ...)` has as many as there are pairs of arguments. */
const mostWays = 20_000;

/**
 * Pattern rows against target rows, both in order: `...` stands for any run of them, `$...X` binds the run. Every way is found.
 * `parent` is the target list itself.
 */
export const matchInOrder = (
  matching: Matching,
  rows: readonly number[],
  targets: readonly number[],
  parent: number,
  environment: Environment | undefined,
): Solutions => {
  const from = (at: number, index: number, known: Environment | undefined): Solutions => {
    if (!matching.spend()) return noSolution;
    const row = rows[at];
    if (row === undefined) return index === targets.length ? [known] : noSolution;
    const mark = matching.markOf(row);
    if (!isEllipsis(mark)) {
      const target = targets[index];
      if (target === undefined) return noSolution;
      return andThen(matching.node(row, target, known), (next) => from(at + 1, index + 1, next));
    }
    const isLast = at === rows.length - 1;
    const found: (Environment | undefined)[] = [];
    for (let end = isLast ? targets.length : index; end <= targets.length; end++) {
      const bound =
        mark?.kind === 'ellipsis_metavariable' ? bind(known, mark.name, runBinding(matching, targets, index, end, parent)) : [known];
      for (const next of bound) for (const way of from(at + 1, end, next)) found.push(way);
      if (found.length > mostWays) {
        matching.giveUp();
        return found;
      }
    }
    return found;
  };
  return from(0, 0, environment);
};

/** Each pattern row against a target of its own, in any order. `allowsMore`: targets may be left over. */
export const matchInAnyOrder = (
  matching: Matching,
  rows: readonly number[],
  targets: readonly number[],
  allowsMore: boolean,
  environment: Environment | undefined,
): Solutions => {
  if (rows.length > targets.length || (!allowsMore && rows.length !== targets.length)) return noSolution;
  const taken = new Set<number>();
  const from = (at: number, known: Environment | undefined): Solutions => {
    if (!matching.spend()) return noSolution;
    const row = rows[at];
    if (row === undefined) return [known];
    const found: (Environment | undefined)[] = [];
    for (const target of targets) {
      if (taken.has(target)) continue;
      const here = matching.node(row, target, known);
      if (here.length === 0) continue;
      taken.add(target);
      for (const next of here) found.push(...from(at + 1, next));
      taken.delete(target);
    }
    return found;
  };
  return from(0, environment);
};

const isDots = (matching: Matching, row: number): boolean => isEllipsis(matching.markOf(row));

/** Members of a class: those the pattern names, in any order; others may be there. */
export const matchMembers = (matching: Matching, row: number, target: number, environment: Environment | undefined): Solutions => {
  const wanted = matching.childrenOf(row).filter((child) => !isDots(matching, child));
  return matchInAnyOrder(matching, wanted, childrenOf(matching.tree, target), true, environment);
};

/** Pairs of an object: as members, unless the language takes records as a whole. Then only `{...}` leaves open what kind of record it is. */
export const matchRecord = (matching: Matching, row: number, target: number, environment: Environment | undefined): Solutions => {
  if (!matching.recordsAreWhole) return matchMembers(matching, row, target, environment);
  const { pattern, tree } = matching;
  const rows = matching.childrenOf(row);
  const wanted = rows.filter((child) => !isDots(matching, child));
  if (pattern.kind[row] !== tree.kind[target] && (rows.length === 0 || wanted.length > 0)) return noSolution;
  return matchInAnyOrder(matching, wanted, childrenOf(tree, target), wanted.length < rows.length, environment);
};
