import { ellipsisName, type KindSpec, type Language, type StringContent } from '../language.ts';
import { shapeCode } from '../shape.ts';
import { childrenOf, type SyntaxTree, textOf } from '../tree.ts';
import { quotedContent } from './quoted-content.ts';
import { rewriteYamlPattern } from './yaml-pattern.ts';

const always: KindSpec = { transparent: 'always' };
const record: KindSpec = { shape: 'record' };
const pair: KindSpec = { shape: 'pair', slots: { key: 'key', value: 'value' } };
const string: KindSpec = { shape: 'string', leaf: true };
const literal: KindSpec = { shape: 'literal', leaf: true };
/** Anchors and tags say where a value is used and how it is read, not what it is. */
const node: KindSpec = { transparent: 'always', slots: { '#anchor': 'drop', '#tag': 'drop' } };

const kinds: Readonly<Record<string, KindSpec>> = {
  stream: { shape: 'program' },
  document: always,
  yaml_directive: { leaf: true },
  block_node: node,
  flow_node: node,
  block_mapping: record,
  flow_mapping: record,
  block_mapping_pair: pair,
  flow_pair: pair,
  block_sequence: { shape: 'list' },
  flow_sequence: { shape: 'list' },
  block_sequence_item: always,
  plain_scalar: always,
  string_scalar: string,
  double_quote_scalar: string,
  single_quote_scalar: string,
  block_scalar: string,
  integer_scalar: literal,
  float_scalar: literal,
  boolean_scalar: literal,
  null_scalar: literal,
  alias: { shape: 'identifier', leaf: true },
};

const escapes: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', '0': '\0' };

const unescaped = (_: string, sign: string): string => (Object.hasOwn(escapes, sign) ? (escapes[sign] ?? sign) : sign);

const blockHeader = /^[|>][^\n]*\n/;

/** Lines of a block scalar without the indentation they share. */
const blockContent = (tree: SyntaxTree, row: number): StringContent => {
  const text = textOf(tree, row);
  const start = tree.start[row] ?? 0;
  const header = blockHeader.exec(text)?.[0].length ?? text.length;
  const lines = text.slice(header).split('\n');
  const widths = lines.filter((line) => line.trim() !== '').map((line) => line.length - line.trimStart().length);
  const indentation = widths.reduce((least, width) => Math.min(least, width), Number.MAX_SAFE_INTEGER);
  const content = lines.map((line) => line.slice(indentation)).join(text.startsWith('|') ? '\n' : ' ');
  return { text: content, start: start + header, end: tree.end[row] ?? start, isInterpolated: false };
};

const stringContent = (tree: SyntaxTree, row: number): StringContent => {
  const first = tree.text[tree.start[row] ?? 0];
  if (first === '|' || first === '>') return blockContent(tree, row);
  const content = quotedContent(tree, row);
  if (first === '"' && content.text.includes('\\')) return { ...content, text: content.text.replaceAll(/\\(.)/gs, unescaped) };
  // A line break in a scalar that is not a block is a blank.
  return content.text.includes('\n') ? { ...content, text: content.text.replaceAll(/\s*\n\s*/g, ' ') } : content;
};

/** A mapping of one key is that pair wherever it stands, a sequence of one item that item. */
const pick = (tree: SyntaxTree): { readonly node: number; readonly take: 'node' } => {
  const [root, ...others] = childrenOf(tree, 0);
  if (root === undefined || others.length > 0) return { node: -1, take: 'node' };
  const isCollection = tree.shape[root] === shapeCode.record || tree.shape[root] === shapeCode.list;
  const parts = isCollection ? childrenOf(tree, root) : [];
  return { node: parts.length === 1 ? (parts[0] ?? root) : root, take: 'node' };
};

export const yaml: Language = {
  id: 'yaml',
  aliases: [],
  extensions: ['.yaml', '.yml'],
  grammar: '@cursorless/tree-sitter-wasms/out/tree-sitter-yaml.wasm',
  kinds,
  punctuation: new Set(['{', '}', '[', ']', ',', ':', '-', '?', '---', '...', '"', "'", '|', '>']),
  comments: new Set(['comment']),
  associative: new Set(),
  recordsAreWhole: true,
  frames: [{ name: 'document', before: '', after: '\n', pick }],
  ellipsis: { statement: [`${ellipsisName}: 0`, ellipsisName], element: [ellipsisName] },
  rewritePattern: rewriteYamlPattern,
  stringContent,
};
