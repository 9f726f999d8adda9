import type { KindSpec } from '../language.ts';
import { cKinds, cPunctuation, declarationSlots } from './c-kinds.ts';

const literal: KindSpec = { shape: 'literal', leaf: true };
const type: KindSpec = {
  ...cKinds.struct_specifier,
  slots: { name: 'name', body: 'body', '#base_class_clause': 'parents', '#virtual_specifier': 'modifiers' },
};
const qualified: KindSpec = { shape: 'member', slots: { scope: 'object', name: 'property' } };
const parameter: KindSpec = {
  shape: 'parameter',
  as: 'parameter_declaration',
  slots: { ...declarationSlots, declarator: 'name' },
};

export const cppKinds: Readonly<Record<string, KindSpec>> = {
  ...cKinds,
  this: { shape: 'identifier', leaf: true },
  auto: { shape: 'identifier', leaf: true },
  namespace_identifier: { shape: 'identifier', leaf: true },
  raw_string_literal: { shape: 'string', leaf: true },
  user_defined_literal: literal,
  placeholder_type_specifier: { transparent: 'one_child' },

  qualified_identifier: qualified,
  template_type: { slots: { name: 'name', arguments: 'typeArguments' } },
  template_function: { slots: { name: 'name', arguments: 'typeArguments' } },
  template_method: { slots: { name: 'name', arguments: 'typeArguments' } },
  dependent_name: { transparent: 'one_child' },
  new_expression: {
    shape: 'construction',
    slots: { type: 'callee', placement: 'optional', declarator: 'index', arguments: 'arguments' },
  },
  delete_expression: { order: ['value'] },
  throw_statement: { order: ['value'] },
  lambda_expression: { shape: 'function', merges: ['lambda_declarator'], slots: { captures: 'optional', body: 'body' } },
  lambda_declarator: { shape: 'function', slots: { parameters: 'parameters' } },
  parameter_pack_expansion: { shape: 'spread' },
  reference_declarator: {
    transparent: 'always',
    merges: ['function_declarator', 'pointer_declarator'],
    slots: { '#&': 'drop', '#&&': 'drop' },
  },
  function_definition: {
    ...cKinds.function_definition,
    merges: ['function_declarator', 'pointer_declarator', 'reference_declarator'],
    slots: {
      ...cKinds.function_definition?.slots,
      '#virtual': 'modifiers',
      '#virtual_specifier': 'modifiers',
      '#explicit_function_specifier': 'modifiers',
      '#field_initializer_list': 'optional',
    },
  },
  function_declarator: {
    shape: 'function',
    slots: {
      declarator: 'name',
      parameters: 'parameters',
      '#virtual_specifier': 'modifiers',
      '#type_qualifier': 'modifiers',
      '#noexcept': 'optional',
      '#trailing_return_type': 'optional',
      '#ref_qualifier': 'optional',
    },
  },
  field_declaration: {
    ...cKinds.field_declaration,
    slots: { ...declarationSlots, '#virtual': 'modifiers' },
  },
  optional_parameter_declaration: parameter,
  variadic_parameter_declaration: parameter,
  template_declaration: {
    merges: ['function_definition', 'class_specifier', 'struct_specifier', 'declaration'],
    slots: { parameters: 'typeParameters', '#requires_clause': 'optional' },
  },
  class_specifier: type,
  struct_specifier: type,
  base_class_clause: { transparent: 'always', slots: { '#access_specifier': 'drop' } },
  // `public:` says how what follows is reached.
  access_specifier: { transparent: 'always' },
  namespace_definition: { slots: { name: 'name', body: 'body' } },
  declaration_list: { shape: 'block' },
  linkage_specification: { slots: { value: 'value', body: 'body' } },
  using_declaration: { shape: 'import' },
  condition_clause: { transparent: 'one_child', slots: { value: 'none' } },
  for_range_loop: { slots: { type: 'type', declarator: 'target', right: 'value', body: 'body' }, wraps: cKinds.for_statement?.wraps ?? [] },
  try_statement: { slots: { body: 'body' } },
  catch_clause: { slots: { parameters: 'parameters', body: 'body' } },
};

export const cppPunctuation: readonly string[] = [
  ...cPunctuation,
  ...':: -> class namespace public private protected try catch throw new delete template typename operator friend using requires'.split(
    ' ',
  ),
];
