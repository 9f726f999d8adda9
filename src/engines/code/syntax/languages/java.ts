import type { KindSpec, Language, StringContent } from '../language.ts';
import { isLeaf, type SyntaxTree } from '../tree.ts';
import { rewriteTypeBefore } from '../typed-metavariables.ts';
import { javaFrames } from './java-frames.ts';
import { javaImportedPaths, javaImports } from './java-imports.ts';

const identifier: KindSpec = { shape: 'identifier' };
const literal: KindSpec = { shape: 'literal' };
/** A keyword says all: `int`, `void`. */
const builtinType: KindSpec = { shape: 'identifier', leaf: true };

/** `<` and `>` stay where they compare. */
const angles: KindSpec = { slots: { '#<': 'drop', '#>': 'drop' } };

const modifierNames =
  'public protected private abstract static final strictfp default synchronized native transient volatile sealed non-sealed'.split(' ');

const declaration: KindSpec = { shape: 'variable', merges: ['variable_declarator'], slots: { type: 'type' } };
const typeBody: KindSpec = { shape: 'class_body' };
const typeDeclaration: KindSpec = {
  shape: 'class',
  slots: {
    name: 'name',
    type_parameters: 'typeParameters',
    superclass: 'parents',
    interfaces: 'parents',
    permits: 'optional',
    parameters: 'parameters',
    body: 'body',
    '#extends_interfaces': 'parents',
    '#class': 'drop',
  },
};
/** `if (a) f();` is `if (a) { f(); }`. */
const branch: KindSpec['wraps'] = { slots: ['body', 'alternative'], except: ['block', 'if_statement'], as: 'block', inner: 'none' };
const loop: KindSpec = { slots: { condition: 'condition', body: 'body' }, wraps: branch };

const kinds: Readonly<Record<string, KindSpec>> = {
  program: { shape: 'program' },
  block: { shape: 'block' },
  constructor_body: { shape: 'block' },
  expression_statement: { shape: 'expression_statement' },
  identifier,
  type_identifier: identifier,
  this: identifier,
  super: identifier,
  decimal_integer_literal: literal,
  hex_integer_literal: literal,
  octal_integer_literal: literal,
  binary_integer_literal: literal,
  decimal_floating_point_literal: literal,
  hex_floating_point_literal: literal,
  true: literal,
  false: literal,
  null_literal: literal,
  character_literal: { shape: 'literal', leaf: true },
  class_literal: { shape: 'member', slots: { '#class': 'property' }, order: ['object'] },
  string_literal: { shape: 'string', leafUnless: ['string_interpolation'] },

  method_invocation: {
    shape: 'call',
    slots: { arguments: 'arguments' },
    synthesise: {
      shape: 'member',
      slot: 'callee',
      from: { object: 'object', type_arguments: 'typeArguments', name: 'property' },
      kind: 'field_access',
    },
  },
  explicit_constructor_invocation: {
    shape: 'call',
    slots: { constructor: 'callee' as const, arguments: 'arguments', type_arguments: 'typeArguments' },
  },
  object_creation_expression: {
    shape: 'construction',
    slots: { type: 'callee', arguments: 'arguments', type_arguments: 'typeArguments', '#class_body': 'body' },
  },
  argument_list: { shape: 'arguments' },
  field_access: { shape: 'member', slots: { object: 'object', field: 'property' } },
  scoped_identifier: { shape: 'member', slots: { scope: 'object', name: 'property' } },
  scoped_type_identifier: { shape: 'member', order: ['object', 'property'] },
  array_access: { shape: 'index', slots: { array: 'object', index: 'index' } },
  parenthesized_expression: { transparent: 'one_child' },
  assignment_expression: { shape: 'assignment', slots: { left: 'target', operator: 'operator', right: 'value' } },
  binary_expression: { shape: 'binary', slots: { left: 'left', operator: 'operator', right: 'right' } },
  instanceof_expression: { slots: { left: 'left', right: 'right' } },
  unary_expression: { shape: 'unary', slots: { operator: 'operator', operand: 'value' } },
  ternary_expression: { slots: { condition: 'condition', consequence: 'body', alternative: 'alternative' } },
  cast_expression: { slots: { value: 'value' } },
  lambda_expression: { shape: 'function', slots: { parameters: 'parameters', body: 'body' } },
  inferred_parameters: { shape: 'parameters' },
  array_creation_expression: { slots: { dimensions: 'index', value: 'value' } },
  array_initializer: { shape: 'list' },
  element_value_array_initializer: { shape: 'list' },

  local_variable_declaration: declaration,
  field_declaration: declaration,
  constant_declaration: declaration,
  variable_declarator: { shape: 'variable', transparent: 'one_child', slots: { name: 'target', value: 'value' } },
  resource: { shape: 'variable', transparent: 'one_child', slots: { type: 'type', name: 'target', value: 'value' } },

  // A modifier for itself each, so that a pattern names those it asks for.
  modifiers: {
    transparent: 'always',
    slots: {
      '#annotation': 'decorators',
      '#marker_annotation': 'decorators',
      ...Object.fromEntries(modifierNames.map((name) => [`#${name}`, 'modifiers' as const])),
    },
  },
  annotation: { shape: 'decorator', slots: { name: 'name', arguments: 'arguments' } },
  marker_annotation: { shape: 'decorator', slots: { name: 'name' } },
  annotation_argument_list: { shape: 'arguments' },
  element_value_pair: { shape: 'keyword_argument', slots: { key: 'name', value: 'value' } },

  method_declaration: {
    shape: 'function',
    slots: {
      type_parameters: 'typeParameters',
      type: 'returnType',
      name: 'name',
      parameters: 'parameters',
      dimensions: 'optional',
      body: 'body',
      '#throws': 'optional',
    },
  },
  constructor_declaration: {
    shape: 'function',
    slots: { type_parameters: 'typeParameters', name: 'name', parameters: 'parameters', body: 'body', '#throws': 'optional' },
  },
  compact_constructor_declaration: { shape: 'function', slots: { name: 'name', body: 'body' } },
  formal_parameters: { shape: 'parameters' },
  formal_parameter: { shape: 'parameter', slots: { type: 'type', name: 'name', dimensions: 'optional' } },
  catch_formal_parameter: { shape: 'parameter', slots: { name: 'name', '#catch_type': 'type' } },
  catch_type: { shape: 'type', transparent: 'one_child' },
  spread_parameter: {
    shape: 'parameter',
    slots: { '#...': 'optional', '#variable_declarator': 'name', '#modifiers': 'none' },
    order: ['type'],
  },
  receiver_parameter: { shape: 'parameter' },

  class_declaration: typeDeclaration,
  interface_declaration: typeDeclaration,
  enum_declaration: typeDeclaration,
  record_declaration: typeDeclaration,
  annotation_type_declaration: typeDeclaration,
  // Names after `implements` stand for themselves, so that a pattern may ask for one of several; `extends` keeps its node to tell them apart.
  super_interfaces: { transparent: 'always' },
  type_list: { transparent: 'always' },
  class_body: typeBody,
  interface_body: typeBody,
  enum_body: typeBody,
  annotation_type_body: typeBody,
  enum_body_declarations: { transparent: 'always' },
  enum_constant: { slots: { name: 'name', arguments: 'arguments', body: 'body' } },
  type_arguments: angles,
  type_parameters: angles,
  type_parameter: { transparent: 'one_child' },
  generic_type: { shape: 'type', slots: { '#type_arguments': 'typeArguments' }, order: ['name'] },
  integral_type: builtinType,
  floating_point_type: builtinType,
  boolean_type: builtinType,
  void_type: builtinType,
  annotated_type: { slots: { '#annotation': 'decorators', '#marker_annotation': 'decorators' } },

  if_statement: { shape: 'if', slots: { condition: 'condition', consequence: 'body', alternative: 'alternative' }, wraps: branch },
  while_statement: loop,
  do_statement: loop,
  for_statement: { slots: { init: 'left', condition: 'condition', update: 'right', body: 'body' }, wraps: branch },
  enhanced_for_statement: {
    as: 'for_statement',
    slots: { type: 'type', name: 'target', value: 'value', body: 'body' },
    wraps: branch,
  },
  synchronized_statement: { slots: { body: 'body' } },
  switch_expression: { slots: { condition: 'condition', body: 'body' } },
  switch_rule: { order: ['condition', 'body'] },
  // A pattern names the handlers it asks for.
  try_statement: { slots: { body: 'body', '#catch_clause': 'optional' } },
  try_with_resources_statement: {
    as: 'try_statement',
    slots: { resources: 'optional', body: 'body', '#catch_clause': 'optional' },
  },
  resource_specification: { shape: 'arguments' },
  catch_clause: { slots: { body: 'body' } },
  return_statement: { shape: 'return', order: ['value'] },
  labeled_statement: { order: ['name', 'body'] },

  package_declaration: { order: ['name'] },
  import_declaration: { shape: 'import' },
};

/** What the kind of a node tells already. Modifiers, operators, `static` of an import, `default` of a switch and `A.class` stay. */
const punctuation = [
  '( ) [ ] { } , ; . : -> @ = ? :: """ "',
  'assert break case catch continue do else enum extends finally for if implements import instanceof interface new package permits record',
  'return switch throw throws try while yield @interface',
].flatMap((line) => line.split(' '));

const stringContent = (tree: SyntaxTree, node: number): StringContent | undefined => {
  const written = tree.text.slice(tree.start[node], tree.end[node]);
  const quote = written.startsWith('"""') ? 3 : 1;
  if (!written.startsWith('"')) return undefined;
  const start = (tree.start[node] ?? 0) + quote;
  const end = Math.max(start, (tree.end[node] ?? 0) - quote);
  return { text: tree.text.slice(start, end), start, end, isInterpolated: !isLeaf(tree, node) };
};

export const java: Language = {
  id: 'java',
  aliases: [],
  extensions: ['.java'],
  grammar: '@vscode/tree-sitter-wasm/wasm/tree-sitter-java.wasm',
  kinds,
  punctuation: new Set(punctuation),
  comments: new Set(['line_comment', 'block_comment']),
  associative: new Set(['&&', '||', '+', '*', '&', '|', '^']),
  frames: javaFrames,
  ellipsis: {
    statement: ['sl_dots_;', 'sl_dots_ sl_dots_;', 'case sl_dots_:'],
    element: ['sl_dots_', 'sl_dots_ sl_dots_', 'sl_dots_ = sl_dots_', 'sl_dots_;;'],
  },
  // A parameter without its type: `void f($X)`.
  metavariableForms: (placeholder, { before, after }) =>
    /[(,]\s*$/.test(before) && /^\s*[,)]/.test(after) ? [placeholder, `sl_any_ ${placeholder}`] : [placeholder],
  rewritePattern: rewriteTypeBefore,
  stringContent,
  fixedFields: 'private',
  imports: javaImports,
  importedPaths: javaImportedPaths,
};
