import type { KindSpec, WrapSpec } from '../language.ts';

const identifier: KindSpec = { shape: 'identifier' };
const leafName: KindSpec = { shape: 'identifier', leaf: true };
const literal: KindSpec = { shape: 'literal', leaf: true };

/** What stands as a statement by itself; everything else in a list of statements is an expression. */
const statements = [
  'property_declaration function_declaration class_declaration object_declaration type_alias import_list import_header',
  'package_header file_annotation shebang_line companion_object anonymous_initializer secondary_constructor statement',
  'if_expression for_statement while_statement do_while_statement jump_expression return_expression statements',
  'getter setter',
].flatMap((line) => line.split(' '));
const list: KindSpec = { shape: 'block', wraps: { slots: ['none'], except: statements, as: 'statement', inner: 'none' } };

const operators = ['+ - * / % .. ?: && || != !== == === < > <= >=', '+= -= *= /= %= ! ++ -- !! &'].flatMap((line) => line.split(' '));
const operator = Object.fromEntries(operators.map((sign) => [`#${sign}`, 'operator' as const]));
const binary: KindSpec = { shape: 'binary', slots: operator, order: ['left', 'right'] };
const unary: KindSpec = { shape: 'unary', slots: operator, order: ['value'] };

const types = Object.fromEntries(
  ['user_type', 'nullable_type', 'function_type', 'parenthesized_type', 'not_nullable_type'].map((kind) => [`#${kind}`, 'type' as const]),
);
const resultTypes = Object.fromEntries(Object.keys(types).map((kind) => [kind, 'returnType' as const]));

const modifierKinds = [
  'class_modifier member_modifier visibility_modifier function_modifier property_modifier inheritance_modifier',
  'parameter_modifier platform_modifier variance_modifier reification_modifier',
].flatMap((line) => line.split(' '));
const modifiers: KindSpec = {
  transparent: 'always',
  slots: { '#annotation': 'decorators', ...Object.fromEntries(modifierKinds.map((kind) => [`#${kind}`, 'modifiers' as const])) },
};
/** `class` says what its node says; `interface` and `object` stay, to tell them from it. */
const typeDeclaration: KindSpec = {
  shape: 'class',
  slots: {
    '#class': 'drop',
    '#enum': 'modifiers',
    '#type_identifier': 'name',
    '#type_parameters': 'typeParameters',
    '#primary_constructor': 'parameters',
    '#delegation_specifier': 'parents',
    '#type_constraints': 'optional',
    '#class_body': 'body',
    '#enum_class_body': 'body',
  },
};
const definition: KindSpec = {
  shape: 'function',
  slots: {
    '#fun': 'drop',
    '#simple_identifier': 'name',
    '#type_parameters': 'typeParameters',
    '#type_constraints': 'optional',
    '#function_value_parameters': 'parameters',
    '#function_body': 'body',
    ...resultTypes,
  },
};
const parameter: KindSpec = {
  shape: 'parameter',
  slots: { '#modifiers': 'none', '#binding_pattern_kind': 'modifiers', '#simple_identifier': 'name', '#=': 'drop', ...types },
  order: ['value'],
};
/** `if (a) f()` is `if (a) { f() }`. */
const body: WrapSpec = { slots: ['body', 'alternative'], except: ['control_structure_body'], as: 'control_structure_body', inner: 'none' };
const loop: KindSpec = { slots: { '#control_structure_body': 'body' }, order: ['condition'] };

export const kotlinKinds: Readonly<Record<string, KindSpec>> = {
  source_file: { ...list, shape: 'program' },
  statements: list,
  function_body: { ...list, inlines: ['statements'], slots: { '#=': 'drop' } },
  control_structure_body: { ...list, inlines: ['statements'] },
  class_body: { shape: 'class_body' },
  enum_class_body: { shape: 'class_body' },
  statement: { shape: 'expression_statement', invented: true },

  simple_identifier: leafName,
  type_identifier: identifier,
  interpolated_identifier: identifier,
  this_expression: leafName,
  super_expression: leafName,
  binding_pattern_kind: leafName,
  integer_literal: literal,
  real_literal: literal,
  hex_literal: literal,
  bin_literal: literal,
  long_literal: literal,
  unsigned_literal: literal,
  boolean_literal: literal,
  null_literal: literal,
  character_literal: literal,
  string_literal: { shape: 'string', leafUnless: ['interpolated_expression', 'interpolated_identifier'] },
  string_content: { leaf: true },
  interpolated_expression: { order: ['value'] },

  call_expression: { shape: 'call', order: ['callee'] },
  // A lambda after the brackets is one more argument.
  call_suffix: {
    transparent: 'always',
    slots: { '#type_arguments': 'typeArguments' },
    synthesise: {
      shape: 'arguments',
      slot: 'arguments',
      least: 1,
      from: { '#value_arguments': 'none', '#annotated_lambda': 'none' },
      kind: 'call_arguments',
    },
  },
  call_arguments: { shape: 'arguments', invented: true, inlines: ['value_arguments', 'annotated_lambda'] },
  value_arguments: { shape: 'arguments' },
  value_argument: { transparent: 'always', becomes: [{ with: ['='], kind: 'named_argument' }] },
  named_argument: { shape: 'keyword_argument', invented: true, slots: { '#=': 'drop' }, order: ['name', 'value'] },
  spread_expression: { shape: 'spread', slots: { '#*': 'drop' } },
  annotated_lambda: { transparent: 'always' },
  lambda_literal: {
    shape: 'function',
    slots: { '#lambda_parameters': 'parameters', '#statements': 'body' },
    fills: [{ slot: 'body', kind: 'statements' }],
  },
  lambda_parameters: { shape: 'parameters' },
  anonymous_function: definition,
  navigation_expression: { shape: 'member', inlines: ['navigation_suffix'], order: ['object', 'property'] },
  // `a?.b` is not `a.b`.
  navigation_suffix: { order: ['property'], becomes: [{ with: ['?.'], kind: 'safe_navigation' }] },
  safe_navigation: { invented: true },
  indexing_expression: { shape: 'index', inlines: ['indexing_suffix'], order: ['object', 'index'] },
  indexing_suffix: { slots: { '#[': 'drop', '#]': 'drop' }, order: ['index', 'index', 'index'] },
  // What follows an expression that is assigned to stands beside it; see `refine`.
  directly_assignable_expression: { transparent: 'always', slots: { '#!!': 'drop' } },
  assignment: { shape: 'assignment', slots: { '#=': 'drop', ...operator }, order: ['target', 'value'] },
  parenthesized_expression: { transparent: 'one_child' },
  multiplicative_expression: binary,
  additive_expression: binary,
  range_expression: binary,
  elvis_expression: binary,
  comparison_expression: binary,
  equality_expression: binary,
  conjunction_expression: binary,
  disjunction_expression: binary,
  prefix_expression: unary,
  // `a!!` is `a` to all who ask what it is.
  postfix_expression: { ...unary, becomes: [{ with: ['!!'], kind: 'not_null' }] },
  not_null: { transparent: 'always', invented: true, slots: { '#!!': 'drop' } },
  as_expression: { order: ['value', 'type'] },
  collection_literal: { shape: 'list', slots: { '#[': 'drop', '#]': 'drop' } },

  property_declaration: {
    shape: 'variable',
    merges: ['variable_declaration'],
    slots: {
      '#modifiers': 'none',
      '#binding_pattern_kind': 'modifiers',
      '#=': 'drop',
      '#multi_variable_declaration': 'target',
      '#type_parameters': 'typeParameters',
      '#property_delegate': 'optional',
      '#getter': 'optional',
      '#setter': 'optional',
      '#type_constraints': 'optional',
      '#user_type': 'optional',
    },
    order: ['value'],
  },
  variable_declaration: { shape: 'variable', transparent: 'one_child', slots: { '#simple_identifier': 'target', ...types } },
  ...Object.fromEntries(modifierKinds.map((kind) => [kind, leafName])),
  modifiers,
  parameter_modifiers: modifiers,
  annotation: { shape: 'decorator', inlines: ['constructor_invocation'], slots: { '#user_type': 'name' } },
  constructor_invocation: { slots: { '#user_type': 'name', '#value_arguments': 'arguments' } },

  function_declaration: definition,
  secondary_constructor: {
    ...definition,
    slots: { ...definition.slots, '#constructor': 'name', '#statements': 'body', '#constructor_delegation_call': 'optional' },
  },
  '"constructor"': leafName,
  function_value_parameters: { shape: 'parameters', attaches: { kinds: ['parameter_modifiers'], slot: 'modifiers' } },
  parameter,
  class_parameter: parameter,
  primary_constructor: { shape: 'parameters' },
  class_declaration: typeDeclaration,
  object_declaration: typeDeclaration,
  companion_object: { ...typeDeclaration, slots: { ...typeDeclaration.slots, '#companion': 'modifiers' } },
  delegation_specifier: { transparent: 'always' },
  user_type: { shape: 'type', transparent: 'one_child', slots: { '#type_arguments': 'typeArguments' } },
  type_arguments: { slots: { '#<': 'drop', '#>': 'drop' } },
  type_parameters: { slots: { '#<': 'drop', '#>': 'drop' } },
  type_projection: { transparent: 'one_child' },

  if_expression: {
    shape: 'if',
    slots: { condition: 'condition', consequence: 'body', alternative: 'alternative' },
    wraps: body,
  },
  when_expression: {},
  when_subject: { transparent: 'always' },
  when_entry: { slots: { '#control_structure_body': 'body' }, order: ['condition', 'condition', 'condition'] },
  for_statement: { slots: { '#in': 'drop', '#variable_declaration': 'target', '#control_structure_body': 'body' }, order: ['value'] },
  while_statement: loop,
  do_while_statement: loop,
  try_expression: { slots: { '#statements': 'body' } },
  catch_block: { slots: { '#simple_identifier': 'name', '#statements': 'body', ...types } },
  finally_block: { slots: { '#statements': 'body' } },
  jump_expression: { becomes: [{ with: ['return'], kind: 'return_expression' }], order: ['value'] },
  return_expression: { shape: 'return', invented: true, slots: { '#return': 'drop' }, order: ['value'] },

  import_list: { transparent: 'always' },
  import_header: { shape: 'import', slots: { '#wildcard_import': 'optional', '#import_alias': 'optional' } },
  identifier: { transparent: 'always' },
};
