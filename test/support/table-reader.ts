import { readPattern } from '../../src/engines/code/match/pattern-text.ts';
import type { Language } from '../../src/engines/code/syntax/language.ts';
import { shapeCode } from '../../src/engines/code/syntax/shape.ts';
import { childrenOf, type SyntaxTree } from '../../src/engines/code/syntax/tree.ts';
import { openParser, outline } from './syntax-outline.ts';

/** What a language's table makes of texts, in a form that can be compared. */
export interface TableReader {
  /** Outlines of what stands at the top of a file, one a line. @throws when the grammar cannot read all of it. */
  readonly file: (source: string) => string;
  /** Outlines of a pattern's roots, one a line; the problem where it has one. */
  readonly pattern: (source: string) => string;
  /** Contents of the strings, in document order. */
  readonly strings: (source: string) => readonly (string | undefined)[];
  /** `local = a.b.c` for each name that is brought in. */
  readonly imports: (source: string) => readonly string[];
  readonly close: () => void;
}

const rowsOf = (tree: SyntaxTree, shape: keyof typeof shapeCode): number[] =>
  [...tree.shape.keys()].filter((row) => tree.shape[row] === shapeCode[shape]);

export const openTable = async (language: Language): Promise<TableReader> => {
  const parser = await openParser(language);
  const parse = (source: string): SyntaxTree => {
    const tree = parser.parse(source);
    if (tree.hasErrors) throw new Error(`the grammar of ${language.id} cannot read: ${source}`);
    return tree;
  };
  return {
    file: (source) => {
      const tree = parse(source);
      return childrenOf(tree, 0)
        .map((row) => outline(tree, row))
        .join('\n');
    },
    pattern: (source) => {
      const read = readPattern(source, language, parser.parse);
      return 'problem' in read ? read.problem : read.roots.map((root) => outline(read.tree, root, read.marks)).join('\n');
    },
    strings: (source) => {
      const tree = parse(source);
      return rowsOf(tree, 'string').map((row) => language.stringContent(tree, row)?.text);
    },
    imports: (source) => {
      const tree = parse(source);
      return rowsOf(tree, 'import').flatMap((row) =>
        (language.imports?.(tree, row) ?? []).map(({ local, path }) => `${local} = ${path.join('.')}`),
      );
    },
    close: parser.close,
  };
};
