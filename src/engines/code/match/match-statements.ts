import { shapeCode } from '../syntax/shape.ts';
import { childrenOf } from '../syntax/tree.ts';
import { bind, type Environment, noSolution, rangeBinding, type Solutions } from './environment.ts';
import { type Matching } from './matching.ts';
import { isEllipsis } from './pattern-tree.ts';

export interface SequenceMatch {
  readonly environment: Environment | undefined;
  /** Index in the targets of the last statement that was matched, -1 for none. */
  readonly lastIndex: number;
}

/** More ways than this to place `...` in one sequence say nothing new. */
const mostWays = 64;

/**
 * Statements in order. `isWhole`: everything up to the end of the block has to be accounted for; otherwise statements may follow.
 */
export const matchSequence = (
  matching: Matching,
  rows: readonly number[],
  targets: readonly number[],
  startIndex: number,
  isWhole: boolean,
  environment: Environment | undefined,
): readonly SequenceMatch[] => {
  const found: SequenceMatch[] = [];
  const from = (at: number, index: number, lastIndex: number, known: Environment | undefined): void => {
    if (found.length >= mostWays || !matching.spend()) return;
    const row = rows[at];
    if (row === undefined) {
      if (!isWhole || index === targets.length) found.push({ environment: known, lastIndex });
      return;
    }
    const mark = matching.markOf(row);
    if (!isEllipsis(mark)) {
      const target = targets[index];
      if (target === undefined || !matching.mayHold(row, target)) return;
      for (const next of matching.node(row, target, known)) from(at + 1, index + 1, index, next);
      return;
    }
    const isLast = at === rows.length - 1;
    const place = matching.tree.start[targets[index] ?? targets[index - 1] ?? 0] ?? 0;
    const bindRun = (name: string, end: number): Solutions =>
      bind(known, name, rangeBinding(matching.tree, targets.slice(index, end), place));
    for (let end = isLast ? targets.length : index; end <= targets.length; end++) {
      const last = end > index && isLast ? end - 1 : lastIndex;
      if (mark?.kind !== 'ellipsis_metavariable') from(at + 1, end, last, known);
      else for (const next of bindRun(mark.name, end)) from(at + 1, end, last, next);
    }
  };
  from(0, startIndex, -1, environment);
  return found;
};

/** The statements and, each followed by its own, those nested in them, in functions too: what `...` may reach into. */
export const flattenStatements = ({ tree, spend }: Matching, statements: readonly number[]): readonly number[] => {
  const flat: number[] = [];
  for (const statement of statements) {
    flat.push(statement);
    const last = tree.last[statement] ?? statement;
    for (let row = statement + 1; row <= last; row++) {
      const around = tree.shape[tree.parent[row] ?? 0];
      // Blocks nest as deep as they like, and each of them may be asked for: what comes out is paid for.
      if ((around === shapeCode.block || around === shapeCode.class_body) && spend()) flat.push(row);
    }
  }
  return flat;
};

/** A block's statements, all of them; with `...` among the pattern's more may follow, and it reaches into nested blocks when nothing on the same level fits. A body may be one statement. */
export const matchBlock = (matching: Matching, row: number, target: number, environment: Environment | undefined): Solutions => {
  const rows = matching.childrenOf(row);
  const isList = matching.tree.shape[target] === shapeCode.block || matching.tree.shape[target] === shapeCode.program;
  const targets = isList ? childrenOf(matching.tree, target) : [target];
  const hasDots = rows.some((child) => isEllipsis(matching.markOf(child)));
  const flatWays = matchSequence(matching, rows, targets, 0, !hasDots, environment);
  if (flatWays.length > 0) return flatWays.map((way) => way.environment);
  if (!hasDots) return noSolution;
  const deep = flattenStatements(matching, targets);
  if (deep.length === targets.length) return noSolution;
  return matchSequence(matching, rows, deep, 0, false, environment).map((way) => way.environment);
};
