import type { KindSpec, WrapSpec } from '../language.ts';

const identifier: KindSpec = { shape: 'identifier', leaf: true };
const literal: KindSpec = { shape: 'literal', leaf: true };
const modifier: KindSpec = { leaf: true };

/** What may be written in a string to be computed. */
const interpolated = [
  'variable_name dynamic_variable_name subscript_expression member_access_expression nullsafe_member_access_expression',
  'member_call_expression nullsafe_member_call_expression scoped_call_expression scoped_property_access_expression',
  'function_call_expression',
].flatMap((line) => line.split(' '));

const modifiers = {
  attributes: 'decorators',
  visibility: 'modifiers',
  '#visibility_modifier': 'modifiers',
  '#static_modifier': 'modifiers',
  '#final_modifier': 'modifiers',
  '#abstract_modifier': 'modifiers',
  '#readonly_modifier': 'modifiers',
  '#var_modifier': 'modifiers',
  static_modifier: 'modifiers',
  readonly: 'modifiers',
  final: 'modifiers',
  reference_modifier: 'modifiers',
  '#reference_modifier': 'modifiers',
} as const;

/** `if ($a) f();` is `if ($a) { f(); }`. */
const braced: WrapSpec = {
  slots: ['body', 'alternative'],
  except: ['compound_statement', 'colon_block', 'if_statement', 'else_if_clause', 'else_clause', 'switch_block'],
  as: 'compound_statement',
  inner: 'none',
};
const branch: KindSpec = { shape: 'if', slots: { condition: 'condition', body: 'body', alternative: 'alternative' }, wraps: braced };
const loop: KindSpec = { slots: { initialize: 'left', condition: 'condition', update: 'right', body: 'body' }, wraps: braced };

const definition: KindSpec = {
  shape: 'function',
  slots: {
    ...modifiers,
    name: 'name',
    parameters: 'parameters',
    return_type: 'returnType',
    body: 'body',
    '#anonymous_function_use_clause': 'optional',
    '#=>': 'drop',
  },
};
const type: KindSpec = {
  shape: 'class',
  slots: { ...modifiers, name: 'name', '#base_clause': 'parents', '#class_interface_clause': 'parents', body: 'body' },
};
const parameter: KindSpec = {
  shape: 'parameter',
  slots: { ...modifiers, type: 'type', name: 'name', default_value: 'value', '#...': 'optional' },
};
const assignment: KindSpec = { shape: 'assignment', slots: { left: 'target', operator: 'operator', right: 'value', '#&': 'modifiers' } };
const declared: KindSpec = { shape: 'variable', slots: { name: 'target', default_value: 'value', value: 'value' } };
const member: KindSpec = {
  shape: 'member',
  as: 'member_access_expression',
  slots: { object: 'object', scope: 'object', name: 'property' },
};
const callOfMember: KindSpec = {
  shape: 'call',
  slots: { arguments: 'arguments' },
  synthesise: {
    shape: 'member',
    slot: 'callee',
    from: { object: 'object', scope: 'object', name: 'property' },
    kind: 'member_access_expression',
  },
};
const inclusion: KindSpec = { order: ['value'] };

export const phpKinds: Readonly<Record<string, KindSpec>> = {
  program: { shape: 'program', slots: { '#php_tag': 'drop', '#text_interpolation': 'drop' } },
  compound_statement: { shape: 'block' },
  colon_block: { shape: 'block' },
  expression_statement: { shape: 'expression_statement' },

  name: identifier,
  variable_name: identifier,
  qualified_name: identifier,
  relative_name: identifier,
  namespace_name: identifier,
  relative_scope: identifier,
  named_type: { shape: 'type', transparent: 'one_child' },
  primitive_type: identifier,
  cast_type: identifier,
  bottom_type: identifier,
  integer: literal,
  float: literal,
  boolean: literal,
  null: literal,
  string: { shape: 'string', leaf: true },
  encapsed_string: { shape: 'string', leafUnless: interpolated },
  heredoc: { shape: 'string', merges: ['heredoc_body'], slots: { identifier: 'drop', end_tag: 'drop' } },
  heredoc_body: { shape: 'string', leafUnless: interpolated },
  nowdoc: { shape: 'string', leaf: true },
  string_content: { leaf: true },
  shell_command_expression: { leafUnless: interpolated },
  visibility_modifier: modifier,
  static_modifier: modifier,
  final_modifier: modifier,
  abstract_modifier: modifier,
  readonly_modifier: modifier,
  var_modifier: modifier,
  reference_modifier: modifier,

  function_call_expression: { shape: 'call', slots: { function: 'callee', arguments: 'arguments' } },
  member_call_expression: callOfMember,
  nullsafe_member_call_expression: callOfMember,
  scoped_call_expression: callOfMember,
  object_creation_expression: {
    shape: 'construction',
    slots: { '#arguments': 'arguments' },
    order: ['callee'],
    fills: [{ slot: 'arguments', kind: 'arguments' }],
  },
  arguments: { shape: 'arguments' },
  argument: { shape: 'keyword_argument', transparent: 'one_child', slots: { name: 'name', reference_modifier: 'drop' }, order: ['value'] },
  variadic_unpacking: { shape: 'spread' },
  member_access_expression: { ...member, slots: { object: 'object', name: 'property' } },
  nullsafe_member_access_expression: member,
  scoped_property_access_expression: member,
  class_constant_access_expression: { shape: 'member', as: 'member_access_expression', order: ['object', 'property'] },
  subscript_expression: { shape: 'index', order: ['object', 'index'] },
  parenthesized_expression: { transparent: 'one_child' },
  sequence_expression: {},
  assignment_expression: assignment,
  reference_assignment_expression: assignment,
  augmented_assignment_expression: assignment,
  binary_expression: { shape: 'binary', slots: { left: 'left', operator: 'operator', right: 'right' } },
  unary_op_expression: { shape: 'unary', slots: { operator: 'operator', argument: 'value' } },
  update_expression: { shape: 'unary', slots: { operator: 'operator', argument: 'value' } },
  // `@f()` keeps quiet about errors and is `f()` otherwise.
  error_suppression_expression: { transparent: 'one_child' },
  cast_expression: { slots: { type: 'key', value: 'value' } },
  conditional_expression: { slots: { condition: 'condition', body: 'body', alternative: 'alternative' } },
  array_creation_expression: { shape: 'list', slots: { '#array': 'drop' } },
  list_literal: { shape: 'list', as: 'array_creation_expression', slots: { '#list': 'drop' } },
  array_element_initializer: { transparent: 'one_child', becomes: [{ with: ['=>'], kind: 'pair' }] },
  pair: { shape: 'pair', slots: { '#=>': 'drop' }, order: ['key', 'value'] },
  by_ref: { transparent: 'one_child' },
  include_expression: inclusion,
  include_once_expression: inclusion,
  require_expression: inclusion,
  require_once_expression: inclusion,
  print_intrinsic: { order: ['value'] },
  echo_statement: { inlines: ['sequence_expression'] },

  attribute_list: { transparent: 'always' },
  attribute_group: { transparent: 'always' },
  attribute: { shape: 'decorator', slots: { parameters: 'arguments' }, order: ['name'] },
  function_definition: definition,
  method_declaration: definition,
  anonymous_function: definition,
  arrow_function: definition,
  formal_parameters: { shape: 'parameters' },
  simple_parameter: parameter,
  variadic_parameter: { ...parameter, as: 'simple_parameter' },
  property_promotion_parameter: { ...parameter, as: 'simple_parameter' },
  class_declaration: type,
  interface_declaration: type,
  trait_declaration: type,
  enum_declaration: type,
  anonymous_class: type,
  declaration_list: { shape: 'class_body' },
  enum_declaration_list: { shape: 'class_body' },
  base_clause: {},
  class_interface_clause: { transparent: 'always' },
  property_declaration: { merges: ['property_element'], slots: { ...modifiers, type: 'type' } },
  property_element: declared,
  const_declaration: { merges: ['const_element'], slots: { ...modifiers, type: 'type', '#const': 'modifiers' } },
  const_element: { shape: 'variable', order: ['target', 'value'] },
  function_static_declaration: { merges: ['static_variable_declaration'], slots: { '#static': 'modifiers' } },
  static_variable_declaration: declared,

  if_statement: branch,
  else_if_clause: { ...branch, as: 'if_statement', takesSiblings: true },
  else_clause: { transparent: 'always', slots: { body: 'body' }, wraps: braced },
  while_statement: loop,
  do_statement: loop,
  for_statement: loop,
  foreach_statement: { slots: { body: 'body' }, order: ['value', 'target'], wraps: braced },
  switch_statement: { slots: { condition: 'condition', body: 'body' } },
  match_conditional_expression: { slots: { conditional_expressions: 'condition', return_expression: 'body', '#=>': 'drop' } },
  match_default_expression: { slots: { return_expression: 'body', '#=>': 'drop' } },
  case_statement: { slots: { value: 'condition' } },
  try_statement: { slots: { body: 'body' } },
  catch_clause: { slots: { type: 'type', name: 'name', body: 'body' } },
  type_list: { transparent: 'always' },
  finally_clause: { slots: { body: 'body' } },
  return_statement: { shape: 'return', order: ['value'] },
  namespace_definition: { slots: { name: 'name', body: 'body' } },
  namespace_use_declaration: { shape: 'import' },
  namespace_use_clause: { slots: { alias: 'target', type: 'modifiers' }, order: ['name'] },
};
