import type { ImportedName } from '../language.ts';
import { shapeCode } from '../shape.ts';
import { type SyntaxTree, textOf } from '../tree.ts';

/** `import a.b.C`, `import a.b.C as D`. What `a.b.*` brings nobody can say without the library. */
export const dottedImports = (tree: SyntaxTree, node: number): readonly ImportedName[] => {
  if (tree.shape[node] !== shapeCode.import) return [];
  const [, dotted = '', alias] = /\bimport\s+([\w.`]+?)(?:\s+as\s+(\w+))?\s*;?\s*$/.exec(textOf(tree, node)) ?? [];
  const path = dotted.split('.');
  return path.includes('') ? [] : [{ local: alias ?? path.at(-1) ?? '', path }];
};
