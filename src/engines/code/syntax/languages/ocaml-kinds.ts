import type { KindSpec } from '../language.ts';

const name: KindSpec = { shape: 'identifier', leaf: true };
const literal: KindSpec = { shape: 'literal', leaf: true };
const string: KindSpec = { shape: 'string', leaf: true };
/** `x` alone, or `M.N.x`. */
const path: KindSpec = { transparent: 'always', becomes: [{ with: ['module_path', 'extended_module_path'], kind: 'qualified_name' }] };
const qualified: KindSpec = { shape: 'member', invented: true, order: ['object', 'property'] };
const brackets: KindSpec = { transparent: 'one_child' };
const parameters: KindSpec['synthesise'] = {
  shape: 'parameters',
  slot: 'parameters',
  least: 1,
  from: { '#parameter': 'none', '#typed_parameter': 'none' },
};
/** Cases: those of a pattern have to be there, in whatever order, and others may. */
const cases = { '#match_case': 'optional', '#attribute_id': 'drop' } as const;
const scopedExpression: KindSpec = { shape: 'block' };

export const ocamlKinds: Readonly<Record<string, KindSpec>> = {
  compilation_unit: { shape: 'program' },
  expression_item: { shape: 'expression_statement' },
  sequence_expression: { shape: 'block' },
  // `let a = 1 and b = 2 in c` is two definitions and what they are for.
  let_expression: scopedExpression,
  let_open_expression: scopedExpression,
  let_module_expression: scopedExpression,
  let_exception_expression: scopedExpression,
  value_definition: { transparent: 'always', slots: { '#attribute_id': 'drop' } },
  let_binding: {
    shape: 'variable',
    slots: { pattern: 'target', type: 'type', body: 'value' },
    becomes: [
      { with: ['parameter'], kind: 'function_binding' },
      { with: ['fun_expression', 'function_expression'], kind: 'lambda_binding' },
    ],
  },
  function_binding: {
    shape: 'function',
    invented: true,
    as: 'fun_expression',
    slots: { pattern: 'name', type: 'returnType', body: 'body', '#abstract_type': 'typeParameters' },
    synthesise: parameters,
  },
  // `let f = fun x -> y` is `let f x = y`.
  lambda_binding: {
    invented: true,
    merges: ['fun_expression', 'function_expression'],
    slots: { pattern: 'name', type: 'returnType' },
  },
  fun_expression: {
    shape: 'function',
    slots: { body: 'body', type: 'returnType', '#attribute_id': 'drop', '#abstract_type': 'typeParameters' },
    synthesise: parameters,
  },
  // `function A -> b` matches what it is given against its cases. The field with no name is that of children without a field.
  function_expression: {
    shape: 'function',
    slots: { '#attribute_id': 'drop' },
    synthesise: { shape: 'other', slot: 'body', least: 1, from: { '#match_case': 'optional', '': 'optional' }, kind: 'match_expression' },
  },
  parameter: {
    shape: 'parameter',
    slots: { pattern: 'name', default: 'value', type: 'type', '#label_name': 'optional', '#?': 'optional' },
    becomes: [{ with: ['typed_pattern'], kind: 'typed_parameter' }],
  },
  typed_parameter: {
    invented: true,
    merges: ['typed_pattern'],
    slots: { default: 'value', '#label_name': 'optional', '#?': 'optional' },
  },
  typed_pattern: { shape: 'parameter', as: 'parameter', slots: { pattern: 'name', type: 'type' } },

  value_name: name,
  value_pattern: name,
  constructor_name: name,
  module_name: name,
  module_type_name: name,
  field_name: name,
  label_name: name,
  method_name: name,
  class_name: name,
  instance_variable_name: name,
  type_constructor: name,
  type_variable: name,
  tag: name,
  parenthesized_operator: name,
  implicit_value: { shape: 'identifier', invented: true },
  value_path: path,
  constructor_path: {
    transparent: 'always',
    becomes: [{ with: ['module_path', 'extended_module_path'], kind: 'qualified_constructor' }],
  },
  field_path: path,
  module_path: path,
  module_type_path: path,
  extended_module_path: path,
  class_path: path,
  type_constructor_path: path,
  qualified_name: qualified,
  qualified_constructor: qualified,
  number: literal,
  signed_number: literal,
  boolean: literal,
  character: literal,
  unit: literal,
  string,
  quoted_string: { ...string, as: 'string' },

  application_expression: {
    shape: 'call',
    slots: { function: 'callee' },
    synthesise: { shape: 'arguments', slot: 'arguments', least: 1, from: { argument: 'none' } },
  },
  // `~x` is `~x:x`: see `ocaml.ts`.
  labeled_argument: {
    shape: 'keyword_argument',
    slots: { '#label_name': 'name', expression: 'value', type: 'type' },
    fills: [{ slot: 'value', kind: 'value_name' }],
  },
  constructor_pattern: {
    shape: 'construction',
    slots: { '#constructor_path': 'callee' },
    synthesise: { shape: 'arguments', slot: 'arguments', least: 1, from: { pattern: 'none' } },
  },
  new_expression: { order: ['callee'] },
  field_get_expression: { shape: 'member', slots: { record: 'object', field: 'property' } },
  method_invocation: { shape: 'member', slots: { object: 'object', method: 'property' } },
  array_get_expression: { shape: 'index', slots: { array: 'object', index: 'index' } },
  // Of another kind than `a.(i)`, though it looks alike.
  string_get_expression: { slots: { string: 'object', index: 'index' } },
  bigarray_get_expression: { slots: { array: 'object', index: 'index' } },
  set_expression: { shape: 'assignment', slots: { body: 'value' }, order: ['target'] },
  infix_expression: { shape: 'binary', slots: { left: 'left', operator: 'operator', right: 'right' } },
  prefix_expression: { shape: 'unary', slots: { operator: 'operator', expression: 'value' } },
  sign_expression: { shape: 'unary', slots: { operator: 'operator', expression: 'value' } },
  cons_expression: { slots: { left: 'left', right: 'right' } },
  cons_pattern: { slots: { left: 'left', right: 'right' } },
  typed_expression: { slots: { expression: 'value', type: 'type' } },
  assert_expression: { slots: { expression: 'value', '#attribute_id': 'drop' } },
  lazy_expression: { slots: { expression: 'value', '#attribute_id': 'drop' } },
  parenthesized_expression: brackets,
  parenthesized_pattern: brackets,
  parenthesized_type: brackets,
  parenthesized_module_expression: brackets,
  parenthesized_module_type: brackets,

  list_expression: { shape: 'list' },
  list_pattern: { shape: 'list', as: 'list_expression' },
  record_expression: { shape: 'record', slots: { record: 'object' } },
  record_pattern: { shape: 'record', as: 'record_expression' },
  // `{ x }` is `{ x = x }`: see `ocaml.ts`.
  field_expression: {
    shape: 'pair',
    slots: { '#field_path': 'key', body: 'value', type: 'type' },
    fills: [{ slot: 'value', kind: 'value_name' }],
  },
  field_pattern: {
    shape: 'pair',
    slots: { '#field_path': 'key', pattern: 'value', type: 'type' },
    fills: [{ slot: 'value', kind: 'value_name' }],
  },

  if_expression: {
    shape: 'if',
    slots: { condition: 'condition', '#then_clause': 'body', '#else_clause': 'alternative', '#attribute_id': 'drop' },
  },
  then_clause: { transparent: 'always' },
  else_clause: { transparent: 'always' },
  match_expression: { slots: { expression: 'condition', ...cases }, fills: [{ slot: 'condition', kind: 'implicit_value' }] },
  try_expression: { slots: { expression: 'body', ...cases } },
  match_case: { slots: { pattern: 'condition', body: 'body' } },
  while_expression: { slots: { condition: 'condition', '#do_clause': 'body', '#attribute_id': 'drop' } },
  for_expression: { slots: { name: 'target', from: 'left', to: 'right', '#do_clause': 'body', '#attribute_id': 'drop' } },
  do_clause: { transparent: 'always' },

  open_module: { shape: 'import' },
  module_definition: { transparent: 'always', slots: { '#attribute_id': 'drop' } },
  module_binding: {
    slots: { '#module_name': 'name', body: 'body' },
    becomes: [
      { with: ['structure'], kind: 'module_structure' },
      { with: ['module_path'], kind: 'module_alias' },
    ],
  },
  module_structure: { shape: 'class', invented: true, slots: { '#module_name': 'name', body: 'body', module_type: 'type' } },
  module_alias: { shape: 'import', invented: true, slots: { '#module_name': 'name', module_type: 'type' } },
  structure: { shape: 'class_body' },
  class_definition: { transparent: 'always' },
  class_binding: { shape: 'class', slots: { '#class_name': 'name', body: 'body' }, synthesise: parameters },
  object_expression: { shape: 'class_body' },
  method_definition: {
    shape: 'function',
    slots: { '#method_name': 'name', type: 'returnType', body: 'body', '#private': 'modifiers', '#virtual': 'modifiers' },
    synthesise: parameters,
  },
};
