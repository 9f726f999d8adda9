import type { Language } from '../syntax/language.ts';
import { shapeCode, slotCode } from '../syntax/shape.ts';
import { childIn, type SyntaxTree, textOf } from '../syntax/tree.ts';
import type { Scopes } from './scopes.ts';

export interface ImportedNames {
  /** The full name a row stands for, by the file's imports: `p.join` after `from os import path as p` is `os`, `path`, `join`. */
  readonly pathOf: (row: number) => readonly string[] | undefined;
  /** The same for a name alone. */
  readonly pathOfName: (name: string) => readonly string[] | undefined;
  /** Every full name it may stand for besides: `printf` after `open Printf` is `Printf`, `printf`. */
  readonly openedPathsOf: (row: number) => readonly (readonly string[])[];
  /** Every name a local one may stand for somewhere in the file: `call` for `c` after `from subprocess import call as c`. */
  readonly lastNamesOf: (local: string) => readonly string[];
}

/** Longer chains than this are not names. */
const longestPath = 16;

const mostOpened = 64;

/** Where a name is given or belongs to something: nothing that an opened module brings. */
const givesName: ReadonlySet<number> = new Set([slotCode.name, slotCode.target, slotCode.property, slotCode.key]);

interface ImportedAt {
  readonly path: readonly string[];
  readonly row: number;
}

const isInside = (tree: SyntaxTree, row: number, ancestor: number): boolean => row >= ancestor && row <= (tree.last[ancestor] ?? ancestor);

export const readImportedNames = (
  tree: SyntaxTree,
  language: Language,
  rowsByShape: readonly (readonly number[])[],
  scopes: () => Scopes,
): ImportedNames => {
  const locals = new Map<string, ImportedAt[]>();
  if (language.imports !== undefined) {
    for (const shape of [shapeCode.import, shapeCode.variable, shapeCode.assignment]) {
      for (const row of rowsByShape[shape] ?? []) {
        for (const { local, path } of language.imports(tree, row)) {
          const known = locals.get(local);
          if (known === undefined) locals.set(local, [{ path, row }]);
          else known.push({ path, row });
        }
      }
    }
  }
  /** What the last import before it says, unless the name is declared anew in a scope without that import. */
  const pathOfUse = (use: number): readonly string[] | undefined => {
    const imported = locals.get(textOf(tree, use))?.findLast(({ row }) => row < use);
    // The name where it is imported is no use of it.
    if (imported === undefined || isInside(tree, use, imported.row)) return undefined;
    const scope = scopes().ofName(use) ?? 0;
    return scope === 0 || isInside(tree, imported.row, scope) ? imported.path : undefined;
  };
  const opened: (readonly string[])[] = [];
  if (language.opens !== undefined) {
    for (const row of rowsByShape[shapeCode.import] ?? []) {
      const path = opened.length < mostOpened ? language.opens(tree, row) : undefined;
      if (path !== undefined) opened.push(path);
    }
  }
  return {
    openedPathsOf: (row) => {
      if (opened.length === 0 || tree.shape[row] !== shapeCode.identifier || givesName.has(tree.slot[row] ?? 0)) return [];
      const name = textOf(tree, row);
      return opened.map((path) => [...path, name]);
    },
    pathOfName: (name) => locals.get(name)?.[0]?.path,
    lastNamesOf: (local) => (locals.get(local) ?? []).flatMap(({ path }) => path.slice(-1)),
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
      const path = pathOfUse(at);
      return path === undefined ? undefined : [...path, ...tail];
    },
  };
};
