import type { ImportedName } from '../language.ts';
import { type SyntaxTree, textOf } from '../tree.ts';

const nameOf = (clause: string, prefix: string): readonly ImportedName[] => {
  const [written = '', alias] = clause
    .trim()
    .replace(/^(?:function|const)\s+/, '')
    .split(/\s+as\s+/i);
  const path = (prefix + written.trim()).replace(/^\\/, '');
  const local = alias?.trim() ?? path.slice(path.lastIndexOf('\\') + 1);
  return local === '' ? [] : [{ local, path: [path] }];
};

/** `use A\B as C, D\E;` and `use A\{B, C as D};`: a name with its namespace is one name in patterns. */
export const phpImports = (tree: SyntaxTree, node: number): readonly ImportedName[] => {
  const written = /^use\s+(?:function\s+|const\s+)?([\s\S]*?);?$/i.exec(textOf(tree, node))?.[1];
  if (written === undefined) return [];
  const group = /^([\w\\\s]*\\)\s*\{([\s\S]*)\}$/.exec(written.trim());
  if (group !== null) return (group[2] ?? '').split(',').flatMap((clause) => nameOf(clause, (group[1] ?? '').trim()));
  return written.split(',').flatMap((clause) => nameOf(clause, ''));
};
