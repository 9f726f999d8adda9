import type { KindSpec, Language } from '../language.ts';
import { rewriteTypeAfter } from '../typed-metavariables.ts';
import { javascriptEllipsis, javascriptFrames } from './javascript-frames.ts';
import { javascriptImportClauses, withoutEndOfImports } from './javascript-import-clauses.ts';
import { javascriptImports } from './javascript-imports.ts';
import { commonKinds, fieldSlots, javascriptPunctuation, jsxKinds } from './javascript-kinds.ts';
import { javascriptStringContent } from './javascript-strings.ts';

const identifier: KindSpec = { shape: 'identifier', leaf: true };
const type: KindSpec = { shape: 'type' };

const parameterSlots = {
  pattern: 'name',
  name: 'name',
  type: 'type',
  value: 'value',
  decorator: 'decorators',
  '#accessibility_modifier': 'modifiers',
  '#override_modifier': 'modifiers',
  '#readonly': 'modifiers',
  '#?': 'drop',
} as const;

const classSlots = {
  name: 'name',
  type_parameters: 'typeParameters',
  body: 'body',
  decorator: 'decorators',
  '#abstract': 'modifiers',
  '#class_heritage': 'parents',
  '#extends_type_clause': 'parents',
} as const;

const signature: KindSpec = {
  ...commonKinds.method_definition,
  slots: { ...commonKinds.method_definition?.slots, '#?': 'drop' },
};

const kinds: Readonly<Record<string, KindSpec>> = {
  ...commonKinds,
  method_definition: signature,
  variable_declarator: { shape: 'variable', slots: { name: 'target', type: 'type', value: 'value', '#!': 'drop' } },
  class: { shape: 'class', slots: classSlots },
  class_declaration: { shape: 'class', slots: classSlots },
  abstract_class_declaration: { shape: 'class', as: 'class_declaration', slots: classSlots },
  interface_declaration: { shape: 'class', slots: classSlots },
  extends_clause: { slots: { value: 'value', type_arguments: 'typeArguments' } },
  function_signature: signature,
  method_signature: signature,
  abstract_method_signature: signature,
  property_signature: { shape: 'variable', slots: fieldSlots },
  interface_body: { shape: 'class_body' },
  export_statement: {
    ...commonKinds.export_statement,
    merges: [
      ...(commonKinds.export_statement?.merges ?? []),
      'abstract_class_declaration',
      'interface_declaration',
      'function_signature',
      'type_alias_declaration',
      'enum_declaration',
      'internal_module',
      'module',
    ],
  },
  ambient_declaration: {
    merges: [
      'function_signature',
      'class_declaration',
      'abstract_class_declaration',
      'lexical_declaration',
      'variable_declaration',
      'interface_declaration',
    ],
    modifiersOutside: true,
    slots: { '#declare': 'modifiers' },
  },
  enum_declaration: { slots: { name: 'name', body: 'body', '#const': 'modifiers' } },
  enum_assignment: { shape: 'pair', slots: { name: 'key', value: 'value' } },
  internal_module: { slots: { name: 'name', body: 'body' } },
  module: { slots: { name: 'name', body: 'body' } },
  type_alias_declaration: { slots: { name: 'name', type_parameters: 'typeParameters', value: 'value', '#declare': 'modifiers' } },
  import_require_clause: { slots: { source: 'value' } },

  formal_parameters: {
    shape: 'parameters',
    wraps: { slots: ['none'], except: ['required_parameter', 'optional_parameter', 'decorator'], as: 'required_parameter', inner: 'name' },
  },
  required_parameter: { shape: 'parameter', slots: parameterSlots },
  optional_parameter: { shape: 'parameter', as: 'required_parameter', slots: parameterSlots },
  assignment_pattern: { shape: 'parameter', slots: { left: 'name', right: 'value' } },

  type_annotation: { transparent: 'always' },
  type_identifier: identifier,
  nested_type_identifier: { shape: 'member', slots: { module: 'object', name: 'property' } },
  nested_identifier: { shape: 'member', slots: { object: 'object', property: 'property' } },
  predefined_type: { shape: 'identifier', leaf: true },
  generic_type: { slots: { name: 'name', type_arguments: 'typeArguments' } },
  type_arguments: { slots: { '#<': 'drop', '#>': 'drop' } },
  type_parameters: { slots: { '#<': 'drop', '#>': 'drop' } },
  accessibility_modifier: { leaf: true },
  override_modifier: { leaf: true },
  union_type: type,
  intersection_type: type,
  array_type: type,
  tuple_type: type,
  literal_type: { transparent: 'one_child' },
  parenthesized_type: { transparent: 'one_child' },
  object_type: type,
  function_type: { slots: { type_parameters: 'typeParameters', parameters: 'parameters', return_type: 'returnType' } },
  as_expression: { shape: 'cast', order: ['value', 'type'] },
  satisfies_expression: { shape: 'cast', as: 'as_expression', order: ['value', 'type'] },
  non_null_expression: { slots: { '#!': 'drop' }, order: ['value'] },
  instantiation_expression: { slots: { type_arguments: 'typeArguments' }, order: ['value'] },
  this_type: identifier,
};

const base = {
  punctuation: new Set([...javascriptPunctuation, '?.', 'type', 'implements', 'namespace', 'enum', 'satisfies', 'require']),
  comments: new Set(['comment', 'html_comment', 'hash_bang_line']),
  associative: new Set(['&&', '||', '+', '*', '&', '|', '^']),
  frames: javascriptFrames,
  ellipsis: javascriptEllipsis,
  rewritePattern: rewriteTypeAfter,
  stringContent: javascriptStringContent,
  variablesAreFixed: true,
  imports: javascriptImports,
  importClauses: javascriptImportClauses,
  declaresAnew: true,
  numbersAreFractions: true,
  refine: withoutEndOfImports,
} as const;

export const typescript: Language = {
  ...base,
  id: 'typescript',
  aliases: ['ts'],
  extensions: ['.ts', '.mts', '.cts'],
  grammar: '@vscode/tree-sitter-wasm/wasm/tree-sitter-typescript.wasm',
  kinds: { ...kinds, type_assertion: { shape: 'cast', as: 'as_expression', slots: { '#type_arguments': 'type' }, order: ['value'] } },
};

/** TypeScript with JSX, which reads `<T>x` as a tag and so needs a grammar of its own. */
export const tsx: Language = {
  ...base,
  id: 'tsx',
  aliases: [],
  extensions: ['.tsx'],
  grammar: '@vscode/tree-sitter-wasm/wasm/tree-sitter-tsx.wasm',
  kinds: { ...kinds, ...jsxKinds },
};
