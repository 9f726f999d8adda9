import { pickProgram } from '../frames.ts';
import type { KindSpec, Language, PatternFrame } from '../language.ts';
import { childrenOf, type SyntaxTree } from '../tree.ts';
import { quotedContent } from './quoted-content.ts';

const literal: KindSpec = { shape: 'literal', leaf: true };

/** Code is lists: `(f x)` is a list of `f` and `x`, compared in order. What kind of list it is, its kind says. */
const kinds: Readonly<Record<string, KindSpec>> = {
  source: { shape: 'program' },
  sym_lit: { shape: 'identifier', leaf: true },
  kwd_lit: literal,
  num_lit: literal,
  char_lit: literal,
  nil_lit: literal,
  bool_lit: literal,
  str_lit: { shape: 'string', leaf: true },
  regex_lit: { leaf: true },
};

/** What the kind of a node tells already. */
const punctuation = "( ) [ ] { } # ' ` @ ~ ~@ #' #? #?@ ^ #^ ## #= #_".split(' ');

/** The one form of the pattern, or several in a row. */
const pickForms = (tree: SyntaxTree): ReturnType<PatternFrame['pick']> => {
  const [only, ...others] = childrenOf(tree, 0);
  return only !== undefined && others.length === 0 ? { node: only, take: 'node' } : pickProgram(tree);
};

export const clojure: Language = {
  id: 'clojure',
  aliases: [],
  extensions: ['.clj', '.cljs', '.cljc', '.edn'],
  grammar: '@cursorless/tree-sitter-wasms/out/tree-sitter-clojure.wasm',
  kinds,
  punctuation: new Set(punctuation),
  comments: new Set(['comment', 'dis_expr']),
  associative: new Set(),
  frames: [{ name: 'forms', before: '', after: '\n', pick: pickForms }],
  ellipsis: { statement: ['sl_dots_'], element: ['sl_dots_'] },
  stringContent: quotedContent,
};
