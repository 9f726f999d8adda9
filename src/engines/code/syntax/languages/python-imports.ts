import type { ImportedName, ImportedPath } from '../language.ts';
import { shapeCode, slotCode } from '../shape.ts';
import { childIn, childrenOf, type SyntaxTree, textOf } from '../tree.ts';

const kindOf = (tree: SyntaxTree, node: number): string => tree.kindNames[tree.kind[node] ?? 0] ?? '';

/** `a.b.c`; of `..pkg.mod` the dots are a step of their own: `['..', 'pkg', 'mod']`. */
const pathOf = (tree: SyntaxTree, node: number): string[] => {
  const text = textOf(tree, node).replaceAll(/\s/g, '');
  const dots = /^\.*/.exec(text)?.[0] ?? '';
  const names = text
    .slice(dots.length)
    .split('.')
    .filter((name) => name !== '');
  return dots === '' ? names : [dots, ...names];
};

const named = (tree: SyntaxTree, node: number): { path: string[]; alias?: string } => {
  if (kindOf(tree, node) !== 'aliased_import') return { path: pathOf(tree, node) };
  const name = childIn(tree, node, slotCode.name);
  const alias = childIn(tree, node, slotCode.target);
  return { path: name < 0 ? [] : pathOf(tree, name), ...(alias >= 0 && { alias: textOf(tree, alias) }) };
};

export const pythonImports = (tree: SyntaxTree, node: number): readonly ImportedName[] => {
  if (tree.shape[node] !== shapeCode.import) return [];
  const children = childrenOf(tree, node);
  if (kindOf(tree, node) === 'import_statement') {
    return children.flatMap((child) => {
      const { path, alias } = named(tree, child);
      const first = path[0];
      if (first === undefined) return [];
      // `import a.b` makes `a` known, and `a.b` is reached through it.
      return [alias === undefined ? { local: first, path: [first] } : { local: alias, path }];
    });
  }
  const module = childIn(tree, node, slotCode.name);
  const base = module < 0 ? ['__future__'] : pathOf(tree, module);
  return children.flatMap((child) => {
    if (child === module || kindOf(tree, child) === 'wildcard_import') return [];
    const { path, alias } = named(tree, child);
    const last = path.at(-1);
    return last === undefined ? [] : [{ local: alias ?? last, path: [...base, ...path] }];
  });
};

/** `import a.b`, `from a import b` and `from a import *` name `a.b`, `a.b` and `a`. */
export const pythonImportedPaths = (tree: SyntaxTree, node: number): readonly ImportedPath[] => {
  const module = kindOf(tree, node) === 'import_statement' ? -1 : childIn(tree, node, slotCode.name);
  const base = module < 0 ? [] : pathOf(tree, module);
  return childrenOf(tree, node).flatMap((child) => {
    if (child === module) return [];
    if (kindOf(tree, child) === 'wildcard_import') return [{ path: base, isRenamed: false }];
    const { path, alias } = named(tree, child);
    return [{ path: [...base, ...path], isRenamed: alias !== undefined }];
  });
};
