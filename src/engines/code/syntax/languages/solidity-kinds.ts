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

const eventWithParameters = {
  synthesise: { ...withParameters.synthesise, from: { '#event_parameter': 'none' } },
  fills: [{ slot: 'parameters', kind: 'parameters' }],
} as const satisfies KindSpec;

const modifierKinds = [
  'visibility state_mutability override_specifier modifier_invocation public internal private external',
  'payable pure view virtual constant immutable abstract anonymous transient',
].flatMap((line) => line.split(' '));
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
  block_statement: { shape: 'block', becomes: [{ with: ['unchecked'], kind: 'unchecked_statement' }] },
  unchecked_statement: {
    invented: true,
    slots: { '#unchecked': 'drop' },
    synthesise: { shape: 'block', slot: 'body', least: 1, from: { '#statement': 'none' }, kind: 'unchecked_block' },
    fills: [{ slot: 'body', kind: 'unchecked_block' }],
  },
  unchecked_block: { shape: 'block', invented: true },
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
  hex_string_literal: literal,
  unicode_string_literal: string,
  yul_string_literal: string,
  yul_hex_string_literal: string,
  string_literal: { transparent: 'one_child', shape: 'string' },

  call_expression: { ...withArguments, shape: 'call', slots: { function: 'callee' } },
  // No call to a pattern: `$F(...)` is not `uint256(x)`.
  type_cast_expression: { ...withArguments, slots: { '#primitive_type': 'callee' } },
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
  // The keyword tells a modifier from a function; a pattern of a function holds for both.
  modifier_definition: { ...definition, slots: { ...definition.slots, '#modifier': 'modifiers' } },
  '"constructor"': leafName,
  '"receive"': leafName,
  '"fallback"': leafName,
  '"payable"': leafName,
  '"modifier"': leafName,
  '"revert"': leafName,
  parameter: { shape: 'parameter', slots: { type: 'type', location: 'optional', name: 'name' } },
  // A metavariable among the modifiers is none of the keywords.
  visibility: { transparent: 'always' },
  override_specifier: { transparent: 'one_child' },
  state_mutability: leafName,
  modifier_invocation: { ...withArguments, shape: 'decorator', slots: { '#identifier': 'name', '#user_defined_type': 'name' } },
  // An event is a function without a body.
  event_definition: { ...eventWithParameters, shape: 'function', slots: { name: 'name', ...modifiers } },
  event_parameter: { shape: 'parameter', slots: { type: 'type', name: 'name', '#indexed': 'optional' } },
  error_declaration: { slots: { name: 'name' } },
  error_parameter: { shape: 'parameter', slots: { type: 'type', name: 'name' } },

  // The keyword tells a library or an interface from a contract, which only `abstract` may qualify.
  contract_declaration: contract,
  library_declaration: contract,
  interface_declaration: contract,
  inheritance_specifier: { transparent: 'one_child', slots: { ancestor: 'name' } },
  // None of them is a contract to a pattern, and no contract one of them.
  struct_declaration: { slots: { name: 'name', body: 'body' } },
  enum_declaration: { slots: { name: 'name', body: 'body' } },
  // Brackets stay, for they tell `T[]` from `T`.
  type_name: {
    transparent: 'one_child',
    slots: { key_type: 'key', key_identifier: 'drop', value_type: 'value', value_identifier: 'drop' },
  },
  user_defined_type: { transparent: 'one_child' },
  type_alias: { transparent: 'one_child' },

  emit_statement: { ...withArguments, slots: { name: 'callee' } },
  // `revert E(x)` calls what `revert(E)` gives: so a pattern of the one holds within the other.
  revert_statement: {
    shape: 'call',
    synthesise: {
      shape: 'call',
      slot: 'callee',
      least: 1,
      from: { '#revert': 'callee', error: 'arguments' },
      kind: 'revert_of_error',
    },
    slots: { '#revert_arguments': 'arguments' },
    becomes: [
      { without: ['revert_arguments'], kind: 'revert_with_reason' },
      { without: ['expression'], kind: 'revert_without_reason' },
    ],
  },
  // The grammar takes the brackets of `revert("...")` for brackets around an expression.
  revert_with_reason: {
    shape: 'call',
    invented: true,
    slots: { '#revert': 'callee' },
    synthesise: { ...withArguments.synthesise, from: { error: 'none' } },
  },
  revert_of_error: {
    shape: 'call',
    invented: true,
    slots: { '#revert': 'callee', error: 'arguments' },
    wraps: { slots: ['arguments'], except: [], as: 'arguments', inner: 'none' },
  },
  revert_without_reason: { shape: 'call', invented: true, slots: { '#revert': 'callee', '#revert_arguments': 'arguments' } },
  revert_arguments: { shape: 'arguments' },
  if_statement: { shape: 'if', slots: { condition: 'condition', else: 'drop' }, order: ['body', 'alternative'], wraps: branch },
  while_statement: { slots: { condition: 'condition', body: 'body' } },
  do_while_statement: { slots: { condition: 'condition', body: 'body' } },
  for_statement: { slots: { initial: 'left', condition: 'condition', update: 'right', body: 'body' } },
  try_statement: { slots: { attempt: 'value', body: 'body', '#parameter': 'optional' } },
  catch_clause: { slots: { body: 'body', '#identifier': 'optional', '#parameter': 'optional' } },
  return_statement: { shape: 'return', order: ['value'] },

  import_directive: { shape: 'import' },
  solidity_pragma_token: {
    synthesise: { shape: 'other', slot: 'value', least: 1, from: { version_constraint: 'none' }, kind: 'solidity_version_range' },
  },
  solidity_version_range: { invented: true },
};
