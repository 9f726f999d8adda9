import { shapeCode, slotCode } from '../syntax/shape.ts';
import { childIn, type SyntaxTree, textOf } from '../syntax/tree.ts';
import { type Environment, noSolution, type Solutions } from './environment.ts';
import { matchInAnyOrder, matchInOrder } from './match-lists.ts';
import { type Matching } from './matching.ts';
import { isEllipsis } from './pattern-tree.ts';

/** Longer chains are compared as they are nested. */
const longestChain = 64;

/** `a && b && c` is a, b, c, whichever way it is nested. */
const operandsOf = (tree: SyntaxTree, row: number, operator: string): number[] => {
  const operands: number[] = [];
  const waiting = [row];
  while (waiting.length > 0 && operands.length <= longestChain) {
    const at = waiting.pop() ?? row;
    const sign = tree.shape[at] === shapeCode.binary ? childIn(tree, at, slotCode.operator) : -1;
    if (sign < 0 || textOf(tree, sign) !== operator) {
      operands.push(at);
      continue;
    }
    const left = childIn(tree, at, slotCode.left);
    const right = childIn(tree, at, slotCode.right);
    if (right >= 0) waiting.push(right);
    if (left >= 0) waiting.push(left);
  }
  return operands;
};

const commutative: ReadonlySet<string> = new Set(['&', '|', '^']);
const booleans: ReadonlySet<string> = new Set(['&&', '||', 'and', 'or']);
const equalities: ReadonlySet<string> = new Set(['==', '!=', '===', '!==']);

/** Two operations of one operator: as nested, and where the operator allows it regrouped or with operands in another order. */
export const matchBinary = (matching: Matching, row: number, target: number, environment: Environment | undefined): Solutions => {
  const { pattern, tree, options } = matching;
  const sign = childIn(pattern, row, slotCode.operator);
  const targetSign = childIn(tree, target, slotCode.operator);
  if (sign < 0 || targetSign < 0) return matchInOrder(matching, matching.childrenOf(row), operandRows(tree, target), target, environment);
  const operator = textOf(pattern, sign);
  if (operator !== textOf(tree, targetSign)) return noSolution;
  const sides = (node: SyntaxTree, at: number): number[] => [childIn(node, at, slotCode.left), childIn(node, at, slotCode.right)];
  const straight = matchInOrder(matching, sides(pattern, row), sides(tree, target), target, environment);
  if (straight.length > 0) return straight;
  if (options.symmetricEquality && equalities.has(operator)) {
    return matchInOrder(matching, sides(pattern, row), sides(tree, target).toReversed(), target, environment);
  }
  if (!options.associativeCommutative || !matching.associative.has(operator)) return noSolution;
  const rows = operandsOf(pattern, row, operator);
  const targets = operandsOf(tree, target, operator);
  if (rows.length > targets.length && !rows.some((at) => isEllipsis(matching.markOf(at)))) return noSolution;
  if (rows.length === 2 && targets.length === 2 && !isAnyOrder(operator, options.commutativeBooleans)) return noSolution;
  if (!isAnyOrder(operator, options.commutativeBooleans)) return matchInOrder(matching, rows, targets, target, environment);
  const wanted = rows.filter((at) => !isEllipsis(matching.markOf(at)));
  return matchInAnyOrder(matching, wanted, targets, wanted.length < rows.length, environment);
};

const isAnyOrder = (operator: string, commutativeBooleans: boolean): boolean =>
  commutative.has(operator) || (commutativeBooleans && booleans.has(operator));

const operandRows = (tree: SyntaxTree, row: number): number[] => {
  const rows: number[] = [];
  const last = tree.last[row] ?? row;
  for (let child = row + 1; child <= last; child = (tree.last[child] ?? child) + 1) rows.push(child);
  return rows;
};
