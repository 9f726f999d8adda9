import type { Language } from '../syntax/language.ts';
import { shapeCode, slotCode } from '../syntax/shape.ts';
import { childIn, type SyntaxTree, textOf } from '../syntax/tree.ts';

export interface ImportedNames {
  /** The full name a row stands for, by the file's imports: `p.join` after `from os import path as p` is `os`, `path`, `join`. */
  readonly pathOf: (row: number) => readonly string[] | undefined;
  /** The same for a name alone. */
  readonly pathOfName: (name: string) => readonly string[] | undefined;
}

/** Longer chains than this are not names. */
const longestPath = 16;

export const readImportedNames = (tree: SyntaxTree, language: Language, rowsByShape: readonly (readonly number[])[]): ImportedNames => {
  const locals = new Map<string, readonly string[]>();
  if (language.imports !== undefined) {
    for (const shape of [shapeCode.import, shapeCode.variable, shapeCode.assignment]) {
      for (const row of rowsByShape[shape] ?? []) {
        for (const { local, path } of language.imports(tree, row)) if (!locals.has(local)) locals.set(local, path);
      }
    }
  }
  return {
    pathOfName: (name) => locals.get(name),
    pathOf: (row) => {
      if (locals.size === 0) return undefined;
      const tail: string[] = [];
      let at = row;
      while (tree.shape[at] === shapeCode.member && tail.length < longestPath) {
        const property = childIn(tree, at, slotCode.property);
        const object = childIn(tree, at, slotCode.object);
        if (property < 0 || object < 0 || tree.shape[property] !== shapeCode.identifier) return undefined;
        tail.unshift(textOf(tree, property));
        at = object;
      }
      if (tree.shape[at] !== shapeCode.identifier) return undefined;
      const path = locals.get(textOf(tree, at));
      return path === undefined ? undefined : [...path, ...tail];
    },
  };
};
