import type { KindSpec, Language } from '../language.ts';
import { shapeCode, slotCode } from '../shape.ts';
import { childIn, type SyntaxTree } from '../tree.ts';
import { rewriteTypeOfArgument } from '../typed-metavariables.ts';
import { pythonFrames } from './python-frames.ts';
import { pythonImportedPaths, pythonImports } from './python-imports.ts';
import { pythonStringContent } from './python-strings.ts';

const literal: KindSpec = { shape: 'literal' };
const comprehension: KindSpec = { slots: { body: 'body' } };

/** `def f(x)`: a name alone is a parameter as much as `x=1` is. */
const parameterOfName: KindSpec['wraps'] = {
  slots: ['none'],
  except: ['default_parameter', 'typed_parameter', 'typed_default_parameter', 'keyword_separator', 'positional_separator'],
  as: 'default_parameter',
  inner: 'name',
};

const blockOfBody: KindSpec['wraps'] = { slots: ['body'], except: ['block'], as: 'block', inner: 'none' };

const kinds: Readonly<Record<string, KindSpec>> = {
  module: { shape: 'program' },
  block: { shape: 'block' },
  expression_statement: { shape: 'expression_statement' },
  identifier: { shape: 'identifier' },
  integer: literal,
  float: literal,
  true: literal,
  false: literal,
  none: literal,
  ellipsis: literal,
  string: {
    shape: 'string',
    leafUnless: ['interpolation'],
    slots: { '#string_start': 'drop', '#string_end': 'drop' },
  },
  // A text of its own between the computed parts.
  string_content: { shape: 'string', leaf: true },
  interpolation: { slots: { expression: 'value', type_conversion: 'none', format_specifier: 'none' } },
  concatenated_string: { shape: 'string' },

  call: { shape: 'call', slots: { function: 'callee', arguments: 'arguments' } },
  argument_list: { shape: 'arguments' },
  keyword_argument: { shape: 'keyword_argument', slots: { name: 'name', value: 'value' } },
  list_splat: { shape: 'spread' },
  list_splat_pattern: { shape: 'spread', as: 'list_splat' },
  dictionary_splat: { shape: 'spread' },
  dictionary_splat_pattern: { shape: 'spread', as: 'dictionary_splat' },
  parenthesized_list_splat: { transparent: 'one_child' },
  attribute: { shape: 'member', slots: { object: 'object', attribute: 'property' } },
  // `a[b, c]` is indexed by a tuple.
  subscript: {
    shape: 'index',
    slots: { value: 'object' },
    synthesise: { shape: 'other', slot: 'index', from: { subscript: 'none' }, kind: 'tuple' },
  },
  parenthesized_expression: { transparent: 'one_child' },

  assignment: { shape: 'assignment', slots: { left: 'target', type: 'type', right: 'value' } },
  augmented_assignment: { shape: 'assignment', slots: { left: 'target', operator: 'operator', right: 'value' } },
  named_expression: { shape: 'assignment', slots: { name: 'target', value: 'value' } },
  binary_operator: { shape: 'binary', slots: { left: 'left', operator: 'operator', right: 'right' } },
  boolean_operator: { shape: 'binary', slots: { left: 'left', operator: 'operator', right: 'right' } },
  comparison_operator: { shape: 'binary', slots: { operators: 'operator' }, order: ['left', 'right'] },
  unary_operator: { shape: 'unary', slots: { operator: 'operator', argument: 'value' } },
  not_operator: { shape: 'unary', slots: { argument: 'value' } },
  conditional_expression: { order: ['body', 'condition', 'alternative'] },
  lambda: { shape: 'function', slots: { parameters: 'parameters', body: 'body' } },
  list: { shape: 'list' },
  list_pattern: { shape: 'list', as: 'list' },
  // `a, b = 1, 2` is written with tuples as much as `(a, b) = (1, 2)`; lists are something else.
  tuple: {},
  tuple_pattern: { as: 'tuple' },
  pattern_list: { as: 'tuple' },
  expression_list: { as: 'tuple' },
  // Of `{...}` a pattern leaves open which it is.
  dictionary: {
    shape: 'record',
    becomes: [
      { with: ['pair'], kind: 'dictionary' },
      { with: ['dictionary_splat'], kind: 'set' },
    ],
  },
  set: { shape: 'record' },
  pair: { shape: 'pair', slots: { key: 'key', value: 'value' } },
  list_comprehension: comprehension,
  set_comprehension: comprehension,
  dictionary_comprehension: comprehension,
  generator_expression: comprehension,
  for_in_clause: { slots: { left: 'target', right: 'value', '#async': 'modifiers', '#in': 'drop' } },
  slice: {},
  await: {},
  yield: { order: ['value'], becomes: [{ with: ['from'], kind: 'yield_from' }] },
  yield_from: { invented: true, slots: { '#from': 'drop' } },

  decorated_definition: { merges: ['function_definition', 'class_definition'], slots: { '#decorator': 'decorators' } },
  decorator: { shape: 'decorator', inlines: ['call'], slots: { '#identifier': 'callee', '#attribute': 'callee' } },
  function_definition: {
    shape: 'function',
    slots: {
      name: 'name',
      type_parameters: 'typeParameters',
      parameters: 'parameters',
      return_type: 'returnType',
      body: 'body',
      '#async': 'modifiers',
    },
  },
  parameters: { shape: 'parameters', wraps: parameterOfName },
  lambda_parameters: { shape: 'parameters', as: 'parameters', wraps: parameterOfName },
  default_parameter: { shape: 'parameter', slots: { name: 'name', value: 'value' } },
  typed_parameter: { shape: 'parameter', as: 'default_parameter', slots: { type: 'type' }, order: ['name'] },
  typed_default_parameter: { shape: 'parameter', as: 'default_parameter', slots: { name: 'name', type: 'type', value: 'value' } },
  class_definition: {
    shape: 'class',
    slots: { name: 'name', type_parameters: 'typeParameters', superclasses: 'parents', body: 'body' },
  },
  type: { shape: 'type', transparent: 'one_child' },

  return_statement: { shape: 'return', order: ['value'] },
  if_statement: { shape: 'if', slots: { condition: 'condition', consequence: 'body', alternative: 'alternative' } },
  elif_clause: {
    shape: 'if',
    as: 'if_statement',
    slots: { condition: 'condition', consequence: 'body', alternative: 'alternative' },
    takesSiblings: true,
  },
  else_clause: { transparent: 'always', slots: { body: 'body' } },
  // An `else` of a loop is no part of what rules say about loops.
  while_statement: { slots: { condition: 'condition', body: 'body', alternative: 'optional' } },
  for_statement: { slots: { left: 'target', right: 'value', body: 'body', alternative: 'optional', '#async': 'modifiers', '#in': 'drop' } },
  with_statement: { slots: { body: 'body', '#async': 'modifiers' } },
  // `with a, b:` is `with a:` around `with b:`.
  with_clause: { transparent: 'always', order: ['value', 'body'], wraps: blockOfBody },
  with_item: {
    as: 'with_statement',
    slots: { value: 'value', body: 'body', '#with_item': 'body' },
    transparent: 'first_child',
    takesSiblings: true,
    wraps: blockOfBody,
  },
  as_pattern: { slots: { alias: 'name' } },
  as_pattern_target: { transparent: 'always' },
  // A pattern names the handlers it asks for.
  try_statement: { slots: { body: 'body', '#except_clause': 'optional', '#except_group_clause': 'optional' } },
  except_clause: { slots: { alias: 'name' } },
  raise_statement: { slots: { cause: 'optional', '#from': 'drop' } },
  match_statement: { slots: { subject: 'value' } },
  case_clause: { slots: { guard: 'condition', consequence: 'body' } },

  // Python 2: `print x` and `exec x` are calls.
  print_statement: {
    shape: 'call',
    slots: { '#print': 'callee' },
    synthesise: { shape: 'arguments', slot: 'arguments', least: 1, from: { argument: 'none' }, kind: 'argument_list' },
  },
  exec_statement: {
    shape: 'call',
    slots: { '#exec': 'callee', '#in': 'drop' },
    order: ['optional', 'optional'],
    synthesise: { shape: 'arguments', slot: 'arguments', least: 1, from: { code: 'none' }, kind: 'argument_list' },
  },
  '"print"': { shape: 'identifier', as: 'identifier' },
  '"exec"': { shape: 'identifier', as: 'identifier' },

  import_statement: { shape: 'import', slots: { name: 'none' } },
  import_from_statement: { shape: 'import', slots: { module_name: 'name', '#from': 'drop' } },
  future_import_statement: { shape: 'import', slots: { '#from': 'drop' } },
  aliased_import: { slots: { name: 'name', alias: 'target' } },
  relative_import: { leaf: true },
};

/** What tells nothing that the node's kind does not tell. `from` of `yield from`, `in` and other operators stay. */
const punctuation = [
  '( ) [ ] { } , : ; . -> = := @ \\',
  'def class if elif else for while with try except finally return raise pass break continue del global nonlocal',
  'import as lambda yield assert match case type __future__ not await',
].flatMap((line) => line.split(' '));

/** The grammar has one kind for the body of a class and that of a function. */
const withClassBodies = (tree: SyntaxTree): SyntaxTree => {
  for (let row = 0; row < tree.size; row += 1) {
    if (tree.shape[row] !== shapeCode.class) continue;
    const body = childIn(tree, row, slotCode.body);
    if (body >= 0) tree.shape[body] = shapeCode.class_body;
  }
  return tree;
};

export const python: Language = {
  id: 'python',
  aliases: ['py', 'python2', 'python3'],
  extensions: ['.py', '.pyi'],
  grammar: '@vscode/tree-sitter-wasm/wasm/tree-sitter-python.wasm',
  kinds,
  punctuation: new Set(punctuation),
  comments: new Set(['comment']),
  associative: new Set(['and', 'or', '+', '*', '&', '|', '^']),
  recordsAreWhole: true,
  namesAreLocal: true,
  frames: pythonFrames,
  ellipsis: { statement: ['sl_dots_'], element: ['sl_dots_', 'sl_dots_=sl_dots_', '**sl_dots_', 'sl_dots_: sl_dots_'] },
  rewritePattern: rewriteTypeOfArgument,
  stringContent: pythonStringContent,
  imports: pythonImports,
  importedPaths: pythonImportedPaths,
  refine: withClassBodies,
};
