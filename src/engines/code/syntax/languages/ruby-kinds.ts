import type { KindSpec, WrapSpec } from '../language.ts';

const identifier: KindSpec = { shape: 'identifier' };
const literal: KindSpec = { shape: 'literal' };
const string: KindSpec = { shape: 'string', leafUnless: ['interpolation'] };

/** What stands as a statement by itself; everything else in a list of statements is an expression. */
const statements = [
  'if unless while until for case case_match begin begin_block end_block method singleton_method',
  'class singleton_class module return break next redo retry undef alias if_modifier unless_modifier',
  'while_modifier until_modifier rescue ensure else empty_statement heredoc_body uninterpreted',
].flatMap((line) => line.split(' '));
const asStatements: KindSpec['wraps'] = { slots: ['none', 'body'], except: statements, as: 'statement', inner: 'none' };
const list: KindSpec = { shape: 'block', wraps: asStatements };
const emptyBody = { slot: 'body', kind: 'then' } as const;
/** `def f = 1`, `f if x`: one statement is a body. */
const body: WrapSpec = { slots: ['body'], except: ['body_statement', 'then', 'block_body'], as: 'then', inner: 'none' };

const method: KindSpec = {
  shape: 'function',
  slots: { object: 'object', name: 'name', parameters: 'parameters', body: 'body' },
  fills: [{ slot: 'parameters', kind: 'method_parameters', before: 'body' }, emptyBody],
  wraps: body,
};
const namespace: KindSpec = { shape: 'class', slots: { name: 'name', superclass: 'parents', body: 'body' }, fills: [emptyBody] };
const closure: KindSpec = {
  shape: 'function',
  slots: { parameters: 'parameters', body: 'body' },
  fills: [{ slot: 'parameters', kind: 'block_parameters', before: 'body' }, emptyBody],
};
/** A parameter alone is one as much as `x = 1` is. */
const parameters: KindSpec = {
  shape: 'parameters',
  slots: { locals: 'drop' },
  wraps: {
    slots: ['none'],
    except: [
      'optional_parameter keyword_parameter splat_parameter hash_splat_parameter block_parameter forward_parameter',
      'hash_splat_nil destructured_parameter',
    ].flatMap((line) => line.split(' ')),
    as: 'optional_parameter',
    inner: 'name',
  },
};
const parameter: KindSpec = { shape: 'parameter', slots: { name: 'name', value: 'value' } };
const when: KindSpec = { slots: { pattern: 'value', body: 'body' } };
const branch: KindSpec = {
  shape: 'if',
  slots: { condition: 'condition', consequence: 'body', body: 'body', alternative: 'alternative' },
  fills: [{ slot: 'body', kind: 'then', before: 'alternative' }],
  wraps: body,
};
/** `unless a` is `if !a`, `f if a` is `if a; f; end`. */
const negated: KindSpec = { ...branch, as: 'if', wraps: [body, { slots: ['condition'], except: [], as: 'negation', inner: 'value' }] };
const loop: KindSpec = { slots: { condition: 'condition', body: 'body' }, wraps: body };
const withValue: KindSpec = { inlines: ['argument_list'], slots: { '#argument_list': 'value' } };

export const rubyKinds: Readonly<Record<string, KindSpec>> = {
  program: { ...list, shape: 'program' },
  ...Object.fromEntries(['body_statement', 'block_body', 'then', 'do', 'else'].map((kind) => [kind, list])),
  ensure: { wraps: asStatements },
  statement: { shape: 'expression_statement', invented: true },
  begin: { wraps: asStatements },
  begin_block: { wraps: asStatements },
  end_block: { wraps: asStatements },
  parenthesized_statements: { transparent: 'one_child' },

  identifier,
  constant: identifier,
  instance_variable: identifier,
  class_variable: identifier,
  global_variable: identifier,
  self: identifier,
  super: identifier,
  operator: identifier,
  setter: identifier,
  integer: literal,
  float: literal,
  complex: literal,
  rational: literal,
  true: literal,
  false: literal,
  nil: literal,
  line: literal,
  file: literal,
  encoding: literal,
  simple_symbol: literal,
  hash_key_symbol: { shape: 'literal', as: 'simple_symbol' },
  delimited_symbol: { shape: 'literal', leafUnless: ['interpolation'] },
  bare_symbol: { shape: 'literal', leaf: true },
  string,
  bare_string: string,
  character: { shape: 'string', leaf: true },
  chained_string: { shape: 'string' },
  heredoc_beginning: { shape: 'string', leaf: true },
  string_content: { leaf: true },
  heredoc_content: { leaf: true },
  interpolation: { order: ['value'] },
  subshell: { leafUnless: ['interpolation'] },
  regex: { leafUnless: ['interpolation'] },
  string_array: { shape: 'list', as: 'array' },
  symbol_array: { shape: 'list', as: 'array' },

  // `a.b` reads an attribute to whoever does not know what `a` is; with a list of arguments or a block it is a call.
  call: {
    shape: 'call',
    slots: { arguments: 'arguments', block: 'optional' },
    synthesise: { shape: 'member', slot: 'callee', from: { receiver: 'object', method: 'property' }, kind: 'attribute' },
    becomes: [{ without: ['argument_list', 'block', 'do_block'], kind: 'attribute' }],
    fills: [{ slot: 'arguments', kind: 'argument_list' }],
  },
  attribute: { shape: 'member', invented: true, slots: { receiver: 'object', method: 'property' } },
  scope_resolution: { shape: 'member', as: 'attribute', slots: { scope: 'object', name: 'property' } },
  argument_list: { shape: 'arguments' },
  splat_argument: { shape: 'spread' },
  hash_splat_argument: { shape: 'spread' },
  block_argument: { shape: 'spread' },
  element_reference: { shape: 'index', slots: { object: 'object', block: 'optional' }, order: ['index', 'index', 'index'] },
  assignment: { shape: 'assignment', slots: { left: 'target', right: 'value' } },
  operator_assignment: { shape: 'assignment', slots: { left: 'target', operator: 'operator', right: 'value' } },
  left_assignment_list: {},
  right_assignment_list: { shape: 'list', as: 'array' },
  destructured_left_assignment: { as: 'left_assignment_list' },
  rest_assignment: { shape: 'spread' },
  binary: { shape: 'binary', slots: { left: 'left', operator: 'operator', right: 'right' } },
  unary: {
    shape: 'unary',
    slots: { operator: 'operator', operand: 'value' },
    becomes: [{ with: ['!', 'not'], kind: 'negation' }],
  },
  negation: { shape: 'unary', invented: true, slots: { operator: 'drop', operand: 'value' } },
  conditional: { slots: { condition: 'condition', consequence: 'body', alternative: 'alternative' } },
  range: { slots: { begin: 'left', operator: 'operator', end: 'right' } },
  array: { shape: 'list' },
  hash: { shape: 'record' },
  pair: { shape: 'pair', slots: { key: 'key', value: 'value' } },

  method,
  singleton_method: method,
  lambda: { ...closure, merges: ['block', 'do_block'], slots: { parameters: 'parameters' } },
  block: { ...closure },
  do_block: { ...closure, as: 'block' },
  method_parameters: parameters,
  block_parameters: { ...parameters, as: 'method_parameters' },
  lambda_parameters: { ...parameters, as: 'method_parameters' },
  optional_parameter: parameter,
  keyword_parameter: parameter,
  splat_parameter: parameter,
  hash_splat_parameter: parameter,
  block_parameter: parameter,
  class: namespace,
  module: namespace,
  singleton_class: { ...namespace, slots: { value: 'name', body: 'body' } },
  superclass: { transparent: 'always' },

  if: branch,
  elsif: { ...branch, as: 'if' },
  unless: negated,
  if_modifier: { ...branch, as: 'if' },
  unless_modifier: negated,
  while: loop,
  until: loop,
  while_modifier: { ...loop, as: 'while' },
  until_modifier: { ...loop, as: 'until' },
  for: { slots: { pattern: 'target', value: 'value', body: 'body' } },
  in: { transparent: 'always' },
  case: { slots: { value: 'value' } },
  when,
  pattern: { transparent: 'one_child' },
  rescue: { slots: { exceptions: 'type', variable: 'name', body: 'body' } },
  rescue_modifier: { slots: { body: 'body', handler: 'alternative' } },
  exception_variable: { transparent: 'always' },
  exceptions: { transparent: 'always' },
  return: { ...withValue, shape: 'return' },
  yield: withValue,
  break: withValue,
  next: withValue,
};
