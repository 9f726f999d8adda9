import type { PatternTree } from '../../src/engines/code/match/pattern-tree.ts';
import { createGrammars } from '../../src/engines/code/syntax/grammar.ts';
import type { Language } from '../../src/engines/code/syntax/language.ts';
import { shapeNames, slotNames } from '../../src/engines/code/syntax/shape.ts';
import { childrenOf, isLeaf, type SyntaxTree, textOf } from '../../src/engines/code/syntax/tree.ts';

type Marks = PatternTree['marks'];

const markText = (mark: NonNullable<ReturnType<Marks['get']>>): string => {
  if (mark.kind === 'typed') return `<typed ${mark.name} ${mark.type}>`;
  if (mark.kind === 'string_regex') return `<string_regex ${mark.source}>`;
  return 'name' in mark ? `<${mark.kind} ${mark.name}>` : `<${mark.kind}>`;
};

/**
 * A tree in one line: `slot:shape(children)`, leaves as their text, nodes of shape `other` by their grammar kind. A marked row of a pattern is
 * its mark.
 */
export const outline = (tree: SyntaxTree, row: number, marks?: Marks): string => {
  const slot = slotNames[tree.slot[row] ?? 0] ?? 'none';
  const shape = shapeNames[tree.shape[row] ?? 0] ?? 'other';
  const name = shape === 'other' ? (tree.kindNames[tree.kind[row] ?? 0] ?? '') : shape;
  const children = childrenOf(tree, row).map((child) => outline(tree, child, marks));
  const mark = marks?.get(row);
  const isText = isLeaf(tree, row) && !['arguments', 'parameters', 'block', 'class_body', 'list', 'record'].includes(shape);
  const inner = mark !== undefined ? markText(mark) : isText ? textOf(tree, row) : name;
  const said = children.length === 0 && (isText || mark !== undefined) ? inner : `${inner}(${children.join(' ')})`;
  return slot === 'none' ? said : `${slot}:${said}`;
};

/** A parser for whole texts that tests trust to be small. */
export const openParser = async (
  language: Language,
): Promise<{ readonly parse: (text: string) => SyntaxTree; readonly close: () => void }> => {
  const grammars = createGrammars();
  const grammar = await grammars.open(language, { signal: new AbortController().signal });
  return {
    parse: (text) => {
      const outcome = grammar.parse(text, { maxCharacters: 1_000_000, maxNodes: 1_000_000, isSpent: () => false });
      if ('problem' in outcome) throw new Error(outcome.detail);
      return outcome.tree;
    },
    close: grammars.close,
  };
};
