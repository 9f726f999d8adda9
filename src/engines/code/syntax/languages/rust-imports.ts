import type { ImportedName } from '../language.ts';
import { shapeCode } from '../shape.ts';
import { type SyntaxTree, textOf } from '../tree.ts';

/** `use a::{b, c as d}` makes `b` and `d` known; what `a::*` brings nobody can say without the library. */
export const rustImports = (tree: SyntaxTree, node: number): readonly ImportedName[] => {
  if (tree.shape[node] !== shapeCode.import) return [];
  const names: ImportedName[] = [];
  const outer: (readonly string[])[] = [];
  let prefix: readonly string[] = [];
  let path: readonly string[] = [];
  let alias: string | undefined;
  const finish = (): void => {
    const own = path.at(-1) === 'self' && path.length > 1 ? path.slice(0, -1) : path;
    const local = alias ?? own.at(-1);
    if (path.length > prefix.length && local !== undefined && local !== '_' && !path.includes('*')) names.push({ local, path: own });
    path = prefix;
    alias = undefined;
  };
  const words =
    textOf(tree, node)
      .replace(/^.*?\buse\s/s, '')
      .match(/\w+|[{},*]/g) ?? [];
  for (const [at, word] of words.entries()) {
    if (word === '{') {
      outer.push(prefix);
      prefix = path;
    } else if (word === ',' || word === '}') {
      finish();
      if (word === '}') prefix = outer.pop() ?? [];
      path = prefix;
    } else if (words[at - 1] === 'as') alias = word;
    else if (word !== 'as') path = [...path, word];
  }
  finish();
  return names;
};
