import { pickKind, pickProgram, pickSlot } from '../frames.ts';
import type { Language, PatternFrame } from '../language.ts';
import { shapeCode } from '../shape.ts';
import { childrenOf, type SyntaxTree } from '../tree.ts';
import { rewriteTypeBefore } from '../typed-metavariables.ts';
import { quotedContent } from './quoted-content.ts';
import { solidityKinds } from './solidity-kinds.ts';
import { withLooseUnary } from './solidity-precedence.ts';

/** What the kind of a node tells already. Operators, square brackets and `library` or `interface` in front of a name stay. */
const punctuation = [
  '( ) { } , ; : . = => -> := " \' pragma import from as is contract error struct enum event using for assembly break continue let if switch',
  'default case while do try returns catch emit new return else function hex unicode',
].flatMap((line) => line.split(' '));

/** The one expression of the frame's function. */
const pickOnlyExpression = (tree: SyntaxTree): ReturnType<PatternFrame['pick']> => {
  const picked = pickSlot('function', 'body', 'children')(tree);
  const [statement, ...others] = picked.node < 0 ? [] : childrenOf(tree, picked.node);
  const isOne = statement !== undefined && others.length === 0 && tree.shape[statement] === shapeCode.expression_statement;
  return { node: isOne ? statement + 1 : -1, take: 'node' };
};

const frames: readonly PatternFrame[] = [
  { name: 'expression', before: 'function sl_frame_() {\n', after: '\n;}', pick: pickOnlyExpression },
  { name: 'statements', before: 'function sl_frame_() {\n', after: '\n}', pick: pickSlot('function', 'body', 'children') },
  { name: 'program', before: '', after: '', pick: pickProgram },
  { name: 'members', before: 'contract sl_frame_ {\n', after: '\n}', pick: pickKind('contract_body', 'children') },
  { name: 'statement without end', before: 'function sl_frame_() {\n', after: ';\n}', pick: pickSlot('function', 'body', 'children') },
  { name: 'member without end', before: 'contract sl_frame_ {\n', after: ';\n}', pick: pickKind('contract_body', 'children') },
  { name: 'parameters', before: 'function sl_frame_(', after: ') {}', pick: pickSlot('function', 'parameters', 'children') },
  { name: 'type', before: 'contract sl_frame_ { ', after: ' sl_frame_; }', pick: pickSlot('variable', 'type', 'node') },
];

/** What a function returns is not asked of it: `function $F(...) returns (bool)` stands for any. */
const withoutReturns = (pattern: string): string => pattern.replace(/(\bfunction\b[^{};]*?)\breturns\s*\([^()]*\)/g, '$1');

const versionParts: ReadonlySet<string> = new Set(['solidity_version_range', 'solidity_version', 'solidity_version_comparison_operator']);

/** The grammar counts the blank before a version to it. */
const withBareVersions = (tree: SyntaxTree): SyntaxTree => {
  for (let row = 0; row < tree.size; row += 1) {
    if (!versionParts.has(tree.kindNames[tree.kind[row] ?? 0] ?? '')) continue;
    const written = tree.text.slice(tree.start[row], tree.end[row]);
    tree.start[row] = (tree.end[row] ?? 0) - written.trimStart().length;
  }
  return tree;
};

export const solidity: Language = {
  id: 'solidity',
  aliases: ['sol'],
  extensions: ['.sol'],
  grammar: '@repomix/tree-sitter-wasms/out/tree-sitter-solidity.wasm',
  kinds: solidityKinds,
  punctuation: new Set(punctuation),
  comments: new Set(['comment']),
  associative: new Set(['&&', '||', '+', '*', '&', '|', '^']),
  frames,
  ellipsis: {
    statement: ['sl_dots_;', 'sl_dots_ sl_dots_;'],
    element: ['sl_dots_', 'sl_dots_ sl_dots_', 'sl_dots_: sl_dots_', 'sl_dots_;;'],
  },
  metavariableForms: (placeholder, { before }) => (/\bpragma\s+solidity\s+$/.test(before) ? ['0.0.0'] : [placeholder]),
  rewritePattern: (pattern, typed) => rewriteTypeBefore(withoutReturns(pattern), typed),
  refine: (tree) => withLooseUnary(withBareVersions(tree)),
  stringContent: quotedContent,
};
