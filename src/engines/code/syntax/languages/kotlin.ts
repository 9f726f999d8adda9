import { foldChains } from '../fold-chains.ts';
import { pickExpression, pickKind, pickProgram, pickSlot } from '../frames.ts';
import type { Language, PatternFrame } from '../language.ts';
import { rewriteTypeAfter } from '../typed-metavariables.ts';
import { anyStringContent } from './any-string-content.ts';
import { dottedImports } from './dotted-imports.ts';
import { kotlinKinds } from './kotlin-kinds.ts';
import { withoutDefaults } from './without-defaults.ts';

/** What the kind of a node tells already. `val`, `var`, `object`, `interface`, `?.`, `in`, `is`, `as` and operators stay. */
const punctuation = [
  '( ) { } , ; : . -> @ $ ${ #! package import typealias where by init get set when try catch finally if else for while do file ?',
].flatMap((line) => line.split(' '));

const frames: readonly PatternFrame[] = [
  { name: 'expression', before: '', after: '\n', pick: pickExpression },
  { name: 'program', before: '', after: '\n', pick: pickProgram },
  { name: 'members', before: 'class sl_frame_ {\n', after: '\n}\n', pick: pickKind('class_body', 'children') },
  { name: 'body', before: 'fun sl_frame_() {\n', after: '\n}\n', pick: pickSlot('function', 'body', 'children') },
  { name: 'without body', before: '', after: ' {}\n', pick: pickProgram },
  { name: 'annotation', before: '', after: '\nclass sl_frame_\n', pick: pickKind('annotation') },
  { name: 'when entry', before: 'when (sl_frame_) {\n', after: '\n}\n', pick: pickKind('when_entry') },
  { name: 'parameters', before: 'fun sl_frame_(', after: ') {}\n', pick: pickSlot('function', 'parameters', 'children') },
  { name: 'type', before: 'val sl_frame_: ', after: ' = 1\n', pick: pickSlot('variable', 'type', 'node') },
];

export const kotlin: Language = {
  id: 'kotlin',
  aliases: ['kt'],
  extensions: ['.kt', '.kts', '.ktm'],
  grammar: '@cursorless/tree-sitter-wasms/out/tree-sitter-kotlin.wasm',
  kinds: kotlinKinds,
  punctuation: new Set(punctuation),
  comments: new Set(['line_comment', 'multiline_comment']),
  associative: new Set(['&&', '||', '+', '*']),
  frames,
  ellipsis: { statement: ['sl_dots_', 'val sl_dots_ = sl_dots_;'], element: ['sl_dots_', 'sl_dots_: sl_dots_'] },
  rewritePattern: rewriteTypeAfter,
  refine: (tree) =>
    foldChains(withoutDefaults(tree, 'function_value_parameters'), { navigation_suffix: 'member', indexing_suffix: 'index' }),
  stringContent: anyStringContent,
  imports: dottedImports,
  importsByPrefix: true,
};
