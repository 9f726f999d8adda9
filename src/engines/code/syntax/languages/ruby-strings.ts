import type { StringContent } from '../language.ts';
import { shapeCode } from '../shape.ts';
import { childrenOf, isLeaf, type SyntaxTree } from '../tree.ts';

const closing: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}', '<': '>' };

/** What stands on the lines after the one that has `<<~NAME`, up to the line that is the name. */
const heredoc = (tree: SyntaxTree, node: number): StringContent | undefined => {
  const { text } = tree;
  const written = text.slice(tree.start[node], tree.end[node]);
  const name = written.replace(/^<<[~-]?/, '').replace(/^(["'`])(.*)\1$/, '$2');
  const lineEnd = text.indexOf('\n', tree.end[node]);
  if (lineEnd < 0) return undefined;
  const start = lineEnd + 1;
  for (let at = start; at < text.length; ) {
    const next = text.indexOf('\n', at);
    const end = next < 0 ? text.length : next;
    if (text.slice(at, end).trim() === name) {
      const content = text.slice(start, at);
      return { text: content, start, end: at, isInterpolated: !written.includes("'") && /#\{/.test(content) };
    }
    at = end + 1;
  }
  return undefined;
};

const part = (tree: SyntaxTree, node: number): StringContent | undefined => {
  const start = tree.start[node] ?? 0;
  const end = tree.end[node] ?? 0;
  const written = tree.text.slice(start, end);
  if (written.startsWith('<<')) return heredoc(tree, node);
  const opening = /^(?:%[qQ]?[^\w\s]|["'?])/.exec(written)?.[0] ?? '';
  const quote = opening.at(-1) ?? '';
  const close = closing[quote] ?? quote;
  const from = start + opening.length;
  const to = opening !== '' && quote !== '?' && written.endsWith(close) ? Math.max(from, end - 1) : end;
  return { text: tree.text.slice(from, to), start: from, end: to, isInterpolated: !isLeaf(tree, node) };
};

/** A string, or several in a row, which Ruby joins. */
export const rubyStringContent = (tree: SyntaxTree, node: number): StringContent | undefined => {
  const children = childrenOf(tree, node);
  if (children.length === 0 || children.some((child) => tree.shape[child] !== shapeCode.string)) return part(tree, node);
  const parts = children.flatMap((child) => part(tree, child) ?? []);
  const [first] = parts;
  const last = parts.at(-1);
  if (first === undefined || last === undefined) return undefined;
  return {
    text: parts.map(({ text }) => text).join(''),
    start: first.start,
    end: last.end,
    isInterpolated: parts.some(({ isInterpolated }) => isInterpolated),
  };
};
