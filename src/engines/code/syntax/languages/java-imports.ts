import type { ImportedName, ImportedPath } from '../language.ts';
import { type SyntaxTree, textOf } from '../tree.ts';

/** `import a.b.C;` makes `C` known, `import static a.b.C.m;` makes `m`; what `a.b.*` brings nobody can say without the library. */
export const javaImports = (tree: SyntaxTree, node: number): readonly ImportedName[] => {
  const written = /^import\s+(?:static\s+)?([\w$.\s]+?)\s*;?$/.exec(textOf(tree, node));
  const path = (written?.[1] ?? '').split('.').map((name) => name.trim());
  const local = path.at(-1);
  return local === undefined || path.includes('') ? [] : [{ local, path }];
};

/** `import a.b` holds for `import a.b.C` and `import static a.b.C.m`, not for `import a.*`, where `*` is a name like any other. */
export const javaImportedPaths = (tree: SyntaxTree, node: number): readonly ImportedPath[] => {
  const written = /^import\s+(?:static\s+)?([\w$.*\s]+?)\s*;?$/.exec(textOf(tree, node));
  const path = (written?.[1] ?? '').split('.').map((name) => name.trim());
  return path.includes('') ? [] : [{ path, isRenamed: false }];
};
