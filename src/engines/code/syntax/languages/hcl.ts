import { pickProgram } from '../frames.ts';
import { ellipsisName, type KindSpec, type Language, type PatternFrame, type StringContent } from '../language.ts';
import { shapeCode, slotCode } from '../shape.ts';
import { childIn, childrenOf, type SyntaxTree } from '../tree.ts';
import { wrapRows } from '../wrap-rows.ts';
import { quotedContent } from './quoted-content.ts';

const operators = ['&&', '||', '==', '!=', '<', '<=', '>', '>=', '+', '-', '*', '/', '%', '!'];
const operatorSlots = Object.fromEntries(operators.map((operator) => [`#${operator}`, 'operator' as const]));
const always: KindSpec = { transparent: 'always' };

const kinds: Readonly<Record<string, KindSpec>> = {
  config_file: { shape: 'program' },
  body: always,
  // What a block holds may stand in any order, and a pattern may leave some of it out: the `optional` slot says both.
  block: { slots: { '#body': 'optional', '#block_start': 'drop', '#block_end': 'drop' } },
  attribute: { shape: 'pair', order: ['key', 'value'] },
  object: { slots: { '#object_elem': 'optional', '#object_end': 'drop' } },
  // Stays, so that an object without elements is no leaf.
  object_start: { leaf: true },
  object_elem: { shape: 'pair', slots: { key: 'key', val: 'value' } },
  tuple: { shape: 'list', slots: { '#tuple_start': 'drop', '#tuple_end': 'drop' } },
  identifier: { shape: 'identifier' },

  expression: { transparent: 'one_child' },
  literal_value: always,
  template_expr: always,
  collection_value: always,
  variable_expr: always,
  operation: always,
  numeric_lit: { shape: 'literal' },
  bool_lit: { shape: 'literal', leaf: true },
  null_lit: { shape: 'literal', leaf: true },
  string_lit: { shape: 'string', leaf: true },
  // Something is computed in it: Semgrep takes it apart, and only its fixed parts are strings.
  quoted_template: { slots: { '#quoted_template_start': 'drop', '#quoted_template_end': 'drop' } },
  heredoc_template: { shape: 'string', leafUnless: ['template_interpolation', 'template_directive'] },
  heredoc_start: { leaf: true },
  template_literal: { shape: 'string', leaf: true },
  template_interpolation: { slots: { '#template_interpolation_start': 'drop', '#template_interpolation_end': 'drop' } },

  function_call: { shape: 'call', slots: { '#identifier': 'callee', '#function_arguments': 'arguments' } },
  function_arguments: { shape: 'arguments' },
  binary_operation: { shape: 'binary', slots: operatorSlots, order: ['left', 'right'] },
  unary_operation: { shape: 'unary', slots: operatorSlots, order: ['value'] },
  conditional: { order: ['condition', 'body', 'alternative'] },
};

const dummy = 'sl_frame_';

/** What stands in the object of the frame `sl_frame_ = {...}`. */
const pickElements: PatternFrame['pick'] = (tree) => {
  const object = pickValue(tree).node;
  const elements = object < 0 ? [] : childrenOf(tree, object).filter((row) => tree.slot[row] === slotCode.optional);
  return { node: elements.length === 1 ? (elements[0] ?? -1) : -1, take: 'node' };
};

const pickValue: PatternFrame['pick'] = (tree) => {
  const [attribute, ...others] = childrenOf(tree, 0);
  return { node: attribute === undefined || others.length > 0 ? -1 : childIn(tree, attribute, slotCode.value), take: 'node' };
};

const heredoc = /^<<-?[^\n]*\n/;

/** The characters of a heredoc between the lines that mark it. */
const heredocContent = (tree: SyntaxTree, start: number, end: number): { readonly from: number; readonly to: number } => {
  const text = tree.text.slice(start, end);
  const from = start + (heredoc.exec(text)?.[0].length ?? 0);
  return { from, to: Math.max(from, start + text.lastIndexOf('\n') + 1) };
};

const stringContent = (tree: SyntaxTree, node: number): StringContent | undefined => {
  const start = tree.start[node] ?? 0;
  const end = tree.end[node] ?? 0;
  if (tree.text.startsWith('<<', start)) {
    const { from, to } = heredocContent(tree, start, end);
    return { text: tree.text.slice(from, to), start: from, end: to, isInterpolated: tree.last[node] !== node };
  }
  return quotedContent(tree, node);
};

/** Labels of blocks (`resource "aws_s3_bucket" "logs"`) are what stands between the quotes: rules compare them with names. */
const unquoteLabels = (tree: SyntaxTree, block: number): void => {
  for (const row of childrenOf(tree, block)) {
    if (tree.shape[row] !== shapeCode.string) continue;
    const start = tree.start[row] ?? 0;
    const end = tree.end[row] ?? 0;
    if (tree.text[start] !== '"' || tree.text[end - 1] !== '"' || end - start < 2) continue;
    tree.start[row] = start + 1;
    tree.end[row] = end - 1;
  }
};

/** Each block is a statement: what a pattern wants to be in it may stand in blocks further in as well. */
const refine = (tree: SyntaxTree): SyntaxTree => {
  const block = tree.kindNames.indexOf('block');
  const blocks: number[] = [];
  for (let row = 0; row < tree.size; row++) if (tree.kind[row] === block) blocks.push(row);
  for (const row of blocks) unquoteLabels(tree, row);
  return wrapRows(tree, blocks, 'expression_statement');
};

/** Dots on a line with something else go on one of their own: there they stand for attributes and blocks. */
const rewritePattern = (pattern: string): string =>
  pattern.replaceAll(/\{[ \t]*\.\.\.[ \t]+(?=\w)/g, '{\n...\n').replaceAll(/(?<=["\w\]}])[ \t]+\.\.\.[ \t]*(?=\})/g, '\n...\n');

export const hcl: Language = {
  id: 'hcl',
  aliases: ['terraform'],
  extensions: ['.tf', '.hcl', '.tfvars'],
  grammar: '@cursorless/tree-sitter-wasms/out/tree-sitter-hcl.wasm',
  kinds,
  punctuation: new Set(['(', ')', '{', '}', '[', ']', ',', '.', '?', '"', '<<', '<<-', '${', '~']),
  comments: new Set(['comment']),
  associative: new Set(['&&', '||']),
  quotesAnyLiteral: true,
  frames: [
    { name: 'file', before: '', after: '\n', pick: pickProgram },
    { name: 'expression', before: `${dummy} = `, after: '\n', pick: pickValue },
    { name: 'element', before: `${dummy} = {\n`, after: '\n}\n', pick: pickElements },
  ],
  ellipsis: { statement: [`${ellipsisName} = 0`], element: [ellipsisName] },
  stringContent,
  refine,
  rewritePattern,
};
