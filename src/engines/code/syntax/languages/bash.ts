import { pickProgram } from '../frames.ts';
import type { KindSpec, Language, PatternFrame, StringContent } from '../language.ts';
import { shapeCode, slotCode } from '../shape.ts';
import { childIn, childrenOf, type SyntaxTree } from '../tree.ts';
import { quotedContent } from './quoted-content.ts';

const identifier: KindSpec = { shape: 'identifier' };
const block: KindSpec = { shape: 'block' };
const binary: KindSpec = { shape: 'binary', slots: { left: 'left', operator: 'operator', right: 'right' } };

const kinds: Readonly<Record<string, KindSpec>> = {
  program: { shape: 'program' },
  do_group: block,
  compound_statement: block,
  subshell: {},

  word: identifier,
  variable_name: identifier,
  special_variable_name: identifier,
  test_operator: identifier,
  number: { shape: 'literal', leaf: true },
  string: { shape: 'string', leafUnless: ['simple_expansion', 'expansion', 'command_substitution', 'arithmetic_expansion'] },
  string_content: { leaf: true },
  raw_string: { shape: 'string', leaf: true },
  ansi_c_string: { shape: 'string', leaf: true },
  translated_string: { shape: 'string' },
  regex: { leaf: true },
  heredoc_content: { leaf: true },
  heredoc_start: { leaf: true },
  heredoc_end: { leaf: true },

  // Words in order, the first of them no other than the rest: `... bash ...` is a command that says `bash` somewhere.
  command: { slots: { '#variable_assignment': 'drop' } },
  command_name: { transparent: 'always' },
  redirected_statement: {
    merges: [
      'command',
      'pipeline',
      'list',
      'while_statement',
      'for_statement',
      'if_statement',
      'compound_statement',
      'subshell',
      'test_command',
    ],
    slots: { redirect: 'optional' },
  },
  simple_expansion: { as: 'expansion' },
  // `${x%.y}` is `${x}` and more.
  expansion: {
    slots: {
      operator: 'optional',
      '#word': 'optional',
      '#regex': 'optional',
      '#string': 'optional',
      '#number': 'optional',
      '#concatenation': 'optional',
    },
  },
  command_substitution: {},
  process_substitution: {},
  variable_assignment: { shape: 'assignment', slots: { name: 'target', value: 'value', '#+=': 'operator' } },
  declaration_command: {},
  subscript: { shape: 'index', slots: { name: 'object', index: 'index', '#[': 'drop', '#]': 'drop' } },
  array: { shape: 'list' },
  binary_expression: binary,
  unary_expression: { slots: { operator: 'operator' } },
  function_definition: { shape: 'function', slots: { name: 'name', body: 'body', '#function': 'drop' } },
  for_statement: { slots: { variable: 'target', value: 'value', body: 'body' } },
  c_style_for_statement: { slots: { initializer: 'left', condition: 'condition', update: 'right', body: 'body' } },
  while_statement: { slots: { condition: 'condition', body: 'body' } },
  if_statement: { slots: { condition: 'condition' } },
  case_statement: { slots: { value: 'value' } },
  case_item: { slots: { value: 'condition', termination: 'drop', fallthrough: 'drop' } },
};

/** What the kind of a node tells already. Operators, `[[`, `until`, `export` and the like stay. */
const punctuation = ['( ) { } ; $ ${ $( ` " = for in (( )) while do done if then fi elif else case esac ;; | \n'].flatMap((line) =>
  line.split(' '),
);

/** A value, not a lone word: that is a command. */
const pickValue = (tree: SyntaxTree): ReturnType<PatternFrame['pick']> => {
  const isOnly = tree.size > 1 && tree.last[1] === tree.size - 1 && tree.shape[1] === shapeCode.assignment;
  const value = isOnly ? childIn(tree, 1, slotCode.value) : -1;
  return { node: value >= 0 && tree.shape[value] !== shapeCode.identifier ? value : -1, take: 'node' };
};

/** To Semgrep `"..."` is any string between double quotes, with something expanded inside or not. */
const stringContent = (tree: SyntaxTree, node: number): StringContent => ({ ...quotedContent(tree, node), isAnyString: true });

/** `a | b` is what `a | b | c` begins with. */
const refine = (tree: SyntaxTree): SyntaxTree => {
  for (let row = 0; row < tree.size; row += 1) {
    if (tree.kindNames[tree.kind[row] ?? 0] !== 'pipeline') continue;
    for (const command of childrenOf(tree, row).slice(2)) tree.slot[command] = slotCode.optional;
  }
  return tree;
};

const frames: readonly PatternFrame[] = [
  { name: 'value', before: 'sl_frame_=', after: '\n', pick: pickValue },
  { name: 'program', before: '', after: '\n', pick: pickProgram },
];

export const bash: Language = {
  id: 'bash',
  aliases: ['sh'],
  extensions: ['.bash', '.sh'],
  grammar: '@vscode/tree-sitter-wasm/wasm/tree-sitter-bash.wasm',
  kinds,
  punctuation: new Set(punctuation),
  comments: new Set(['comment']),
  associative: new Set(),
  frames,
  ellipsis: { statement: ['sl_dots_'], element: ['sl_dots_'] },
  refine,
  stringContent,
};
