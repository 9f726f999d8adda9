import type { Language } from '../syntax/language.ts';
import { shapeNames } from '../syntax/shape.ts';
import type { SyntaxTree } from '../syntax/tree.ts';
import { type Constants, readConstants } from './constants.ts';
import { type DeclaredTypes, readDeclaredTypes } from './declared-types.ts';
import { type HeadNames, readHeadNames } from './head-names.ts';
import { type ImportedNames, readImportedNames } from './imported-names.ts';
import { readScopes, type Scopes } from './scopes.ts';

/** What is known of a tree beyond its rows, each part worked out when first asked for. */
export interface TreeFacts {
  /** Rows of that shape, in document order. */
  readonly rowsOfShape: (shape: number) => readonly number[];
  /** Rows of that grammar kind with shape `other`. */
  readonly rowsOfKind: (kind: number) => readonly number[];
  readonly imports: () => ImportedNames;
  readonly constants: () => Constants;
  readonly types: () => DeclaredTypes;
  readonly scopes: () => Scopes;
  readonly heads: () => HeadNames;
}

const lazily = <T>(make: () => T): (() => T) => {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
};

const indexShapes = (tree: SyntaxTree): readonly (readonly number[])[] => {
  const rows: number[][] = shapeNames.map(() => []);
  for (let row = 0; row < tree.size; row++) rows[tree.shape[row] ?? 0]?.push(row);
  return rows;
};

const indexKinds = (tree: SyntaxTree, others: readonly number[]): ReadonlyMap<number, readonly number[]> => {
  const rows = new Map<number, number[]>();
  for (const row of others) {
    const kind = tree.kind[row] ?? 0;
    const known = rows.get(kind);
    if (known === undefined) rows.set(kind, [row]);
    else known.push(row);
  }
  return rows;
};

export const createTreeFacts = (tree: SyntaxTree, language: Language): TreeFacts => {
  const shapes = lazily(() => indexShapes(tree));
  const kinds = lazily(() => indexKinds(tree, shapes()[0] ?? []));
  const imports: () => ImportedNames = lazily(() => readImportedNames(tree, language, shapes(), () => scopes()));
  const scopes: () => Scopes = lazily(() => readScopes(tree, shapes(), language, (name) => imports().pathOfName(name) !== undefined));
  return {
    rowsOfShape: (shape) => shapes()[shape] ?? [],
    rowsOfKind: (kind) => kinds().get(kind) ?? [],
    imports,
    heads: lazily(() => readHeadNames(tree, imports)),
    constants: lazily(() => readConstants(tree, language, shapes())),
    scopes,
    types: lazily(() => readDeclaredTypes(tree, shapes(), imports, language)),
  };
};
