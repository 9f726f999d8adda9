import { ellipsisName, type KindSpec, type Language, type PatternFrame } from '../language.ts';
import { childrenOf, type SyntaxTree } from '../tree.ts';
import { quotedContent } from './quoted-content.ts';

const kinds: Readonly<Record<string, KindSpec>> = {
  document: { shape: 'program' },
  object: { shape: 'record' },
  pair: { shape: 'pair', slots: { key: 'key', value: 'value' } },
  array: { shape: 'list' },
  string: { shape: 'string', leaf: true },
  number: { shape: 'literal' },
  true: { shape: 'literal' },
  false: { shape: 'literal' },
  null: { shape: 'literal' },
};

/** The one child of a row, `depth` times over. */
const pickInner =
  (depth: number): PatternFrame['pick'] =>
  (tree: SyntaxTree) => {
    let node = 0;
    for (let level = 0; level < depth; level++) {
      const children = childrenOf(tree, node);
      if (children.length !== 1) return { node: -1, take: 'node' };
      node = children[0] ?? -1;
    }
    return { node, take: 'node' };
  };

export const json: Language = {
  id: 'json',
  aliases: [],
  extensions: ['.json'],
  grammar: '@cursorless/tree-sitter-wasms/out/tree-sitter-json.wasm',
  kinds,
  punctuation: new Set(['{', '}', '[', ']', ',', ':', '"']),
  comments: new Set(['comment']),
  associative: new Set(),
  recordsAreWhole: true,
  frames: [
    { name: 'value', before: '', after: '', pick: pickInner(1) },
    { name: 'pair', before: '{', after: '}', pick: pickInner(2) },
  ],
  ellipsis: { statement: [`"${ellipsisName}": 0`, `"${ellipsisName}"`], element: [`"${ellipsisName}"`] },
  // JSON has no names: a string stands for anything, as key or as value.
  metavariableForms: (placeholder) => [`"${placeholder}"`],
  // People end a pattern or a list with the comma it has in the file.
  rewritePattern: (pattern) => pattern.replace(/,\s*$/, '').replace(/,(\s*[\]}])/g, '$1'),
  stringContent: quotedContent,
};
