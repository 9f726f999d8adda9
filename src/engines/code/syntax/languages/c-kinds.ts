import type { KindSpec, WrapSpec } from '../language.ts';

const identifier: KindSpec = { shape: 'identifier', leaf: true };
const literal: KindSpec = { shape: 'literal', leaf: true };
const modifier: KindSpec = { leaf: true };

/** `if (a) f();` is `if (a) { f(); }`. */
const braced: WrapSpec = {
  slots: ['body', 'alternative'],
  except: ['compound_statement', 'if_statement', 'else_clause'],
  as: 'compound_statement',
  inner: 'none',
};
const loop: KindSpec = {
  slots: { initializer: 'left', condition: 'condition', update: 'right', body: 'body' },
  wraps: braced,
};

export const declarationSlots = {
  type: 'type',
  declarator: 'target',
  default_value: 'value',
  '#storage_class_specifier': 'modifiers',
  '#type_qualifier': 'modifiers',
  '#attribute_specifier': 'optional',
  '#attribute_declaration': 'optional',
} as const;
/** Some compilers' code: what is between the branches stands in the list around it. */
const conditional: KindSpec = { transparent: 'always', slots: { name: 'drop', condition: 'drop' } };
/** `struct a` where a type is asked for; with its members it is defined. */
const composite: KindSpec = {
  shape: 'class',
  becomes: [{ without: ['field_declaration_list', 'enumerator_list'], kind: 'type_identifier' }],
  slots: { name: 'name', body: 'body' },
};

/** What C and C++ have in common: their grammars give it the same names. */
export const cKinds: Readonly<Record<string, KindSpec>> = {
  translation_unit: { shape: 'program' },
  compound_statement: { shape: 'block' },
  expression_statement: { shape: 'expression_statement' },

  identifier,
  field_identifier: identifier,
  type_identifier: identifier,
  statement_identifier: identifier,
  primitive_type: identifier,
  sized_type_specifier: identifier,
  number_literal: literal,
  char_literal: literal,
  true: literal,
  false: literal,
  null: literal,
  string_literal: { shape: 'string', leaf: true },
  system_lib_string: { shape: 'string', leaf: true },
  concatenated_string: { shape: 'string', leaf: true },
  storage_class_specifier: modifier,
  type_qualifier: modifier,

  call_expression: { shape: 'call', slots: { function: 'callee', arguments: 'arguments' } },
  argument_list: { shape: 'arguments' },
  // `a->b` is `(*a).b`.
  field_expression: {
    shape: 'member',
    slots: { argument: 'object', operator: 'drop', field: 'property' },
    becomes: [{ with: ['->'], kind: 'arrow_expression' }],
  },
  arrow_expression: {
    shape: 'member',
    invented: true,
    as: 'field_expression',
    slots: { argument: 'object', operator: 'drop', field: 'property' },
    wraps: { slots: ['object'], except: [], as: 'dereference', inner: 'value' },
  },
  pointer_expression: {
    shape: 'unary',
    slots: { operator: 'operator', argument: 'value' },
    becomes: [{ with: ['*'], kind: 'dereference' }],
  },
  dereference: { shape: 'unary', invented: true, slots: { operator: 'drop', argument: 'value' } },
  subscript_expression: { shape: 'index', slots: { argument: 'object', index: 'index' } },
  parenthesized_expression: { transparent: 'one_child' },
  assignment_expression: { shape: 'assignment', slots: { left: 'target', operator: 'operator', right: 'value' } },
  binary_expression: { shape: 'binary', slots: { left: 'left', operator: 'operator', right: 'right' } },
  unary_expression: { shape: 'unary', slots: { operator: 'operator', argument: 'value' } },
  update_expression: { shape: 'unary', slots: { operator: 'operator', argument: 'value' } },
  conditional_expression: { slots: { condition: 'condition', consequence: 'body', alternative: 'alternative' } },
  cast_expression: { slots: { type: 'key', value: 'value' } },
  type_descriptor: { shape: 'type', transparent: 'one_child' },
  sizeof_expression: { slots: { type: 'value', value: 'value' } },
  initializer_list: { shape: 'list' },
  initializer_pair: { shape: 'pair', slots: { designator: 'key', value: 'value' } },
  field_designator: { transparent: 'always' },
  compound_literal_expression: { slots: { type: 'key', value: 'value' } },

  declaration: { shape: 'variable', merges: ['init_declarator', 'function_declarator'], slots: declarationSlots },
  field_declaration: { shape: 'variable', merges: ['function_declarator'], slots: declarationSlots },
  init_declarator: { shape: 'variable', slots: { declarator: 'target', value: 'value' } },
  // The name is what is declared; that it is a pointer is a matter of its type.
  pointer_declarator: {
    transparent: 'always',
    merges: ['function_declarator', 'pointer_declarator'],
    slots: { declarator: 'target', '#*': 'drop', '#type_qualifier': 'drop' },
  },
  parenthesized_declarator: { transparent: 'always' },
  array_declarator: { slots: { declarator: 'target', size: 'index' } },
  function_definition: {
    shape: 'function',
    merges: ['function_declarator', 'pointer_declarator'],
    slots: {
      type: 'returnType',
      body: 'body',
      '#storage_class_specifier': 'modifiers',
      '#type_qualifier': 'modifiers',
      '#attribute_specifier': 'optional',
      '#attribute_declaration': 'optional',
    },
  },
  function_declarator: { shape: 'function', slots: { declarator: 'name', parameters: 'parameters' } },
  parameter_list: { shape: 'parameters' },
  parameter_declaration: { shape: 'parameter', slots: { ...declarationSlots, declarator: 'name' } },
  struct_specifier: composite,
  union_specifier: composite,
  enum_specifier: composite,
  field_declaration_list: { shape: 'class_body' },
  enumerator_list: { shape: 'class_body' },
  enumerator: { slots: { name: 'target', value: 'value' } },
  type_definition: { slots: { type: 'type', declarator: 'name' } },

  if_statement: { shape: 'if', slots: { condition: 'condition', consequence: 'body', alternative: 'alternative' }, wraps: braced },
  else_clause: { transparent: 'always', wraps: { ...braced, slots: ['none'] } },
  while_statement: loop,
  do_statement: loop,
  for_statement: loop,
  switch_statement: { slots: { condition: 'condition', body: 'body' } },
  case_statement: { slots: { value: 'condition' } },
  return_statement: { shape: 'return', order: ['value'] },
  goto_statement: { slots: { label: 'name' } },
  labeled_statement: { slots: { label: 'name' } },
  linkage_specification: { transparent: 'always', slots: { value: 'drop' } },
  declaration_list: { transparent: 'always' },

  preproc_include: { shape: 'import', slots: { path: 'value' } },
  preproc_def: { leaf: true },
  preproc_function_def: { leaf: true },
  preproc_call: { leaf: true },
  preproc_if: conditional,
  preproc_ifdef: conditional,
  preproc_elif: conditional,
  preproc_elifdef: conditional,
  preproc_else: conditional,
};

/** What the kind of a node tells already. */
export const cPunctuation: readonly string[] = [
  '( ) [ ] { } , ; : ? = . " \' \n #include #define #if #ifdef #ifndef #else #elif #elifdef #elifndef #endif defined __extension__',
  'typedef struct union enum if else switch case while do for return break continue goto sizeof L" u" U" u8" L\' u\' U\' u8\'',
].flatMap((line) => line.split(' '));
