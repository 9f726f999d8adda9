import type { KindSpec, Language, StringContent } from '../language.ts';
import type { SyntaxTree } from '../tree.ts';
import { rewriteTypeAfter } from '../typed-metavariables.ts';
import { goFrames } from './go-frames.ts';
import { goImportedPaths, goImports } from './go-imports.ts';
import { withTypes } from './go-types.ts';

const identifier: KindSpec = { shape: 'identifier' };
const literal: KindSpec = { shape: 'literal' };
const string: KindSpec = { shape: 'string', leaf: true };
const parameter: KindSpec = { shape: 'parameter', slots: { name: 'name', type: 'type', '#...': 'optional' } };
/** `var x = f()` holds for constants, too; `const` is asked for by the patterns that say it, `:=` holds for itself alone. `x = f()` is any of them. */
const specification: KindSpec = { shape: 'variable', slots: { name: 'target', type: 'type', value: 'value' } };
const definition: KindSpec = {
  shape: 'function',
  slots: {
    receiver: 'optional',
    name: 'name',
    type_parameters: 'typeParameters',
    parameters: 'parameters',
    result: 'returnType',
    body: 'body',
  },
};
/** A pattern names the cases it asks for. */
const namedCases = {
  '#expression_case': 'optional',
  '#type_case': 'optional',
  '#communication_case': 'optional',
  '#default_case': 'optional',
} as const;

/** The statements of a case are a block without brackets. */
const switchCase: KindSpec = { slots: { value: 'value', type: 'value', communication: 'value', '#statement_list': 'body' } };

const kinds: Readonly<Record<string, KindSpec>> = {
  source_file: { shape: 'program' },
  block: { shape: 'block', merges: ['statement_list'] },
  statement_list: { shape: 'block' },
  expression_statement: { shape: 'expression_statement' },
  expression_list: { transparent: 'one_child' },

  identifier,
  blank_identifier: identifier,
  field_identifier: identifier,
  package_identifier: identifier,
  type_identifier: identifier,
  label_name: identifier,
  dot: { leaf: true },
  int_literal: literal,
  float_literal: literal,
  imaginary_literal: literal,
  rune_literal: literal,
  nil: literal,
  true: literal,
  false: literal,
  iota: literal,
  interpreted_string_literal: string,
  raw_string_literal: string,

  call_expression: { shape: 'call', slots: { function: 'callee', type_arguments: 'typeArguments', arguments: 'arguments' } },
  argument_list: { shape: 'arguments' },
  variadic_argument: { shape: 'spread', slots: { '#...': 'drop' } },
  selector_expression: { shape: 'member', slots: { operand: 'object', field: 'property' } },
  qualified_type: { shape: 'member', slots: { package: 'object', name: 'property' } },
  index_expression: { shape: 'index', slots: { operand: 'object', index: 'index' } },
  slice_expression: { slots: { operand: 'object', start: 'left', end: 'right', capacity: 'value' } },
  type_assertion_expression: { slots: { operand: 'value', type: 'key' } },
  type_conversion_expression: { slots: { type: 'key', operand: 'value' } },
  type_instantiation_expression: { slots: { type: 'name' } },
  parenthesized_expression: { transparent: 'one_child' },
  parenthesized_type: { transparent: 'one_child' },
  composite_literal: { shape: 'construction', slots: { type: 'callee', body: 'arguments' } },
  // Elements in order, as they stand: a pattern that means any place says `...` on both sides.
  literal_value: { shape: 'arguments' },
  literal_element: { transparent: 'always' },
  keyed_element: { shape: 'pair', slots: { key: 'key', value: 'value' } },
  binary_expression: { shape: 'binary', slots: { left: 'left', operator: 'operator', right: 'right' } },
  unary_expression: { shape: 'unary', slots: { operator: 'operator', operand: 'value' } },
  func_literal: { shape: 'function', slots: { parameters: 'parameters', result: 'returnType', body: 'body' } },

  assignment_statement: { shape: 'assignment', slots: { left: 'target', operator: 'operator', right: 'value' } },
  short_var_declaration: { shape: 'variable', slots: { left: 'target', '#:=': 'operator', right: 'value' } },
  var_declaration: { merges: ['var_spec', 'var_spec_list'], slots: { '#var': 'drop' } },
  var_spec_list: { merges: ['var_spec'] },
  var_spec: specification,
  const_declaration: { merges: ['const_spec'], modifiersOutside: true, slots: { '#const': 'modifiers' } },
  const_spec: specification,
  send_statement: { slots: { channel: 'target', value: 'value' } },
  receive_statement: { shape: 'variable', slots: { left: 'target', '#:=': 'optional', right: 'value' } },

  function_declaration: definition,
  method_declaration: definition,
  method_elem: definition,
  parameter_list: { shape: 'parameters' },
  parameter_declaration: parameter,
  variadic_parameter_declaration: parameter,
  type_declaration: { merges: ['type_spec', 'type_alias'] },
  type_spec: { shape: 'class', slots: { name: 'name', type_parameters: 'typeParameters', type: 'body' } },
  type_alias: { slots: { name: 'name', type_parameters: 'typeParameters', type: 'value' } },
  field_declaration_list: { shape: 'class_body' },
  field_declaration: { slots: { name: 'name', type: 'type', tag: 'optional' } },
  generic_type: { shape: 'type', slots: { type: 'name', type_arguments: 'typeArguments' } },
  type_elem: { transparent: 'one_child' },
  map_type: { slots: { key: 'key', value: 'value' } },
  array_type: { slots: { length: 'index', element: 'value' } },
  slice_type: { slots: { element: 'value' } },
  function_type: { slots: { parameters: 'parameters', result: 'returnType' } },

  // What an `if` or `switch` sets before it asks is left out by most patterns.
  if_statement: {
    shape: 'if',
    slots: { initializer: 'optional', condition: 'condition', consequence: 'body', alternative: 'alternative' },
  },
  expression_switch_statement: { slots: { initializer: 'optional', value: 'value', ...namedCases } },
  type_switch_statement: { slots: { initializer: 'optional', alias: 'optional', value: 'value', ...namedCases } },
  select_statement: { slots: namedCases },
  expression_case: switchCase,
  type_case: switchCase,
  default_case: switchCase,
  communication_case: switchCase,
  for_statement: { slots: { body: 'body', '#range_clause': 'condition', '#for_clause': 'condition' } },
  for_clause: { slots: { initializer: 'left', condition: 'condition', update: 'right' } },
  range_clause: { slots: { left: 'target', right: 'value' } },
  labeled_statement: { slots: { label: 'name' } },
  return_statement: { shape: 'return', slots: { '#expression_list': 'value' } },

  package_clause: {},
  // The keyword stays for where it stands: each name of a list is an import from there on.
  import_declaration: { merges: ['import_spec', 'import_spec_list'], slots: { '#import': 'modifiers' } },
  import_spec_list: { merges: ['import_spec'] },
  import_spec: { shape: 'import', slots: { name: 'optional', path: 'value' } },
};

/** What the kind of a node tells already. `*`, `<-`, `...`, `chan`, `var`, `const`, `:=` of a declaration and all operators stay. */
const punctuation = [
  '( ) [ ] { } , ; : . = " ` \n \0',
  'break case continue default defer else fallthrough for func go goto if interface map package range return select struct switch type',
].flatMap((line) => line.split(' '));

const stringContent = (tree: SyntaxTree, node: number): StringContent => {
  const start = (tree.start[node] ?? 0) + 1;
  const end = Math.max(start, (tree.end[node] ?? 0) - 1);
  return { text: tree.text.slice(start, end), start, end, isInterpolated: false };
};

export const go: Language = {
  id: 'go',
  aliases: ['golang'],
  extensions: ['.go'],
  grammar: '@vscode/tree-sitter-wasm/wasm/tree-sitter-go.wasm',
  kinds,
  punctuation: new Set(punctuation),
  comments: new Set(['comment']),
  associative: new Set(['&&', '||', '+', '*', '&', '|', '^']),
  frames: goFrames,
  ellipsis: {
    statement: ['sl_dots_', 'sl_dots_;', 'case sl_dots_:'],
    element: ['sl_dots_', 'sl_dots_ sl_dots_'],
  },
  rewritePattern: rewriteTypeAfter,
  stringContent,
  imports: goImports,
  importedPaths: goImportedPaths,
  refine: withTypes,
};
