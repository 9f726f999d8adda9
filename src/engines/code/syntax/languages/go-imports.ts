import type { ImportedName, ImportedPath } from '../language.ts';
import { shapeCode, slotCode } from '../shape.ts';
import { childIn, type SyntaxTree, textOf } from '../tree.ts';

/** `net/http` is `http`, `github.com/a/b/v2` is `b`, `gopkg.in/yaml.v3` is `yaml`: by convention, the package itself has the last word. */
const packageName = (path: string): string | undefined => {
  const steps = path.split('/').filter((step) => step !== '');
  const last = /^v\d+$/.test(steps.at(-1) ?? '') && steps.length > 1 ? steps.at(-2) : steps.at(-1);
  return last?.replace(/\.v\d+$/, '');
};

/** Patterns say `http.Get`, whatever name the file gives the package: the path is the package's own name. */
export const goImports = (tree: SyntaxTree, node: number): readonly ImportedName[] => {
  const path = tree.shape[node] === shapeCode.import ? childIn(tree, node, slotCode.value) : -1;
  if (path < 0) return [];
  const own = packageName(textOf(tree, path).slice(1, -1));
  if (own === undefined) return [];
  const alias = childIn(tree, node, slotCode.optional);
  const local = alias < 0 ? own : textOf(tree, alias);
  return local === '.' || local === '_' ? [] : [{ local, path: [own] }];
};

/** `import "a/b"` names `a/b` and what is below it. */
export const goImportedPaths = (tree: SyntaxTree, node: number): readonly ImportedPath[] => {
  const path = childIn(tree, node, slotCode.value);
  if (path < 0) return [];
  return [{ path: textOf(tree, path).slice(1, -1).split('/'), isRenamed: childIn(tree, node, slotCode.optional) >= 0 }];
};
