import type { Language, StringContent } from '../language.ts';
import { type SyntaxTree, textOf } from '../tree.ts';
import { rewriteTypeBefore } from '../typed-metavariables.ts';

const part = (tree: SyntaxTree, node: number): StringContent | undefined => {
  const start = tree.start[node] ?? 0;
  const end = tree.end[node] ?? 0;
  const written = tree.text.slice(start, end);
  const raw = /^(?:u8|[LuU])?R"([^(\s]*)\(/.exec(written);
  const opening = raw?.[0] ?? /^(?:u8|[LuU])?["<]/.exec(written)?.[0];
  if (opening === undefined) return undefined;
  const from = start + opening.length;
  const to = Math.max(from, end - (raw === null ? 1 : (raw[1] ?? '').length + 2));
  return { text: tree.text.slice(from, to), start: from, end: to, isInterpolated: false };
};

/** A string, or several in a row (with macros between them), which the compiler joins. */
export const cStringContent = (tree: SyntaxTree, node: number): StringContent | undefined => {
  if (tree.kindNames[tree.kind[node] ?? 0] !== 'concatenated_string') return part(tree, node);
  const start = tree.start[node] ?? 0;
  const contents = [...textOf(tree, node).matchAll(/"((?:[^"\\]|\\.)*)"/gs)].map((match) => ({
    text: match[1] ?? '',
    at: start + match.index + 1,
  }));
  const [first] = contents;
  const last = contents.at(-1);
  if (first === undefined || last === undefined) return undefined;
  const text = contents.map((one) => one.text).join('');
  return { text, start: first.at, end: last.at + last.text.length, isInterpolated: false };
};

/** `(char *$X)`: a declaration's type is without the signs that stand at its name. */
export const rewriteTypeOfC: NonNullable<Language['rewritePattern']> = (pattern, typed) =>
  rewriteTypeBefore(pattern, (metavariable, type) => typed(metavariable, type.replace(/^(?:const|struct)\s+/, '').replace(/[\s*&]+$/, '')));
