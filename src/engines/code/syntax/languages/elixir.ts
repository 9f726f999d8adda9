import { pickExpression, pickKind, pickProgram } from '../frames.ts';
import type { KindSpec, Language, PatternFrame, StringContent } from '../language.ts';
import { shapeCode, slotCode } from '../shape.ts';
import { childIn, isLeaf, type SyntaxTree, textOf } from '../tree.ts';

const identifier: KindSpec = { shape: 'identifier' };
const literal: KindSpec = { shape: 'literal', leaf: true };
/** Elixir has no statements: whatever stands in a list of them is an expression. */
const list: KindSpec = {
  shape: 'block',
  wraps: {
    slots: ['none'],
    except: ['stab_clause', 'else_block', 'rescue_block', 'catch_block', 'after_block', 'statement'],
    as: 'statement',
    inner: 'none',
  },
};
const binary: KindSpec = { shape: 'binary', slots: { left: 'left', operator: 'operator', right: 'right' } };

const kinds: Readonly<Record<string, KindSpec>> = {
  source: { ...list, shape: 'program' },
  do_block: list,
  else_block: list,
  rescue_block: list,
  catch_block: list,
  after_block: list,
  body: { ...list, as: 'do_block' },
  block: { transparent: 'one_child' },
  statement: { shape: 'expression_statement', invented: true },

  identifier,
  alias: identifier,
  operator_identifier: identifier,
  integer: literal,
  float: literal,
  char: literal,
  boolean: literal,
  nil: literal,
  atom: { shape: 'literal', leaf: true },
  keyword: { leaf: true },
  string: { shape: 'string', leafUnless: ['interpolation'] },
  charlist: { shape: 'string', leafUnless: ['interpolation'] },
  sigil: { leafUnless: ['interpolation'] },
  quoted_content: { leaf: true },
  interpolation: { order: ['value'] },

  call: {
    shape: 'call',
    slots: { target: 'callee', '#arguments': 'arguments', '#do_block': 'body' },
    fills: [{ slot: 'arguments', kind: 'arguments', before: 'body' }],
  },
  arguments: { shape: 'arguments' },
  keywords: { transparent: 'always' },
  pair: { shape: 'pair', slots: { key: 'key', value: 'value' } },
  dot: { shape: 'member', slots: { left: 'object', operator: 'drop', right: 'property' } },
  access_call: { shape: 'index', slots: { target: 'object', key: 'index', '#[': 'drop', '#]': 'drop' } },
  binary_operator: { ...binary, becomes: [{ with: ['='], kind: 'match' }] },
  match: { shape: 'assignment', invented: true, slots: { left: 'target', operator: 'drop', right: 'value' } },
  unary_operator: { shape: 'unary', slots: { operator: 'operator', operand: 'value' } },
  list: { shape: 'list', slots: { '#[': 'drop', '#]': 'drop' } },
  map: { slots: { '#%': 'drop' } },
  map_content: { shape: 'record' },
  struct: { transparent: 'always' },
  anonymous_function: { shape: 'function' },
  stab_clause: { slots: { left: 'parameters', operator: 'drop', right: 'body' } },
};

/** What the kind of a node tells already. Operators stay. */
const punctuation = ['( ) { } , ; . do end fn else rescue catch after #{ \n'].flatMap((line) => line.split(' '));

const frames: readonly PatternFrame[] = [
  { name: 'expression', before: '', after: '\n', pick: pickExpression },
  { name: 'program', before: '', after: '\n', pick: pickProgram },
  { name: 'clause', before: 'case sl_frame_ do\n', after: '\nend\n', pick: pickKind('stab_clause') },
  { name: 'without end', before: '', after: '\nend\n', pick: pickProgram },
];

/** Pairs among the arguments are arguments by name; a key ends with its colon, not with the blanks after it. */
const refine = (tree: SyntaxTree): SyntaxTree => {
  for (let row = 1; row < tree.size; row += 1) {
    if (tree.kindNames[tree.kind[row] ?? 0] === 'keyword') tree.end[row] = (tree.start[row] ?? 0) + textOf(tree, row).trimEnd().length;
    if (tree.shape[row] !== shapeCode.pair || tree.shape[tree.parent[row] ?? 0] !== shapeCode.arguments) continue;
    tree.shape[row] = shapeCode.keyword_argument;
    const key = childIn(tree, row, slotCode.key);
    if (key >= 0) tree.slot[key] = slotCode.name;
  }
  return tree;
};

const stringContent = (tree: SyntaxTree, node: number): StringContent | undefined => {
  const [opening = ''] = /^(?:"""|'''|"|')/.exec(textOf(tree, node)) ?? [];
  if (opening === '') return undefined;
  const start = (tree.start[node] ?? 0) + opening.length;
  const end = Math.max(start, (tree.end[node] ?? 0) - opening.length);
  return { text: tree.text.slice(start, end), start, end, isInterpolated: !isLeaf(tree, node) };
};

export const elixir: Language = {
  id: 'elixir',
  aliases: ['ex'],
  extensions: ['.ex', '.exs'],
  grammar: '@cursorless/tree-sitter-wasms/out/tree-sitter-elixir.wasm',
  kinds,
  punctuation: new Set(punctuation),
  comments: new Set(['comment']),
  associative: new Set(['&&', '||', 'and', 'or', '+', '*']),
  frames,
  ellipsis: { statement: ['sl_dots_', 'sl_dots_ -> sl_dots_'], element: ['sl_dots_', 'sl_dots_: sl_dots_'] },
  // Names of functions, fields and attributes begin with a small letter; elsewhere a capital one, as of a module, is read, too.
  metavariableForms: (placeholder, { before, after }) =>
    /^\s*\(/.test(after) || /(?:[.@&]|\bdefp?\s+|\bdefmacrop?\s+)$/.test(before) ? [placeholder.toLowerCase()] : [placeholder],
  refine,
  stringContent,
};
