import { pickProgram, pickSlot } from '../frames.ts';
import type { KindSpec, Language, PatternFrame, StringContent } from '../language.ts';
import { type SyntaxTree, textOf } from '../tree.ts';

const identifier: KindSpec = { shape: 'identifier' };
const literal: KindSpec = { shape: 'literal', leaf: true };
const statements = [
  'variable_declaration assignment_statement function_declaration if_statement for_statement while_statement',
  'repeat_statement do_statement return_statement break_statement goto_statement label_statement statement',
].flatMap((line) => line.split(' '));
/** A call is the only expression that may stand as a statement. */
const statementList: KindSpec = { shape: 'block', wraps: { slots: ['none'], except: statements, as: 'statement', inner: 'none' } };
const binaryOperators = [
  'or',
  'and',
  '<',
  '<=',
  '==',
  '~=',
  '>=',
  '>',
  '|',
  '~',
  '&',
  '<<',
  '>>',
  '+',
  '-',
  '*',
  '/',
  '//',
  '%',
  '..',
  '^',
];
const operator = Object.fromEntries(binaryOperators.map((sign) => [`#${sign}`, 'operator' as const]));
const definition: KindSpec = {
  shape: 'function',
  slots: { name: 'name', parameters: 'parameters', body: 'body', '#local': 'modifiers' },
  fills: [{ slot: 'body', kind: 'block' }],
};
const member: KindSpec = { shape: 'member', slots: { table: 'object', field: 'property', method: 'property' } };

const kinds: Readonly<Record<string, KindSpec>> = {
  chunk: { ...statementList, shape: 'program' },
  block: statementList,
  statement: { shape: 'expression_statement', invented: true },
  identifier,
  number: literal,
  nil: literal,
  true: literal,
  false: literal,
  vararg_expression: literal,
  string: { shape: 'string', leaf: true },

  function_call: { shape: 'call', slots: { name: 'callee', arguments: 'arguments' } },
  arguments: { shape: 'arguments' },
  dot_index_expression: member,
  method_index_expression: member,
  bracket_index_expression: { shape: 'index', slots: { table: 'object', field: 'index', '#[': 'drop', '#]': 'drop' } },
  table_constructor: {},
  field: { shape: 'pair', transparent: 'one_child', slots: { name: 'key', value: 'value', '#[': 'drop', '#]': 'drop' } },
  binary_expression: { shape: 'binary', slots: { left: 'left', right: 'right', ...operator } },
  unary_expression: {
    shape: 'unary',
    slots: { operand: 'value', '#not': 'operator', '#-': 'operator', '##': 'operator', '#~': 'operator' },
  },
  parenthesized_expression: { transparent: 'one_child' },

  assignment_statement: { shape: 'assignment', slots: { '#variable_list': 'target', '#expression_list': 'value' } },
  variable_declaration: {
    shape: 'variable',
    inlines: ['assignment_statement'],
    slots: { '#local': 'modifiers', '#variable_list': 'target', '#expression_list': 'value' },
  },
  empty_statement: { dropBlank: true, transparent: 'always' },
  variable_list: { transparent: 'one_child' },
  expression_list: { transparent: 'one_child' },
  function_declaration: definition,
  function_definition: definition,
  parameters: { shape: 'parameters' },
  if_statement: {
    shape: 'if',
    slots: { condition: 'condition', consequence: 'body', alternative: 'alternative' },
    fills: [{ slot: 'body', kind: 'block', before: 'alternative' }],
  },
  elseif_statement: { as: 'if_statement', shape: 'if', slots: { condition: 'condition', consequence: 'body' } },
  else_statement: { transparent: 'always', slots: { body: 'none' } },
  while_statement: { slots: { condition: 'condition', body: 'body' } },
  repeat_statement: { slots: { condition: 'condition', body: 'body' } },
  for_statement: { slots: { clause: 'condition', body: 'body' } },
  for_numeric_clause: { slots: { name: 'target', start: 'left', end: 'right', step: 'value' } },
  for_generic_clause: { slots: { '#variable_list': 'target', '#expression_list': 'value' } },
  return_statement: { shape: 'return', slots: { '#expression_list': 'value' } },
};

/** What the kind of a node tells already. `local` and operators stay. */
const punctuation = ['( ) { } , ; : :: . = " \' [[ ]] return goto do end while repeat until if then elseif else for in function'].flatMap(
  (line) => line.split(' '),
);

const frames: readonly PatternFrame[] = [
  { name: 'program', before: '', after: '\n', pick: pickProgram },
  { name: 'expression', before: 'sl_frame_ = ', after: '\n', pick: pickSlot('assignment', 'value', 'node') },
];

/** Content of quotes and of brackets with any number of `=`. */
const stringContent = (tree: SyntaxTree, node: number): StringContent | undefined => {
  const [opening = ''] = /^(?:["']|\[=*\[)/.exec(textOf(tree, node)) ?? [];
  if (opening === '') return undefined;
  const start = (tree.start[node] ?? 0) + opening.length;
  const end = Math.max(start, (tree.end[node] ?? 0) - opening.length);
  return { text: tree.text.slice(start, end), start, end, isInterpolated: false };
};

export const lua: Language = {
  id: 'lua',
  aliases: [],
  extensions: ['.lua'],
  grammar: '@cursorless/tree-sitter-wasms/out/tree-sitter-lua.wasm',
  kinds,
  punctuation: new Set(punctuation),
  comments: new Set(['comment', 'hash_bang_line']),
  associative: new Set(['and', 'or', '+', '*', '&', '|']),
  frames,
  ellipsis: { statement: ['sl_dots_()'], element: ['sl_dots_'] },
  stringContent,
};
