import { pickProgram } from '../frames.ts';
import type { KindSpec, Language, PatternFrame } from '../language.ts';
import { childrenOf, type SyntaxTree } from '../tree.ts';
import { quotedContent } from './quoted-content.ts';

const tag: KindSpec = { transparent: 'always', slots: { '#tag_name': 'name', '#attribute': 'modifiers' } };
const element: KindSpec = { slots: { '#end_tag': 'drop', '#erroneous_end_tag': 'drop' } };

/** An element is its name, its attributes, in any order and more of them than a pattern says, and what stands in it. */
const kinds: Readonly<Record<string, KindSpec>> = {
  document: { shape: 'program' },
  element,
  script_element: { ...element, as: 'element' },
  style_element: { ...element, as: 'element' },
  start_tag: tag,
  self_closing_tag: tag,
  tag_name: { shape: 'identifier' },
  attribute: { shape: 'keyword_argument', order: ['name', 'value'] },
  attribute_name: { shape: 'identifier' },
  quoted_attribute_value: { shape: 'string', leaf: true },
  attribute_value: { shape: 'string' },
  text: { dropBlank: true },
  raw_text: { as: 'text', dropBlank: true },
};

/** The elements of the pattern: one, or several in a row. */
const pickElements = (tree: SyntaxTree): ReturnType<PatternFrame['pick']> => {
  const [only, ...others] = childrenOf(tree, 0);
  return only !== undefined && others.length === 0 ? { node: only, take: 'node' } : pickProgram(tree);
};

const frames: readonly PatternFrame[] = [
  { name: 'elements', before: '', after: '', pick: pickElements },
  { name: 'element without end', before: '', after: '</sl_frame_>', pick: pickElements },
];

export const html: Language = {
  id: 'html',
  aliases: [],
  extensions: ['.html', '.htm'],
  grammar: '@cursorless/tree-sitter-wasms/out/tree-sitter-html.wasm',
  kinds,
  punctuation: new Set(['<', '>', '</', '/>', '<!', '=', '"', "'", 'doctype']),
  comments: new Set(['comment']),
  associative: new Set(),
  frames,
  ellipsis: { statement: ['sl_dots_'], element: ['sl_dots_'] },
  stringContent: quotedContent,
};
