import type { KindSpec } from '../language.ts';

const identifier: KindSpec = { shape: 'identifier' };
const leafName: KindSpec = { shape: 'identifier', leaf: true };
const literal: KindSpec = { shape: 'literal', leaf: true };
const string: KindSpec = { shape: 'string', leaf: true };
const attributes: KindSpec['attaches'] = { kinds: ['attribute_item'], slot: 'decorators' };

/** What stands as a statement by itself; the value at the end of a block is an expression without a `;`. */
const statements = [
  'expression_statement let_declaration empty_statement macro_definition attribute_item inner_attribute_item',
  'mod_item foreign_mod_item struct_item union_item enum_item type_item function_item function_signature_item',
  'impl_item trait_item associated_type const_item static_item use_declaration extern_crate_declaration label',
].flatMap((line) => line.split(' '));
const list: KindSpec = {
  shape: 'block',
  attaches: attributes,
  wraps: { slots: ['none'], except: statements, as: 'expression_statement', inner: 'none' },
};

const signature: KindSpec = {
  shape: 'function',
  slots: {
    name: 'name',
    type_parameters: 'typeParameters',
    parameters: 'parameters',
    return_type: 'returnType',
    body: 'body',
    '#visibility_modifier': 'modifiers',
    '#where_clause': 'optional',
  },
};
const typeItem: KindSpec = {
  shape: 'class',
  slots: {
    name: 'name',
    type_parameters: 'typeParameters',
    bounds: 'parents',
    body: 'body',
    '#visibility_modifier': 'modifiers',
    '#where_clause': 'optional',
    '#struct': 'drop',
  },
};
const constant: KindSpec = {
  shape: 'variable',
  slots: {
    name: 'target',
    type: 'type',
    value: 'value',
    '#const': 'modifiers',
    '#static': 'modifiers',
    '#mutable_specifier': 'modifiers',
    '#visibility_modifier': 'modifiers',
  },
};
const loop: KindSpec = { slots: { condition: 'condition', pattern: 'target', value: 'value', body: 'body' } };

export const rustKinds: Readonly<Record<string, KindSpec>> = {
  source_file: { ...list, shape: 'program' },
  block: list,
  declaration_list: { shape: 'class_body', attaches: attributes },
  field_declaration_list: { shape: 'class_body', attaches: attributes },
  enum_variant_list: { shape: 'class_body', attaches: attributes },
  expression_statement: { shape: 'expression_statement' },

  identifier,
  field_identifier: identifier,
  shorthand_field_identifier: identifier,
  type_identifier: identifier,
  primitive_type: identifier,
  self: identifier,
  super: identifier,
  crate: identifier,
  lifetime: leafName,
  mutable_specifier: leafName,
  visibility_modifier: leafName,
  integer_literal: literal,
  float_literal: literal,
  boolean_literal: literal,
  char_literal: literal,
  negative_literal: literal,
  string_literal: string,
  raw_string_literal: string,

  call_expression: { shape: 'call', slots: { function: 'callee', arguments: 'arguments' } },
  arguments: { shape: 'arguments', attaches: attributes },
  generic_function: { merges: ['field_expression', 'scoped_identifier'], slots: { type_arguments: 'typeArguments' } },
  // Arguments of a macro are tokens, whatever the macro makes of them; `!` stays, to tell it from a function.
  macro_invocation: { shape: 'call', slots: { macro: 'callee', '#token_tree': 'arguments' } },
  token_tree: { shape: 'arguments', slots: { '#[': 'drop', '#]': 'drop' } },
  field_expression: { shape: 'member', slots: { value: 'object', field: 'property' } },
  scoped_identifier: { shape: 'member', slots: { path: 'object', name: 'property' } },
  scoped_type_identifier: { shape: 'member', slots: { path: 'object', name: 'property' } },
  index_expression: { shape: 'index', slots: { '#[': 'drop', '#]': 'drop' }, order: ['object', 'index'] },
  array_expression: { shape: 'list', slots: { '#[': 'drop', '#]': 'drop' } },
  struct_expression: { shape: 'construction', slots: { name: 'callee', body: 'arguments' } },
  field_initializer_list: { shape: 'record' },
  field_initializer: { shape: 'pair', slots: { field: 'key', value: 'value' } },
  binary_expression: { shape: 'binary', slots: { left: 'left', operator: 'operator', right: 'right' } },
  unary_expression: { shape: 'unary', slots: { '#-': 'operator', '#!': 'operator', '#*': 'operator' }, order: ['value'] },
  reference_expression: { slots: { value: 'value', '#mutable_specifier': 'optional' } },
  type_cast_expression: { slots: { value: 'value', type: 'type' } },
  parenthesized_expression: { transparent: 'one_child' },
  assignment_expression: { shape: 'assignment', slots: { left: 'target', right: 'value' } },
  compound_assignment_expr: { shape: 'assignment', slots: { left: 'target', operator: 'operator', right: 'value' } },
  closure_expression: {
    shape: 'function',
    slots: { parameters: 'parameters', return_type: 'returnType', body: 'body', '#move': 'modifiers', '#async': 'modifiers' },
  },
  closure_parameters: { shape: 'parameters', slots: { '#|': 'drop' } },

  let_declaration: {
    shape: 'variable',
    slots: { pattern: 'target', type: 'type', value: 'value', alternative: 'optional', '#mutable_specifier': 'modifiers' },
  },
  const_item: constant,
  static_item: constant,
  field_declaration: { shape: 'variable', slots: { name: 'target', type: 'type', '#visibility_modifier': 'modifiers' } },

  function_item: signature,
  function_signature_item: signature,
  function_modifiers: {
    transparent: 'always',
    slots: {
      '#async': 'modifiers',
      '#unsafe': 'modifiers',
      '#const': 'modifiers',
      '#default': 'modifiers',
      '#extern_modifier': 'modifiers',
    },
  },
  parameters: { shape: 'parameters', attaches: attributes },
  parameter: { shape: 'parameter', slots: { pattern: 'name', type: 'type', '#mutable_specifier': 'modifiers' } },
  self_parameter: { shape: 'parameter', leaf: true },
  attribute_item: { transparent: 'always', slots: { '#[': 'drop', '#]': 'drop' } },
  attribute: { shape: 'decorator', slots: { arguments: 'arguments', value: 'value' }, order: ['name'] },
  struct_item: typeItem,
  union_item: typeItem,
  enum_item: typeItem,
  trait_item: typeItem,
  impl_item: { slots: { type_parameters: 'typeParameters', trait: 'key', type: 'name', body: 'body', '#where_clause': 'optional' } },
  mod_item: { slots: { name: 'name', body: 'body', '#visibility_modifier': 'modifiers' } },
  generic_type: { shape: 'type', slots: { type: 'name', type_arguments: 'typeArguments' } },
  type_arguments: { slots: { '#<': 'drop', '#>': 'drop' } },
  type_parameters: { slots: { '#<': 'drop', '#>': 'drop' } },

  if_expression: { shape: 'if', slots: { condition: 'condition', consequence: 'body', alternative: 'alternative' } },
  else_clause: { transparent: 'always' },
  match_expression: { slots: { value: 'value', body: 'body' } },
  match_arm: { slots: { pattern: 'condition', value: 'body' } },
  match_pattern: { transparent: 'one_child' },
  while_expression: loop,
  for_expression: loop,
  loop_expression: loop,
  unsafe_block: { slots: { '#unsafe': 'drop', '#block': 'body' } },
  return_expression: { shape: 'return', order: ['value'] },

  use_declaration: { shape: 'import', slots: { '#visibility_modifier': 'modifiers' } },
  use_list: { shape: 'list' },
  use_as_clause: { slots: { alias: 'optional' } },
};
