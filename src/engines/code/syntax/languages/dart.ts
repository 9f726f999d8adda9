import { foldChains } from '../fold-chains.ts';
import { pickKind, pickProgram } from '../frames.ts';
import type { KindSpec, Language, PatternFrame } from '../language.ts';
import { isLeaf } from '../tree.ts';
import { rewriteTypeAfter } from '../typed-metavariables.ts';
import { quotedContent } from './quoted-content.ts';

const identifier: KindSpec = { shape: 'identifier' };
const leafName: KindSpec = { shape: 'identifier', leaf: true };
const literal: KindSpec = { shape: 'literal', leaf: true };
const binary: KindSpec = { shape: 'binary' };
const type = {
  '#type_identifier': 'type',
  '#void_type': 'type',
  '#type_arguments': 'typeArguments',
  '#nullable_type': 'optional',
} as const;
const modifiers = {
  '#final_builtin': 'modifiers',
  '#const_builtin': 'modifiers',
  '#inferred_type': 'modifiers',
  '#static': 'modifiers',
  '#late': 'modifiers',
} as const;
const classLike: KindSpec = {
  shape: 'class',
  slots: {
    name: 'name',
    type_parameters: 'typeParameters',
    superclass: 'parents',
    interfaces: 'parents',
    body: 'body',
    '#abstract': 'modifiers',
  },
};

const kinds: Readonly<Record<string, KindSpec>> = {
  // At the top of a file modifiers and type of a variable stand before it.
  program: {
    shape: 'program',
    attaches: {
      kinds: ['final_builtin', 'const_builtin', 'inferred_type', 'late', 'type_identifier', 'type_arguments'],
      slot: 'modifiers',
    },
  },
  static_final_declaration_list: { merges: ['static_final_declaration'] },
  static_final_declaration: { shape: 'variable', order: ['target', 'value'] },
  block: { shape: 'block' },
  function_body: { slots: { '#block': 'body' } },
  class_body: { shape: 'class_body', attaches: { kinds: ['annotation'], slot: 'decorators' } },
  expression_statement: { shape: 'expression_statement' },
  identifier,
  type_identifier: identifier,
  identifier_dollar_escaped: identifier,
  this: leafName,
  super: leafName,
  void_type: leafName,
  inferred_type: leafName,
  final_builtin: leafName,
  const_builtin: leafName,
  decimal_integer_literal: literal,
  hex_integer_literal: literal,
  decimal_floating_point_literal: literal,
  true: literal,
  false: literal,
  null_literal: literal,
  string_literal: { shape: 'string', leafUnless: ['template_substitution'] },

  // What follows an expression stands beside it; see `refine`.
  selector: { transparent: 'always' },
  assignable_expression: { transparent: 'always' },
  argument_part: { slots: { '#arguments': 'arguments', '#type_arguments': 'typeArguments' } },
  unconditional_assignable_selector: { order: ['property'], becomes: [{ with: ['index_selector'], kind: 'index_suffix' }] },
  conditional_assignable_selector: { slots: { '#?.': 'drop' }, order: ['property'] },
  index_suffix: { invented: true, slots: { '#index_selector': 'index' } },
  index_selector: { transparent: 'always', slots: { '#[': 'drop', '#]': 'drop' } },
  arguments: { shape: 'arguments' },
  argument: { transparent: 'always' },
  named_argument: { shape: 'keyword_argument', order: ['name', 'value'] },
  label: { transparent: 'always' },
  new_expression: { shape: 'construction', slots: { '#arguments': 'arguments', '#new': 'drop' }, order: ['callee'] },
  const_object_expression: { shape: 'construction', slots: { '#arguments': 'arguments', '#const_builtin': 'drop' }, order: ['callee'] },
  assignment_expression: { shape: 'assignment', slots: { left: 'target', operator: 'operator', right: 'value' } },
  additive_expression: binary,
  multiplicative_expression: binary,
  relational_expression: binary,
  equality_expression: binary,
  logical_and_expression: binary,
  logical_or_expression: binary,
  unary_expression: { transparent: 'one_child' },
  parenthesized_expression: { transparent: 'one_child' },
  list_literal: { shape: 'list', slots: { '#[': 'drop', '#]': 'drop' } },
  pair: { shape: 'pair', slots: { key: 'key', value: 'value' } },
  function_expression: { shape: 'function', slots: { parameters: 'parameters', body: 'body' } },

  local_variable_declaration: { transparent: 'one_child' },
  initialized_variable_definition: { shape: 'variable', slots: { name: 'target', value: 'value', ...type, ...modifiers } },
  declaration: { merges: ['initialized_identifier_list'], slots: { ...type, ...modifiers } },
  initialized_identifier_list: { merges: ['initialized_identifier'] },
  initialized_identifier: { shape: 'variable', order: ['target', 'value'] },
  method_signature: { transparent: 'one_child' },
  function_signature: { slots: { name: 'name', '#formal_parameter_list': 'parameters', ...type } },
  formal_parameter_list: { shape: 'parameters' },
  formal_parameter: { shape: 'parameter', slots: { name: 'name', ...type, ...modifiers, '#required': 'modifiers' }, order: ['name'] },
  annotation: { shape: 'decorator', slots: { name: 'name', '#arguments': 'arguments' } },
  class_definition: classLike,
  mixin_declaration: classLike,
  superclass: { transparent: 'always' },
  interfaces: { transparent: 'always' },

  if_statement: { shape: 'if', slots: { consequence: 'body', alternative: 'alternative' }, order: ['condition'] },
  while_statement: { slots: { condition: 'condition', body: 'body' } },
  for_statement: { slots: { body: 'body' } },
  return_statement: { shape: 'return', order: ['value'] },

  import_or_export: { transparent: 'one_child' },
  library_import: { transparent: 'one_child' },
  import_specification: { shape: 'import', slots: { '#identifier': 'optional', '#combinator': 'optional' } },
  configurable_uri: { transparent: 'one_child' },
  uri: { transparent: 'one_child' },
};

/** What the kind of a node tells already. Operators, square brackets of types and `static` stay. */
const punctuation = [
  '( ) { } , ; : . = => @ " \' """ \'\'\' $ import as class extends implements with if else for in while do return switch case try catch',
].flatMap((line) => line.split(' '));

/** The one expression of the frame's function. */
const pickOnlyStatement: PatternFrame['pick'] = (tree) => {
  const { node } = pickKind('expression_statement')(tree);
  const isOnly = node >= 0 && tree.last[node] === tree.size - 1 && tree.parent[node] === node - 1 && !isLeaf(tree, node);
  return { node: isOnly ? node + 1 : -1, take: 'node' };
};

const frames: readonly PatternFrame[] = [
  { name: 'expression', before: 'void sl_frame_() {\n', after: ';\n}', pick: pickOnlyStatement },
  { name: 'statements', before: 'void sl_frame_() {\n', after: '\n}', pick: pickKind('block', 'children') },
  { name: 'program', before: '', after: '', pick: pickProgram },
  { name: 'members', before: 'class sl_frame_ {\n', after: '\n}', pick: pickKind('class_body', 'children') },
];

export const dart: Language = {
  id: 'dart',
  aliases: [],
  extensions: ['.dart'],
  grammar: '@repomix/tree-sitter-wasms/out/tree-sitter-dart.wasm',
  kinds,
  punctuation: new Set(punctuation),
  comments: new Set(['comment', 'documentation_comment']),
  associative: new Set(['&&', '||', '+', '*']),
  frames,
  ellipsis: { statement: ['sl_dots_;', 'var sl_dots_;'], element: ['sl_dots_', 'sl_dots_ sl_dots_'] },
  rewritePattern: rewriteTypeAfter,
  refine: (tree) =>
    foldChains(tree, {
      argument_part: 'call',
      unconditional_assignable_selector: 'member',
      conditional_assignable_selector: 'member',
      index_suffix: 'index',
    }),
  stringContent: quotedContent,
};
