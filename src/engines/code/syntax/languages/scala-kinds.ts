import type { KindSpec, WrapSpec } from '../language.ts';

const identifier: KindSpec = { shape: 'identifier' };
const leafName: KindSpec = { shape: 'identifier', leaf: true };
const literal: KindSpec = { shape: 'literal', leaf: true };

/** What stands as a statement by itself; everything else in a list of statements is an expression. */
const statements = [
  'package_clause package_object import_declaration export_declaration object_definition class_definition',
  'trait_definition enum_definition given_definition extension_definition val_definition val_declaration',
  'var_definition var_declaration type_definition function_definition function_declaration enum_case_definitions',
  'if_expression while_expression do_while_expression for_expression return_expression self_type statement',
].flatMap((line) => line.split(' '));
const list: KindSpec = { shape: 'block', wraps: { slots: ['none', 'body'], except: statements, as: 'statement', inner: 'none' } };
/** `def f = 1` is `def f = { 1 }`. */
const body: WrapSpec = {
  slots: ['body', 'alternative'],
  except: ['block', 'indented_block', 'template_body', 'with_template_body', 'case_block', 'indented_cases'],
  as: 'block',
  inner: 'none',
};
/** `f { x }` is `f({ x })`. */
const bracedArguments: WrapSpec = { slots: ['arguments'], except: ['arguments', 'colon_argument'], as: 'arguments', inner: 'none' };

const variable: KindSpec = {
  shape: 'variable',
  transparent: 'one_child',
  slots: {
    pattern: 'target',
    name: 'target',
    type: 'type',
    value: 'value',
    '#val': 'modifiers',
    '#var': 'modifiers',
    '#modifiers': 'modifiers',
    '#annotation': 'decorators',
  },
};
/** One list of all parameters, those in further brackets too: what most patterns leave out stands in the first. */
const definition: KindSpec = {
  shape: 'function',
  slots: {
    name: 'name',
    type_parameters: 'typeParameters',
    return_type: 'returnType',
    body: 'body',
    '#modifiers': 'modifiers',
    '#annotation': 'decorators',
  },
  synthesise: { shape: 'parameters', slot: 'parameters', least: 1, from: { parameters: 'none' }, kind: 'parameter_list' },
  fills: [{ slot: 'parameters', kind: 'parameter_list', before: 'body' }],
  wraps: body,
};
/** `class` says what its node says; `object` and `trait` stay, to tell them from it. */
const typeDefinition: KindSpec = {
  shape: 'class',
  slots: {
    name: 'name',
    type_parameters: 'typeParameters',
    extend: 'parents',
    derive: 'optional',
    body: 'body',
    '#class': 'drop',
    '#case': 'modifiers',
    '#modifiers': 'modifiers',
    '#access_modifier': 'modifiers',
    '#annotation': 'decorators',
  },
  synthesise: { shape: 'parameters', slot: 'parameters', least: 1, from: { class_parameters: 'none' }, kind: 'parameter_list' },
};
const parameter: KindSpec = {
  shape: 'parameter',
  slots: {
    name: 'name',
    type: 'type',
    default_value: 'value',
    '#val': 'modifiers',
    '#var': 'modifiers',
    '#modifiers': 'modifiers',
    '#inline_modifier': 'modifiers',
    '#annotation': 'decorators',
  },
};
const loop: KindSpec = { slots: { condition: 'condition', body: 'body' }, wraps: body };

export const scalaKinds: Readonly<Record<string, KindSpec>> = {
  compilation_unit: { ...list, shape: 'program' },
  block: list,
  indented_block: { ...list, as: 'block' },
  template_body: { ...list, shape: 'class_body' },
  with_template_body: { ...list, shape: 'class_body', as: 'template_body' },
  enum_body: { shape: 'class_body' },
  statement: { shape: 'expression_statement', invented: true },

  identifier,
  type_identifier: identifier,
  operator_identifier: identifier,
  wildcard: leafName,
  namespace_wildcard: leafName,
  access_modifier: leafName,
  inline_modifier: leafName,
  integer_literal: literal,
  floating_point_literal: literal,
  boolean_literal: literal,
  null_literal: literal,
  character_literal: literal,
  unit: literal,
  string: { shape: 'string', leaf: true },
  interpolated_string: { shape: 'string', leafUnless: ['interpolation'] },
  interpolated_string_expression: { shape: 'string', slots: { interpolator: 'name' } },
  interpolation: { order: ['value'] },

  call_expression: { shape: 'call', slots: { function: 'callee', arguments: 'arguments' }, wraps: bracedArguments },
  arguments: { shape: 'arguments' },
  colon_argument: { shape: 'arguments', as: 'arguments' },
  field_expression: { shape: 'member', slots: { value: 'object', field: 'property' } },
  stable_identifier: { shape: 'member', order: ['object', 'property'] },
  stable_type_identifier: { shape: 'member', order: ['object', 'property'] },
  generic_function: { merges: ['field_expression'], slots: { function: 'callee', type_arguments: 'typeArguments' } },
  instance_expression: {
    shape: 'construction',
    slots: { arguments: 'arguments', '#template_body': 'optional' },
    order: ['callee'],
    fills: [{ slot: 'arguments', kind: 'arguments' }],
  },
  // `a op b` is `a.op(b)`, and `a op` is `a.op`; a sign is an operator.
  infix_expression: {
    shape: 'call',
    slots: { right: 'arguments' },
    becomes: [{ with: ['operator_identifier'], kind: 'operation' }],
    synthesise: { shape: 'member', slot: 'callee', from: { left: 'object', operator: 'property' }, kind: 'field_expression' },
    wraps: bracedArguments,
  },
  operation: { shape: 'binary', invented: true, slots: { left: 'left', operator: 'operator', right: 'right' } },
  postfix_expression: { shape: 'member', order: ['object', 'property'] },
  prefix_expression: {
    shape: 'unary',
    slots: { '#!': 'operator', '#-': 'operator', '#+': 'operator', '#~': 'operator' },
    order: ['value'],
  },
  assignment_expression: { shape: 'assignment', slots: { left: 'target', right: 'value' } },
  parenthesized_expression: { transparent: 'one_child' },
  ascription_expression: { order: ['value', 'type'] },
  tuple_expression: {},
  lambda_expression: {
    shape: 'function',
    order: ['body'],
    synthesise: {
      shape: 'parameters',
      slot: 'parameters',
      least: 1,
      from: { parameters: 'none', type_parameters: 'none' },
      kind: 'parameter_list',
    },
    wraps: body,
  },
  bindings: { shape: 'parameters' },
  binding: parameter,

  val_definition: variable,
  var_definition: variable,
  val_declaration: variable,
  var_declaration: variable,
  function_definition: definition,
  function_declaration: definition,
  parameter_list: { shape: 'parameters', invented: true, inlines: ['parameters', 'class_parameters', 'bindings'] },
  parameters: { shape: 'parameters' },
  class_parameters: { shape: 'parameters' },
  parameter,
  class_parameter: parameter,
  class_definition: typeDefinition,
  object_definition: typeDefinition,
  trait_definition: typeDefinition,
  enum_definition: typeDefinition,
  // `extends B` is what most patterns say of `extends B(x)`, too.
  extends_clause: { transparent: 'always' },
  modifiers: { transparent: 'always' },
  annotation: { shape: 'decorator', slots: { name: 'name', arguments: 'arguments' } },
  generic_type: { shape: 'type', slots: { type: 'name', type_arguments: 'typeArguments' } },
  type_definition: { slots: { name: 'name', type: 'value', '#modifiers': 'modifiers' } },

  if_expression: {
    shape: 'if',
    slots: { condition: 'condition', consequence: 'body', alternative: 'alternative' },
    wraps: { ...body, except: [...body.except, 'if_expression'] },
  },
  while_expression: loop,
  do_while_expression: loop,
  for_expression: { slots: { enumerators: 'condition', body: 'body' }, wraps: body },
  match_expression: { slots: { value: 'value', body: 'body' } },
  case_clause: { slots: { '#case': 'drop', pattern: 'condition', body: 'body' } },
  enum_case_definitions: { slots: { '#case': 'drop' } },
  try_expression: { slots: { body: 'body' }, wraps: body },
  return_expression: { shape: 'return', order: ['value'] },
  throw_expression: { order: ['value'] },

  package_clause: {},
  namespace_selectors: { shape: 'list' },
  arrow_renamed_identifier: { slots: { name: 'name', alias: 'optional' } },
  as_renamed_identifier: { slots: { name: 'name', alias: 'optional' } },
  import_declaration: { shape: 'import', slots: { '#namespace_wildcard': 'optional' } },
};
