import type { KindSpec, WrapSpec } from '../language.ts';

const identifier: KindSpec = { shape: 'identifier' };
const keyword: KindSpec = { shape: 'identifier', leaf: true };
const literal: KindSpec = { shape: 'literal', leaf: true };

/** `if (a) f();` is `if (a) { f(); }`. */
const braced: WrapSpec = { slots: ['body', 'alternative'], except: ['block', 'if_statement', 'switch_body'], as: 'block', inner: 'none' };
const loop: KindSpec = { slots: { condition: 'condition', body: 'body' }, wraps: braced };

const heads = { '#attribute_list': 'decorators', '#modifier': 'modifiers' } as const;
const method: KindSpec = {
  shape: 'function',
  slots: {
    ...heads,
    returns: 'returnType',
    type: 'returnType',
    name: 'name',
    type_parameters: 'typeParameters',
    parameters: 'parameters',
    body: 'body',
    '#type_parameter_list': 'typeParameters',
    '#type_parameter_constraints_clause': 'optional',
    '#constructor_initializer': 'optional',
    '#explicit_interface_specifier': 'optional',
    '#block': 'body',
  },
};
const type: KindSpec = {
  shape: 'class',
  slots: {
    ...heads,
    name: 'name',
    '#type_parameter_list': 'typeParameters',
    '#parameter_list': 'optional',
    '#base_list': 'parents',
    '#type_parameter_constraints_clause': 'optional',
    body: 'body',
  },
};
const binary: KindSpec = { shape: 'binary', slots: { left: 'left', operator: 'operator', right: 'right' } };
const unary: KindSpec = {
  shape: 'unary',
  transparent: 'one_child',
  slots: Object.fromEntries(['!', '-', '+', '~', '++', '--', '&', '*', '^'].map((sign) => [`#${sign}`, 'operator' as const])),
  order: ['value'],
};
const array: KindSpec = { shape: 'construction', slots: { type: 'callee' }, order: ['arguments'] };

export const csharpKinds: Readonly<Record<string, KindSpec>> = {
  compilation_unit: { shape: 'program' },
  global_statement: { transparent: 'always' },
  block: { shape: 'block' },
  arrow_expression_clause: {
    shape: 'block',
    as: 'block',
    wraps: { slots: ['none'], except: [], as: 'expression_statement', inner: 'none' },
  },
  expression_statement: { shape: 'expression_statement' },

  identifier,
  predefined_type: keyword,
  // `var` is no type.
  implicit_type: { transparent: 'always' },
  discard: identifier,
  this: { ...keyword, token: true },
  base: { ...keyword, token: true },
  modifier: { leaf: true },
  integer_literal: literal,
  real_literal: literal,
  boolean_literal: literal,
  null_literal: literal,
  character_literal: literal,
  string_literal: { shape: 'string', leaf: true },
  verbatim_string_literal: { shape: 'string', leaf: true },
  raw_string_literal: { shape: 'string', leaf: true },
  interpolated_string_expression: {
    shape: 'string',
    leafUnless: ['interpolation'],
    slots: { '#interpolation_start': 'drop', '#interpolation_quote': 'drop' },
  },
  string_content: { leaf: true },
  interpolation: { slots: { '#interpolation_brace': 'drop' }, order: ['value'] },

  qualified_name: { shape: 'member', as: 'member_access_expression', slots: { qualifier: 'object', name: 'property' } },
  alias_qualified_name: { shape: 'member', as: 'member_access_expression', slots: { alias: 'object', name: 'property' } },
  member_access_expression: { shape: 'member', slots: { expression: 'object', name: 'property' } },
  conditional_access_expression: {
    shape: 'member',
    as: 'member_access_expression',
    slots: { condition: 'object' },
    inlines: ['member_binding_expression'],
  },
  member_binding_expression: { slots: { name: 'property' } },
  generic_name: { slots: { '#type_argument_list': 'typeArguments' }, order: ['name'] },
  invocation_expression: { shape: 'call', slots: { function: 'callee', arguments: 'arguments' } },
  argument_list: { shape: 'arguments' },
  bracketed_argument_list: { transparent: 'always' },
  argument: { shape: 'keyword_argument', transparent: 'one_child', slots: { name: 'name' }, order: ['value'] },
  object_creation_expression: {
    shape: 'construction',
    slots: { type: 'callee', arguments: 'arguments', initializer: 'body' },
    fills: [{ slot: 'arguments', kind: 'argument_list', before: 'body' }],
  },
  implicit_object_creation_expression: {
    shape: 'construction',
    slots: { '#argument_list': 'arguments', '#initializer_expression': 'body' },
  },
  array_creation_expression: array,
  implicit_array_creation_expression: array,
  anonymous_object_creation_expression: {},
  initializer_expression: { shape: 'list' },
  element_access_expression: { shape: 'index', slots: { expression: 'object', subscript: 'index' } },
  parenthesized_expression: { transparent: 'one_child' },
  checked_expression: { transparent: 'one_child' },
  assignment_expression: { shape: 'assignment', slots: { left: 'target', operator: 'operator', right: 'value' } },
  binary_expression: binary,
  as_expression: binary,
  is_expression: binary,
  is_pattern_expression: { slots: { expression: 'left', pattern: 'right' } },
  constant_pattern: { transparent: 'one_child' },
  prefix_unary_expression: unary,
  unary_expression: unary,
  postfix_unary_expression: unary,
  cast_expression: { slots: { type: 'key', value: 'value' } },
  conditional_expression: { slots: { condition: 'condition', consequence: 'body', alternative: 'alternative' } },
  lambda_expression: {
    shape: 'function',
    slots: { ...heads, parameters: 'parameters', body: 'body' },
    wraps: { slots: ['parameters'], except: ['parameter_list'], as: 'parameter_list', inner: 'none' },
  },
  anonymous_method_expression: method,
  implicit_parameter: { shape: 'identifier', leaf: true },
  typeof_expression: { slots: { type: 'value' } },

  local_declaration_statement: {
    merges: ['variable_declaration'],
    slots: { '#modifier': 'modifiers', '#using': 'modifiers', '#await': 'modifiers' },
  },
  field_declaration: { merges: ['variable_declaration'], slots: heads },
  event_field_declaration: { merges: ['variable_declaration'], slots: heads },
  variable_declaration: { merges: ['variable_declarator'], slots: { type: 'type' } },
  variable_declarator: { shape: 'variable', slots: { name: 'target', '#bracketed_argument_list': 'index' }, order: ['value'] },
  property_declaration: {
    shape: 'variable',
    slots: { ...heads, type: 'type', name: 'target', accessors: 'optional', value: 'value', '#explicit_interface_specifier': 'optional' },
  },
  accessor_list: { shape: 'class_body' },
  accessor_declaration: { slots: { ...heads, name: 'name', body: 'body' } },
  enum_member_declaration: { slots: { ...heads, name: 'target', value: 'value' } },

  attribute_list: { transparent: 'always' },
  attribute: { shape: 'decorator', slots: { name: 'name', '#attribute_argument_list': 'arguments' } },
  attribute_argument_list: { shape: 'arguments', as: 'argument_list' },
  attribute_argument: { shape: 'keyword_argument', transparent: 'one_child', as: 'argument', slots: { name: 'name' }, order: ['value'] },
  method_declaration: method,
  constructor_declaration: method,
  destructor_declaration: method,
  operator_declaration: method,
  conversion_operator_declaration: method,
  local_function_statement: method,
  delegate_declaration: { slots: method.slots ?? {} },
  indexer_declaration: { slots: { ...heads, type: 'returnType', parameters: 'parameters', accessors: 'body' } },
  parameter_list: {
    shape: 'parameters',
    wraps: { slots: ['none'], except: ['parameter'], as: 'parameter', inner: 'name' },
  },
  bracketed_parameter_list: { shape: 'parameters', as: 'parameter_list' },
  parameter: { shape: 'parameter', slots: { ...heads, type: 'type', name: 'name' }, order: ['value'] },
  class_declaration: type,
  struct_declaration: type,
  interface_declaration: type,
  enum_declaration: type,
  record_declaration: type,
  declaration_list: { shape: 'class_body' },
  enum_member_declaration_list: { shape: 'class_body' },
  base_list: { transparent: 'always' },
  namespace_declaration: { slots: { name: 'name', body: 'body' } },
  file_scoped_namespace_declaration: { slots: { name: 'name' } },

  if_statement: { shape: 'if', slots: { condition: 'condition', consequence: 'body', alternative: 'alternative' }, wraps: braced },
  while_statement: loop,
  do_statement: loop,
  for_statement: { slots: { initializer: 'left', condition: 'condition', update: 'right', body: 'body' }, wraps: braced },
  foreach_statement: { slots: { type: 'type', left: 'target', right: 'value', body: 'body' }, wraps: braced },
  using_statement: { slots: { body: 'body', '#await': 'modifiers' }, wraps: braced },
  lock_statement: {},
  switch_statement: { slots: { value: 'value', body: 'body' } },
  try_statement: { slots: { body: 'body' } },
  catch_clause: { slots: { '#catch_filter_clause': 'optional', body: 'body' } },
  catch_declaration: { shape: 'parameter', slots: { type: 'type', name: 'name' } },
  finally_clause: {},
  return_statement: { shape: 'return', order: ['value'] },
  throw_statement: { order: ['value'] },
  throw_expression: { order: ['value'] },
  labeled_statement: { order: ['name', 'body'] },

  using_directive: { shape: 'import', slots: { name: 'target' } },
};
