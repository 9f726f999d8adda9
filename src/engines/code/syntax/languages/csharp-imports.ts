import type { ImportedName } from '../language.ts';
import { type SyntaxTree, textOf } from '../tree.ts';

/** `using A = B.C;` makes `A` known; what a whole namespace brings nobody can say without the library. */
export const csharpImports = (tree: SyntaxTree, node: number): readonly ImportedName[] => {
  const written = /^(?:global\s+)?using\s+([\w@]+)\s*=\s*([\w@.\s]+?)\s*;?$/.exec(textOf(tree, node));
  const local = written?.[1];
  if (local === undefined) return [];
  return [{ local, path: (written?.[2] ?? '').split('.').map((name) => name.trim()) }];
};
