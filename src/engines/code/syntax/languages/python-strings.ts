import type { StringContent } from '../language.ts';
import { childrenOf, isLeaf, type SyntaxTree } from '../tree.ts';

const quoted = /^([A-Za-z]*)("""|'''|"|')/;

const part = (tree: SyntaxTree, node: number): StringContent | undefined => {
  const start = tree.start[node] ?? 0;
  const end = tree.end[node] ?? 0;
  // Text between the computed parts has no quotes of its own.
  if (tree.kindNames[tree.kind[node] ?? 0] === 'string_content')
    return { text: tree.text.slice(start, end), start, end, isInterpolated: false };
  const opening = quoted.exec(tree.text.slice(start, Math.min(end, start + 8)));
  if (opening === null) return undefined;
  const quote = opening[2] ?? '';
  const from = start + opening[0].length;
  const to = Math.max(from, tree.text.startsWith(quote, end - quote.length) ? end - quote.length : end);
  return {
    text: tree.text.slice(from, to),
    start: from,
    end: to,
    isInterpolated: !isLeaf(tree, node),
    isTemplate: /f/i.test(opening[1] ?? ''),
  };
};

/** A string, or several in a row, which Python joins. */
export const pythonStringContent = (tree: SyntaxTree, node: number): StringContent | undefined => {
  if (tree.kindNames[tree.kind[node] ?? 0] !== 'concatenated_string') return part(tree, node);
  const parts = childrenOf(tree, node).flatMap((child) => part(tree, child) ?? []);
  const first = parts[0];
  const last = parts.at(-1);
  if (first === undefined || last === undefined) return undefined;
  return {
    text: parts.map(({ text }) => text).join(''),
    start: first.start,
    end: last.end,
    isInterpolated: parts.some(({ isInterpolated }) => isInterpolated),
    isTemplate: parts.some(({ isTemplate }) => isTemplate === true),
  };
};
