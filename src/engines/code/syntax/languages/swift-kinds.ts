import type { KindSpec } from '../language.ts';

const identifier: KindSpec = { shape: 'identifier' };
const leafName: KindSpec = { shape: 'identifier', leaf: true };
const literal: KindSpec = { shape: 'literal', leaf: true };
const string: KindSpec = { shape: 'string', leafUnless: ['interpolated_expression', 'raw_str_interpolation'] };

/** What stands as a statement by itself; everything else in a list of statements is an expression. */
const statements = [
  'property_declaration function_declaration class_declaration protocol_declaration typealias_declaration statement',
  'import_declaration if_statement guard_statement switch_statement for_statement while_statement do_statement',
  'repeat_while_statement control_transfer_statement return_statement statement_label directive diagnostic',
  'operator_declaration precedence_group_declaration macro_declaration init_declaration deinit_declaration',
].flatMap((line) => line.split(' '));
const list: KindSpec = { shape: 'block', wraps: { slots: ['none'], except: statements, as: 'statement', inner: 'none' } };

const binary: KindSpec = { shape: 'binary', slots: { lhs: 'left', op: 'operator', rhs: 'right', start: 'left', end: 'right' } };
const unary: KindSpec = { shape: 'unary', slots: { operation: 'operator', target: 'value' } };
const typeKinds = [
  'user_type optional_type array_type dictionary_type tuple_type function_type opaque_type existential_type',
  'metatype protocol_composition_type',
].flatMap((line) => line.split(' '));
const types = Object.fromEntries(typeKinds.map((kind) => [`#${kind}`, 'type' as const]));
const resultTypes = Object.fromEntries(typeKinds.map((kind) => [`#${kind}`, 'returnType' as const]));
const modifierKinds = [
  'member_modifier visibility_modifier function_modifier property_modifier inheritance_modifier mutation_modifier',
  'parameter_modifier ownership_modifier property_behavior_modifier',
].flatMap((line) => line.split(' '));
const modifiers: KindSpec = {
  transparent: 'always',
  slots: { '#attribute': 'decorators', ...Object.fromEntries(modifierKinds.map((kind) => [`#${kind}`, 'modifiers' as const])) },
};
const definition: KindSpec = {
  shape: 'function',
  slots: {
    '#simple_identifier': 'name',
    '#init': 'name',
    '#type_parameters': 'typeParameters',
    '#type_constraints': 'optional',
    '#throws': 'optional',
    '#async': 'optional',
    default_value: 'drop',
    body: 'body',
    ...resultTypes,
  },
  synthesise: { shape: 'parameters', slot: 'parameters', least: 1, from: { '#parameter': 'none' }, kind: 'function_parameters' },
  fills: [{ slot: 'parameters', kind: 'function_parameters', before: 'body' }],
};
/** `class`, `struct`, `extension`: the keyword is asked for by the patterns that say it. */
const typeDeclaration: KindSpec = {
  shape: 'class',
  slots: {
    declaration_kind: 'modifiers',
    name: 'name',
    body: 'body',
    '#type_parameters': 'typeParameters',
    '#inheritance_specifier': 'parents',
    '#type_constraints': 'optional',
  },
};

export const swiftKinds: Readonly<Record<string, KindSpec>> = {
  source_file: { ...list, shape: 'program' },
  statements: list,
  function_body: { shape: 'block', merges: ['statements'] },
  class_body: { shape: 'class_body' },
  protocol_body: { shape: 'class_body' },
  enum_class_body: { shape: 'class_body' },
  statement: { shape: 'expression_statement', invented: true },

  simple_identifier: leafName,
  type_identifier: identifier,
  self_expression: leafName,
  super_expression: leafName,
  value_binding_pattern: leafName,
  integer_literal: literal,
  real_literal: literal,
  hex_literal: literal,
  oct_literal: literal,
  bin_literal: literal,
  boolean_literal: literal,
  '"nil"': literal,
  line_string_literal: string,
  multi_line_string_literal: string,
  raw_string_literal: string,
  line_str_text: { leaf: true },
  multi_line_str_text: { leaf: true },
  interpolated_expression: { slots: { value: 'value' } },

  call_expression: { shape: 'call', order: ['callee'] },
  // A closure after the brackets is one more argument.
  call_suffix: {
    transparent: 'always',
    synthesise: {
      shape: 'arguments',
      slot: 'arguments',
      least: 1,
      from: { '#value_arguments': 'none', '#lambda_literal': 'none' },
      kind: 'call_arguments',
    },
  },
  call_arguments: { shape: 'arguments', invented: true, inlines: ['value_arguments'] },
  value_arguments: { shape: 'arguments' },
  value_argument: { transparent: 'always', becomes: [{ with: ['value_argument_label'], kind: 'named_argument' }] },
  named_argument: { shape: 'keyword_argument', invented: true, slots: { name: 'name', value: 'value' } },
  value_argument_label: { transparent: 'always' },
  lambda_literal: {
    shape: 'function',
    slots: { captures: 'optional', type: 'parameters', '#statements': 'body', '#in': 'drop' },
    fills: [{ slot: 'body', kind: 'statements' }],
  },
  lambda_function_type: { transparent: 'one_child' },
  lambda_function_type_parameters: { shape: 'parameters' },
  lambda_parameter: { shape: 'parameter', slots: { '#simple_identifier': 'name', external_name: 'optional', ...types } },
  navigation_expression: { shape: 'member', slots: { target: 'object', suffix: 'property' } },
  navigation_suffix: { transparent: 'always' },
  constructor_expression: { shape: 'construction', slots: { constructed_type: 'callee' } },
  constructor_suffix: { transparent: 'always', slots: { '#value_arguments': 'arguments' } },
  assignment: { shape: 'assignment', slots: { target: 'target', operator: 'operator', result: 'value' } },
  directly_assignable_expression: { transparent: 'always' },
  multiplicative_expression: binary,
  additive_expression: binary,
  range_expression: binary,
  comparison_expression: binary,
  equality_expression: binary,
  conjunction_expression: binary,
  disjunction_expression: binary,
  bitwise_operation: binary,
  infix_expression: binary,
  nil_coalescing_expression: { shape: 'binary', slots: { value: 'left', '#??': 'operator', if_nil: 'right' } },
  prefix_expression: unary,
  // `a!` is `a` to all who ask what it is.
  postfix_expression: { ...unary, becomes: [{ with: ['bang'], kind: 'unwrapped' }] },
  unwrapped: { transparent: 'always', invented: true, slots: { operation: 'drop' } },
  bang: { leaf: true },
  as_expression: { slots: { expr: 'value', ...types } },
  try_expression: { slots: { expr: 'value' } },
  await_expression: { slots: { expr: 'value' } },
  ternary_expression: { slots: { condition: 'condition', if_true: 'body', if_false: 'alternative' } },
  array_literal: { shape: 'list', slots: { '#[': 'drop', '#]': 'drop' } },
  dictionary_literal: { slots: { key: 'key', value: 'value', '#[': 'drop', '#]': 'drop' } },
  tuple_expression: { transparent: 'one_child' },

  property_declaration: {
    shape: 'variable',
    slots: {
      '#value_binding_pattern': 'modifiers',
      '#pattern': 'target',
      '#type_annotation': 'type',
      '#type_constraints': 'optional',
      '#willset_didset_block': 'optional',
      value: 'value',
      computed_value: 'optional',
    },
  },
  pattern: { transparent: 'one_child' },
  type_annotation: { transparent: 'always' },
  ...Object.fromEntries(modifierKinds.map((kind) => [kind, leafName])),
  modifiers,
  parameter_modifiers: modifiers,
  attribute: { shape: 'decorator', order: ['name'] },

  function_declaration: definition,
  protocol_function_declaration: definition,
  init_declaration: definition,
  '"init"': leafName,
  function_parameters: { shape: 'parameters', invented: true },
  parameter: { shape: 'parameter', slots: { external_name: 'optional', '#simple_identifier': 'name', ...types } },
  class_declaration: typeDeclaration,
  protocol_declaration: typeDeclaration,
  inheritance_specifier: { transparent: 'always' },
  user_type: { shape: 'type', transparent: 'one_child', slots: { '#type_arguments': 'typeArguments' } },
  type_arguments: { slots: { '#<': 'drop', '#>': 'drop' } },
  type_parameters: { slots: { '#<': 'drop', '#>': 'drop' } },

  if_statement: {
    shape: 'if',
    slots: { condition: 'condition', bound_identifier: 'condition', else: 'drop', '#else': 'drop' },
    order: ['body', 'alternative'],
  },
  guard_statement: {
    slots: { condition: 'condition', bound_identifier: 'condition', else: 'drop', '#else': 'drop', '#statements': 'body' },
  },
  switch_statement: { slots: { expr: 'value' } },
  switch_entry: { slots: { '#switch_pattern': 'condition', '#statements': 'body' } },
  for_statement: { slots: { item: 'target', collection: 'value', '#in': 'drop', '#statements': 'body' } },
  while_statement: { slots: { condition: 'condition', '#statements': 'body' } },
  repeat_while_statement: { slots: { condition: 'condition', '#statements': 'body' } },
  do_statement: { slots: { '#statements': 'body' } },
  catch_block: { slots: { error: 'name', '#catch_keyword': 'drop', '#statements': 'body' } },
  control_transfer_statement: { slots: { result: 'value' }, becomes: [{ with: ['return'], kind: 'return_statement' }] },
  return_statement: { shape: 'return', invented: true, slots: { result: 'value', '#return': 'drop' } },

  import_declaration: { shape: 'import', slots: { '#modifiers': 'none' } },
  identifier: { transparent: 'always' },
};
