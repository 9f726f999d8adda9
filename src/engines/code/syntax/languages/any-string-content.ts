import type { StringContent } from '../language.ts';
import { isLeaf, type SyntaxTree, textOf } from '../tree.ts';

/** To Semgrep `"..."` is any string of these languages (Kotlin, Swift), with something computed inside or not. */
export const anyStringContent = (tree: SyntaxTree, node: number): StringContent | undefined => {
  const [opening = ''] = /^#*(?:"""|")/.exec(textOf(tree, node)) ?? [];
  if (opening === '') return undefined;
  const start = (tree.start[node] ?? 0) + opening.length;
  const end = Math.max(start, (tree.end[node] ?? 0) - opening.length);
  return { text: tree.text.slice(start, end), start, end, isInterpolated: !isLeaf(tree, node), isAnyString: true };
};
