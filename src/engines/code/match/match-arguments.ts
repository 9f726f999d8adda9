import { shapeCode } from '../syntax/shape.ts';
import { childrenOf } from '../syntax/tree.ts';
import type { Environment, Solutions } from './environment.ts';
import { matchInAnyOrder, matchInOrder } from './match-lists.ts';
import { andThen, type Matching } from './matching.ts';
import { isEllipsis } from './pattern-tree.ts';

/** Arguments of a call: those by position in order, those by keyword in any order. With `...` there may be more of both. */
export const matchArguments = (matching: Matching, row: number, target: number, environment: Environment | undefined): Solutions => {
  const rows = matching.childrenOf(row);
  const targets = childrenOf(matching.tree, target);
  const isKeyword = (child: number): boolean => matching.tree.shape[child] === shapeCode.keyword_argument;
  const keywordRows = rows.filter(
    (child) => matching.pattern.shape[child] === shapeCode.keyword_argument && !isEllipsis(matching.markOf(child)),
  );
  const hasKeywords = targets.some(isKeyword);
  if (keywordRows.length === 0 && !hasKeywords) return matchInOrder(matching, rows, targets, target, environment);
  const marks = rows.map((child) => matching.markOf(child)?.kind);
  // `$...ARGS` stands for keywords, too, and must bind them where they stand.
  if (keywordRows.length === 0 && marks.includes('ellipsis_metavariable'))
    return matchInOrder(matching, rows, targets, target, environment);
  const allowsMore = marks.includes('ellipsis') || marks.includes('ellipsis_metavariable');
  const positionalRows = rows.filter((child) => !keywordRows.includes(child));
  const positional = targets.filter((child) => !isKeyword(child));
  const keywords = targets.filter(isKeyword);
  const byKeyword = matchInAnyOrder(matching, keywordRows, keywords, allowsMore, environment);
  return andThen(byKeyword, (known) => matchInOrder(matching, positionalRows, positional, target, known));
};
