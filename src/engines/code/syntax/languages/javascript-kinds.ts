import type { KindSpec } from '../language.ts';

const literal: KindSpec = { shape: 'literal', leaf: true };
const identifier: KindSpec = { shape: 'identifier', leaf: true };
const spread: KindSpec = { shape: 'spread' };

/** `f?.()` is `f()` and `a?.[1]` is `a[1]` to rules, but `a?.b` is not `a.b`. */
const optional = { optional_chain: 'drop', '#optional_chain': 'drop' } as const;

const functionSlots = {
  name: 'name',
  type_parameters: 'typeParameters',
  parameters: 'parameters',
  return_type: 'returnType',
  body: 'body',
  decorator: 'decorators',
  '#async': 'modifiers',
  '#*': 'modifiers',
  '#static': 'modifiers',
  '#static get': 'modifiers',
  '#get': 'modifiers',
  '#set': 'modifiers',
  '#accessibility_modifier': 'modifiers',
  '#override_modifier': 'modifiers',
  '#abstract': 'modifiers',
  '#readonly': 'modifiers',
} as const;

export const fieldSlots = {
  ...functionSlots,
  name: 'target',
  type: 'type',
  value: 'value',
  '#declare': 'modifiers',
  '#accessor': 'modifiers',
  '#?': 'drop',
  '#!': 'drop',
} as const;

/** Functions that may be the value of a property or a field: then they are a method of that name. */
const functionValues = ['arrow_function', 'function_expression', 'generator_function'];
/** What it is called within itself is no part of it. */
const functionExpression: KindSpec = { shape: 'function', slots: { ...functionSlots, name: 'drop' } };
/** `f = () => {}` of a class. */
const field: KindSpec = { shape: 'variable', slots: fieldSlots, becomes: [{ with: functionValues, kind: 'function_field' }] };
const property: KindSpec = {
  shape: 'pair',
  slots: { key: 'key', value: 'value' },
  becomes: [{ with: functionValues, kind: 'function_property' }],
};

/** `if (a) b();` is `if (a) { b(); }`. */
const bracedBodies: KindSpec['wraps'] = {
  slots: ['body', 'alternative'],
  except: ['statement_block', 'if_statement', 'else_clause', 'empty_statement'],
  as: 'statement_block',
  inner: 'none',
};

const declaration: KindSpec = {
  merges: ['variable_declarator'],
  slots: { kind: 'modifiers', '#let': 'modifiers', '#const': 'modifiers', '#using': 'modifiers', '#await': 'modifiers' },
};

/** What is JavaScript in the grammars of TypeScript, which read both. */
export const commonKinds: Readonly<Record<string, KindSpec>> = {
  program: { shape: 'program' },
  statement_block: { shape: 'block' },
  expression_statement: { shape: 'expression_statement' },
  identifier,
  property_identifier: identifier,
  private_property_identifier: identifier,
  statement_identifier: identifier,
  this: identifier,
  super: identifier,
  undefined: literal,
  number: literal,
  true: literal,
  false: literal,
  null: literal,
  // Its pattern is a leaf of its own: `/$X/` binds it.
  regex: { shape: 'regex', slots: { pattern: 'value', flags: 'optional', '#/': 'drop' } },
  regex_pattern: literal,
  regex_flags: { leaf: true },
  string: { shape: 'string', leaf: true },
  template_string: { shape: 'string', leafUnless: ['template_substitution'] },
  string_fragment: { shape: 'string', leaf: true },
  template_substitution: { order: ['value'] },

  call_expression: { shape: 'call', slots: { function: 'callee', type_arguments: 'typeArguments', arguments: 'arguments', ...optional } },
  new_expression: {
    shape: 'construction',
    slots: { constructor: 'callee' as const, type_arguments: 'drop', arguments: 'arguments' },
    // `new A` is `new A()`.
    fills: [{ slot: 'arguments', kind: 'arguments' }],
  },
  import: identifier,
  arguments: { shape: 'arguments' },
  spread_element: spread,
  rest_pattern: { ...spread, as: 'spread_element' },
  member_expression: {
    shape: 'member',
    slots: { object: 'object', property: 'property', optional_chain: 'operator', '#optional_chain': 'operator' },
  },
  subscript_expression: { shape: 'index', slots: { object: 'object', index: 'index', ...optional } },
  parenthesized_expression: { transparent: 'one_child' },

  assignment_expression: { shape: 'assignment', slots: { left: 'target', right: 'value' } },
  augmented_assignment_expression: { shape: 'assignment', slots: { left: 'target', operator: 'operator', right: 'value' } },
  variable_declaration: declaration,
  lexical_declaration: declaration,
  variable_declarator: { shape: 'variable', slots: { name: 'target', type: 'type', value: 'value', '#!': 'drop' } },
  binary_expression: { shape: 'binary', slots: { left: 'left', operator: 'operator', right: 'right' } },
  unary_expression: { shape: 'unary', slots: { operator: 'operator', argument: 'value' } },
  update_expression: { shape: 'unary', slots: { operator: 'operator', argument: 'value' } },
  ternary_expression: { slots: { condition: 'condition', consequence: 'body', alternative: 'alternative', '#?': 'drop' } },

  function_declaration: { shape: 'function', slots: functionSlots },
  function_expression: functionExpression,
  generator_function: functionExpression,
  generator_function_declaration: { shape: 'function', slots: functionSlots },
  method_definition: { shape: 'function', slots: functionSlots },
  // `x => 1` has its parameter without a list around it.
  arrow_function: {
    shape: 'function',
    slots: functionSlots,
    synthesise: { shape: 'parameters', slot: 'parameters', least: 1, from: { parameter: 'none' }, kind: 'formal_parameters' },
  },
  decorator: { shape: 'decorator' },
  class_declaration: { shape: 'class', slots: { ...functionSlots, '#class_heritage': 'parents' } },
  class: { shape: 'class', slots: { ...functionSlots, '#class_heritage': 'parents' } },
  class_heritage: { transparent: 'always' },
  class_body: { shape: 'class_body', attaches: { kinds: ['decorator'], slot: 'decorators' } },

  object: { shape: 'record' },
  object_pattern: { shape: 'record', as: 'object' },
  pair: property,
  function_property: { invented: true, merges: functionValues, slots: { key: 'name' } },
  function_field: { invented: true, merges: functionValues, slots: { ...fieldSlots, name: 'name' } },
  public_field_definition: field,
  pair_pattern: { shape: 'pair', as: 'pair', slots: { key: 'key', value: 'value' } },
  shorthand_property_identifier: {
    doubles: {
      as: 'pair',
      children: [
        { slot: 'key', kind: 'property_identifier' },
        { slot: 'value', kind: 'identifier' },
      ],
    },
  },
  shorthand_property_identifier_pattern: {
    doubles: {
      as: 'pair',
      children: [
        { slot: 'key', kind: 'property_identifier' },
        { slot: 'value', kind: 'identifier' },
      ],
    },
  },
  object_assignment_pattern: { slots: { left: 'target', right: 'value' } },
  array: { shape: 'list' },
  array_pattern: { shape: 'list', as: 'array' },

  return_statement: { shape: 'return', order: ['value'] },
  throw_statement: { order: ['value'] },
  if_statement: { shape: 'if', slots: { condition: 'condition', consequence: 'body', alternative: 'alternative' }, wraps: bracedBodies },
  else_clause: { transparent: 'always', wraps: bracedBodies },
  while_statement: { slots: { condition: 'condition', body: 'body' }, wraps: bracedBodies },
  do_statement: { slots: { condition: 'condition', body: 'body' }, wraps: bracedBodies },
  // One node for what stands between the brackets: `for (...)` is any loop.
  for_statement: {
    slots: { body: 'body' },
    wraps: bracedBodies,
    synthesise: {
      shape: 'other',
      slot: 'condition',
      least: 1,
      from: { initializer: 'none', condition: 'condition', increment: 'none' },
    },
  },
  for_in_statement: {
    as: 'for_statement',
    slots: { body: 'body', '#await': 'modifiers' },
    wraps: bracedBodies,
    synthesise: {
      shape: 'other',
      slot: 'condition',
      from: { kind: 'modifiers', left: 'target', operator: 'operator', right: 'value' },
    },
  },
  with_statement: { slots: { object: 'object', body: 'body' } },
  switch_statement: { slots: { value: 'value', body: 'body' } },
  switch_case: { slots: { value: 'condition' } },
  switch_default: { slots: { '#default': 'drop' } },
  try_statement: { slots: { body: 'body' } },
  catch_clause: { slots: { parameter: 'name', body: 'body' } },
  labeled_statement: { slots: { label: 'name', body: 'body' } },
  sequence_expression: {},

  import_statement: { shape: 'import', slots: { source: 'value' } },
  import_clause: { transparent: 'always' },
  import_specifier: { slots: { name: 'name', alias: 'target' } },
  // The declaration stands where it stands, exported or not; `export { a }` and `export default 1` are statements of their own.
  export_statement: {
    merges: ['function_declaration', 'generator_function_declaration', 'class_declaration', 'lexical_declaration', 'variable_declaration'],
    modifiersOutside: true,
    slots: {
      declaration: 'value',
      value: 'value',
      source: 'value',
      decorator: 'decorators',
      '#export': 'modifiers',
      '#default': 'modifiers',
    },
  },
  export_specifier: { slots: { name: 'name', alias: 'target' } },
};

const tag: KindSpec = {
  as: 'jsx_opening_element',
  slots: { name: 'name', type_arguments: 'typeArguments', '#<': 'drop', '#>': 'drop' },
  synthesise: { shape: 'record', slot: 'optional', least: 1, from: { attribute: 'none' } },
};

const jsxChildren = {
  '#jsx_text': 'none',
  '#jsx_element': 'none',
  '#jsx_self_closing_element': 'none',
  '#jsx_expression': 'none',
  '#html_character_reference': 'none',
} as const;

/** An element is its name, a record of its attributes and a list of what stands between its tags; `<a></a>` is `<a/>`. */
export const jsxKinds: Readonly<Record<string, KindSpec>> = {
  jsx_element: {
    merges: ['jsx_opening_element'],
    slots: { close_tag: 'drop' },
    synthesise: { shape: 'list', slot: 'optional', least: 1, from: jsxChildren },
  },
  jsx_opening_element: tag,
  jsx_self_closing_element: tag,
  jsx_attribute: { shape: 'pair', order: ['key', 'value'] },
  jsx_expression: { transparent: 'one_child' },
  jsx_text: { leaf: true, dropBlank: true },
  jsx_namespace_name: { leaf: true },
};

/** What says nothing that the node's kind does not say. `var` is among it: to a rule it stands for any of the declarations. */
export const javascriptPunctuation: ReadonlySet<string> = new Set(
  [
    '( ) [ ] { } , : ; . = => ` ${ \' " @ </ />',
    'var if else for while do switch case try catch finally return throw break continue function class extends with debugger',
    'import from as new await yield',
  ].flatMap((line) => line.split(' ')),
);
