import { pickKind, pickProgram, pickSlot } from '../frames.ts';
import type { Language, PatternFrame, StringContent } from '../language.ts';
import { type SyntaxTree, textOf } from '../tree.ts';
import { rewriteTypeAfter } from '../typed-metavariables.ts';
import { rustImports } from './rust-imports.ts';
import { rustKinds } from './rust-kinds.ts';

/** What the kind of a node tells already. Operators, square brackets of macros, `mut`, `enum`, `trait` and the like stay. */
const punctuation = [
  '( ) { } , ; : :: . = => -> # @ " \' as break continue else fn for if impl in let loop match mod return use where while await union',
].flatMap((line) => line.split(' '));

const pickBody = pickSlot('function', 'body', 'children');
const frames: readonly PatternFrame[] = [
  { name: 'statements', before: 'fn sl_frame_() {\n', after: '\n}', pick: pickBody },
  { name: 'program', before: '', after: '', pick: pickProgram },
  { name: 'statement without end', before: 'fn sl_frame_() {\n', after: ';\n}', pick: pickBody },
  { name: 'statement without body', before: 'fn sl_frame_() {\n', after: ' {}\n}', pick: pickBody },
  { name: 'members', before: 'impl sl_frame_ {\n', after: '\n}', pick: pickKind('declaration_list', 'children') },
  { name: 'fields', before: 'struct sl_frame_ {\n', after: '\n}', pick: pickKind('field_declaration_list', 'children') },
  { name: 'attribute', before: '', after: '\nfn sl_frame_() {}', pick: pickKind('attribute') },
  { name: 'match arm', before: 'fn sl_frame_() { match sl_frame_ {\n', after: '\n} }', pick: pickKind('match_arm') },
  { name: 'type', before: 'type sl_frame_ = ', after: ';', pick: (tree) => pickLast(tree, 'type_item') },
];

const pickLast = (tree: SyntaxTree, kind: string): ReturnType<PatternFrame['pick']> => {
  const { node } = pickKind(kind)(tree);
  // The name stands first.
  const type = node < 0 ? -1 : node + 2;
  return { node: type <= (tree.last[node] ?? -1) ? type : -1, take: 'node' };
};

const stringContent = (tree: SyntaxTree, node: number): StringContent | undefined => {
  const [opening = '', hashes = ''] = /^[bcr]*(#*)"/.exec(textOf(tree, node)) ?? [];
  if (opening === '') return undefined;
  const start = (tree.start[node] ?? 0) + opening.length;
  const end = Math.max(start, (tree.end[node] ?? 0) - 1 - hashes.length);
  return { text: tree.text.slice(start, end), start, end, isInterpolated: false };
};

export const rust: Language = {
  id: 'rust',
  aliases: ['rs'],
  extensions: ['.rs'],
  grammar: '@vscode/tree-sitter-wasm/wasm/tree-sitter-rust.wasm',
  kinds: rustKinds,
  punctuation: new Set(punctuation),
  comments: new Set(['line_comment', 'block_comment']),
  associative: new Set(['&&', '||', '+', '*', '&', '|', '^']),
  frames,
  ellipsis: {
    statement: ['sl_dots_;', 'sl_dots_!{}', 'sl_dots_ => sl_dots_,', 'sl_dots_: sl_dots_,'],
    element: ['sl_dots_', 'sl_dots_: sl_dots_'],
  },
  rewritePattern: rewriteTypeAfter,
  stringContent,
  imports: rustImports,
  importsByPrefix: true,
};
