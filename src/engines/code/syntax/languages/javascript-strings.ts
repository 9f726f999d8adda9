import type { StringContent } from '../language.ts';
import { isLeaf, type SyntaxTree } from '../tree.ts';

/** Between the quotes or backticks; a part of JSX without quotes is all of itself. */
export const javascriptStringContent = (tree: SyntaxTree, node: number): StringContent => {
  const start = tree.start[node] ?? 0;
  const end = tree.end[node] ?? 0;
  const quote = tree.text[start] ?? '';
  const isQuoted = (quote === '"' || quote === "'" || quote === '`') && end > start + 1 && tree.text[end - 1] === quote;
  const from = isQuoted ? start + 1 : start;
  const to = isQuoted ? end - 1 : end;
  return { text: tree.text.slice(from, to), start: from, end: to, isInterpolated: !isLeaf(tree, node), isTemplate: quote === '`' };
};
