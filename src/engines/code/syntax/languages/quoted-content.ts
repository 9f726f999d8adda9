import type { StringContent } from '../language.ts';
import type { SyntaxTree } from '../tree.ts';

/** What is between the quotes of a string, or all of it where there are none. */
export const quotedContent = (tree: SyntaxTree, node: number): StringContent => {
  const start = tree.start[node] ?? 0;
  const end = tree.end[node] ?? 0;
  const quote = tree.text[start];
  const isQuoted = (quote === '"' || quote === "'") && end - start >= 2 && tree.text[end - 1] === quote;
  const from = isQuoted ? start + 1 : start;
  const to = isQuoted ? end - 1 : end;
  return { text: tree.text.slice(from, to), start: from, end: to, isInterpolated: tree.last[node] !== node };
};
