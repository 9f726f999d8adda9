import { pickExpression, pickKind, pickProgram, pickSlot } from '../frames.ts';
import type { Language, PatternFrame } from '../language.ts';
import { rewriteTypeAfter } from '../typed-metavariables.ts';
import { anyStringContent } from './any-string-content.ts';
import { dottedImports } from './dotted-imports.ts';
import { swiftKinds } from './swift-kinds.ts';
import { withoutDefaults } from './without-defaults.ts';

/** What the kind of a node tells already. `let`, `var`, `struct`, `as`, `is`, square brackets of an index and operators stay. */
const punctuation = [
  '( ) { } , ; : . = -> @ " """ \\( ? import func deinit subscript if guard for while repeat do switch case await catch typealias associatedtype',
].flatMap((line) => line.split(' '));

const frames: readonly PatternFrame[] = [
  { name: 'expression', before: '', after: '\n', pick: pickExpression },
  { name: 'program', before: '', after: '\n', pick: pickProgram },
  { name: 'members', before: 'class sl_frame_ {\n', after: '\n}\n', pick: pickKind('class_body', 'children') },
  { name: 'body', before: 'func sl_frame_() {\n', after: '\n}\n', pick: pickSlot('function', 'body', 'children') },
  { name: 'without body', before: '', after: ' {}\n', pick: pickProgram },
  { name: 'attribute', before: '', after: '\nclass sl_frame_ {}\n', pick: pickKind('attribute') },
  { name: 'case', before: 'switch sl_frame_ {\n', after: '\n}\n', pick: pickKind('switch_entry') },
  { name: 'parameters', before: 'func sl_frame_(', after: ') {}\n', pick: pickSlot('function', 'parameters', 'children') },
  { name: 'type', before: 'let sl_frame_: ', after: ' = 1\n', pick: pickSlot('variable', 'type', 'node') },
];

export const swift: Language = {
  id: 'swift',
  aliases: [],
  extensions: ['.swift'],
  grammar: '@repomix/tree-sitter-wasms/out/tree-sitter-swift.wasm',
  kinds: swiftKinds,
  punctuation: new Set(punctuation),
  comments: new Set(['comment', 'multiline_comment']),
  associative: new Set(['&&', '||', '+', '*', '&', '|', '^']),
  frames,
  ellipsis: { statement: ['sl_dots_', 'let sl_dots_ = sl_dots_;'], element: ['sl_dots_', 'sl_dots_: sl_dots_'] },
  rewritePattern: rewriteTypeAfter,
  refine: (tree) => withoutDefaults(tree, 'function_parameters'),
  stringContent: anyStringContent,
  imports: dottedImports,
  importsByPrefix: true,
};
