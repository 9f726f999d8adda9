import type { StringContent } from '../language.ts';
import { childrenOf, type SyntaxTree } from '../tree.ts';

/** Text, as against what is computed. */
const plainParts: ReadonlySet<string> = new Set(['string_content', 'escape_sequence']);

/** Between the quotes; of `<<<NAME` the lines up to the one that is the name. */
export const phpStringContent = (tree: SyntaxTree, node: number): StringContent | undefined => {
  const start = tree.start[node] ?? 0;
  const end = tree.end[node] ?? 0;
  const written = tree.text.slice(start, end);
  const isInterpolated = childrenOf(tree, node).some((child) => !plainParts.has(tree.kindNames[tree.kind[child] ?? 0] ?? ''));
  const heredoc = /^<<<[ \t]*(["']?)(\w+)\1\r?\n/.exec(written);
  if (heredoc !== null) {
    const last = /\r?\n?[ \t]*\w+$/.exec(written)?.index ?? written.length;
    const from = start + heredoc[0].length;
    const to = Math.max(from, start + last);
    return { text: tree.text.slice(from, to), start: from, end: to, isInterpolated };
  }
  const opening = /^[bB]?(["'])/.exec(written);
  if (opening === null) return undefined;
  const from = start + opening[0].length;
  const to = Math.max(from, written.endsWith(opening[1] ?? '') ? end - 1 : end);
  return { text: tree.text.slice(from, to), start: from, end: to, isInterpolated };
};
