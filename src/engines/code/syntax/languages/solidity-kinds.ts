import type { KindSpec } from '../language.ts';

const identifier: KindSpec = { shape: 'identifier' };
const leafName: KindSpec = { shape: 'identifier', leaf: true };
const literal: KindSpec = { shape: 'literal', leaf: true };
const string: KindSpec = { shape: 'string', leaf: true };

/** The grammar puts arguments beside what is called, and parameters beside the name. */
const withArguments = {
  synthesise: { shape: 'arguments', slot: 'arguments', least: 1, from: { '#call_argument': 'none' }, kind: 'arguments' },
  fills: [{ slot: 'arguments', kind: 'arguments' }],
} as const satisfies KindSpec;
const withParameters = {
  synthesise: { shape: 'parameters', slot: 'parameters', least: 1, from: { '#parameter': 'none' }, kind: 'parameters' },
  fills: [{ slot: 'parameters', kind: 'parameters', before: 'body' }],
} as const satisfies KindSpec;

const modifierKinds = [
  ...['visibility', 'state_mutability', 'override_specifier', 'modifier_invocation', 'public', 'internal', 'private', 'external'],
  ...['payable', 'pure', 'view', 'virtual', 'constant', 'immutable', 'abstract', 'anonymous', 'transient'],
];
const modifiers = Object.fromEntries(modifierKinds.map((kind) => [`#${kind}`, 'modifiers' as const]));

const definition: KindSpec = {
  ...withParameters,
  shape: 'function',
  slots: {
    name: 'name',
    return_type: 'returnType',
    body: 'body',
    '#constructor': 'name',
    '#receive': 'name',
    '#fallback': 'name',
    ...modifiers,
  },
};
const contract: KindSpec = {
  shape: 'class',
  slots: { name: 'name', body: 'body', '#inheritance_specifier': 'parents', '#layout_specifier': 'optional', ...modifiers },
};
const variable: KindSpec = {
  shape: 'variable',
  slots: { type: 'type', name: 'target', value: 'value', location: 'optional', visibility: 'modifiers', ...modifiers },
};
/** `if (a) f();` is `if (a) { f(); }`. */
const branch: KindSpec['wraps'] = { slots: ['body', 'alternative'], except: ['own_block'], as: 'block_statement', inner: 'none' };
const assignment: KindSpec = { shape: 'assignment', slots: { left: 'target', right: 'value' } };

export const solidityKinds: Readonly<Record<string, KindSpec>> = {
  source_file: { shape: 'program' },
  contract_body: { shape: 'class_body' },
  struct_body: { shape: 'class_body' },
  enum_body: { shape: 'class_body' },
  function_body: { shape: 'block' },
  block_statement: { shape: 'block', slots: { '#unchecked': 'drop' } },
  statement: { transparent: 'always', becomes: [{ with: ['block_statement', 'if_statement'], kind: 'own_block' }] },
  own_block: { transparent: 'always', invented: true },
  expression_statement: { shape: 'expression_statement' },
  expression: { transparent: 'always' },
  parenthesized_expression: { transparent: 'one_child' },
  arguments: { shape: 'arguments', invented: true },
  parameters: { shape: 'parameters', invented: true },

  identifier,
  enum_value: identifier,
  yul_evm_builtin: leafName,
  primitive_type: leafName,
  number_literal: literal,
  boolean_literal: literal,
  yul_decimal_number: literal,
  yul_hex_number: literal,
  yul_boolean: literal,
  string,
  hex_string_literal: string,
  unicode_string_literal: string,
  yul_string_literal: string,
  yul_hex_string_literal: string,
  string_literal: { transparent: 'one_child', shape: 'string' },

  call_expression: { ...withArguments, shape: 'call', slots: { function: 'callee' } },
  type_cast_expression: { ...withArguments, shape: 'call', slots: { '#primitive_type': 'callee' } },
  payable_conversion_expression: { ...withArguments, shape: 'call', slots: { '#payable': 'callee' } },
  call_argument: { transparent: 'always' },
  call_struct_argument: { shape: 'keyword_argument', slots: { name: 'name', value: 'value' } },
  struct_field_assignment: { shape: 'pair', slots: { name: 'key', value: 'value' } },
  struct_expression: { slots: { type: 'object' } },
  member_expression: { shape: 'member', slots: { object: 'object', property: 'property' } },
  array_access: { shape: 'index', slots: { base: 'object', index: 'index', '#[': 'drop', '#]': 'drop' } },
  slice_access: { slots: { base: 'object', from: 'left', to: 'right', '#[': 'drop', '#]': 'drop' } },
  inline_array_expression: { shape: 'list', slots: { '#[': 'drop', '#]': 'drop' } },
  binary_expression: { shape: 'binary', slots: { left: 'left', operator: 'operator', right: 'right' } },
  unary_expression: { shape: 'unary', slots: { operator: 'operator', argument: 'value' } },
  ternary_expression: { order: ['condition', 'body', 'alternative'] },
  assignment_expression: assignment,
  augmented_assignment_expression: {
    ...assignment,
    slots: {
      ...assignment.slots,
      ...Object.fromEntries('+= -= *= /= %= ^= &= |= >>= <<='.split(' ').map((sign) => [`#${sign}`, 'operator' as const])),
    },
  },
  yul_path: { transparent: 'one_child' },
  yul_identifier: { transparent: 'one_child' },
  yul_block: { shape: 'block' },
  yul_function_call: {
    shape: 'call',
    slots: { function: 'callee' },
    synthesise: {
      shape: 'arguments',
      slot: 'arguments',
      least: 1,
      from: {
        '#yul_path': 'none',
        '#yul_function_call': 'none',
        '#yul_decimal_number': 'none',
        '#yul_hex_number': 'none',
        '#yul_string_literal': 'none',
        '#yul_boolean': 'none',
        '#yul_hex_string_literal': 'none',
      },
      kind: 'arguments',
    },
    fills: [{ slot: 'arguments', kind: 'arguments' }],
  },
  yul_assignment: assignment,
  yul_variable_declaration: { shape: 'variable', slots: { left: 'target', right: 'value' } },

  variable_declaration_statement: {
    shape: 'variable',
    merges: ['variable_declaration'],
    slots: { '#variable_declaration_tuple': 'target', value: 'value' },
  },
  variable_declaration: variable,
  state_variable_declaration: variable,
  constant_variable_declaration: variable,
  struct_member: variable,
  variable_declaration_tuple: {},

  function_definition: definition,
  constructor_definition: definition,
  fallback_receive_definition: definition,
  modifier_definition: definition,
  '"constructor"': leafName,
  '"receive"': leafName,
  '"fallback"': leafName,
  '"payable"': leafName,
  parameter: { shape: 'parameter', slots: { type: 'type', location: 'optional', name: 'name' } },
  visibility: leafName,
  state_mutability: leafName,
  modifier_invocation: { ...withArguments, shape: 'decorator', slots: { '#identifier': 'name', '#user_defined_type': 'name' } },
  event_definition: { slots: { name: 'name', ...modifiers } },
  event_parameter: { shape: 'parameter', slots: { type: 'type', name: 'name', '#indexed': 'optional' } },
  error_declaration: { slots: { name: 'name' } },
  error_parameter: { shape: 'parameter', slots: { type: 'type', name: 'name' } },

  // The keyword tells a library or an interface from a contract, which only `abstract` may qualify.
  contract_declaration: contract,
  library_declaration: contract,
  interface_declaration: contract,
  inheritance_specifier: { transparent: 'one_child', slots: { ancestor: 'name' } },
  struct_declaration: { shape: 'class', slots: { name: 'name', body: 'body' } },
  enum_declaration: { shape: 'class', slots: { name: 'name', body: 'body' } },
  // Brackets stay, for they tell `T[]` from `T`.
  type_name: { transparent: 'one_child', slots: { key_type: 'key', value_type: 'value' } },
  user_defined_type: { transparent: 'one_child' },
  type_alias: { transparent: 'one_child' },

  emit_statement: { ...withArguments, slots: { name: 'callee' } },
  revert_statement: { slots: { error: 'callee', '#revert': 'drop' } },
  revert_arguments: { shape: 'arguments' },
  if_statement: { shape: 'if', slots: { condition: 'condition', else: 'drop' }, order: ['body', 'alternative'], wraps: branch },
  while_statement: { slots: { condition: 'condition', body: 'body' }, wraps: branch },
  do_while_statement: { slots: { condition: 'condition', body: 'body' }, wraps: branch },
  for_statement: { slots: { initial: 'left', condition: 'condition', update: 'right', body: 'body' }, wraps: branch },
  try_statement: { slots: { attempt: 'value', body: 'body', '#parameter': 'optional' } },
  catch_clause: { slots: { body: 'body', '#identifier': 'optional', '#parameter': 'optional' } },
  return_statement: { shape: 'return', order: ['value'] },

  import_directive: { shape: 'import' },
};
