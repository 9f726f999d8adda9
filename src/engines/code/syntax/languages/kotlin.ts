import { firstOfKind, pickExpression, pickKind, pickProgram, pickSlot } from '../frames.ts';
import type { ImportedName, Language, PatternFrame, StringContent } from '../language.ts';
import { shapeCode } from '../shape.ts';
import { type SyntaxTree, textOf } from '../tree.ts';
import { rewriteTypeAfter } from '../typed-metavariables.ts';
import { withoutRows } from '../without-rows.ts';
import { kotlinKinds } from './kotlin-kinds.ts';

/** What the kind of a node tells already. `val`, `var`, `object`, `interface`, `?.`, `in`, `is`, `as` and operators stay. */
const punctuation = [
  '( ) [ ] { } , ; : . -> @ $ ${ #! package import typealias where by init get set when try catch finally if else for while do file ?',
].flatMap((line) => line.split(' '));

const frames: readonly PatternFrame[] = [
  { name: 'expression', before: '', after: '\n', pick: pickExpression },
  { name: 'program', before: '', after: '\n', pick: pickProgram },
  { name: 'members', before: 'class sl_frame_ {\n', after: '\n}\n', pick: pickKind('class_body', 'children') },
  { name: 'body', before: 'fun sl_frame_() {\n', after: '\n}\n', pick: pickSlot('function', 'body', 'children') },
  { name: 'without body', before: '', after: ' {}\n', pick: pickProgram },
  { name: 'annotation', before: '', after: '\nclass sl_frame_\n', pick: pickKind('annotation') },
  { name: 'when entry', before: 'when (sl_frame_) {\n', after: '\n}\n', pick: pickKind('when_entry') },
  { name: 'parameters', before: 'fun sl_frame_(', after: ') {}\n', pick: pickSlot('function', 'parameters', 'children') },
  { name: 'type', before: 'val sl_frame_: ', after: ' = 1\n', pick: pickSlot('variable', 'type', 'node') },
];

/** The grammar puts the default of a parameter beside it: `=` and a value, which patterns leave out. */
const refine = (tree: SyntaxTree): SyntaxTree => {
  if (firstOfKind(tree, 'function_value_parameters') < 0) return tree;
  const dropped: number[] = [];
  for (let row = 1; row < tree.size; row += 1) {
    const parent = tree.parent[row] ?? 0;
    if (tree.kindNames[tree.kind[parent] ?? 0] !== 'function_value_parameters' || tree.shape[row] === shapeCode.parameter) continue;
    const last = tree.last[row] ?? row;
    for (; row < last; row += 1) dropped.push(row);
    dropped.push(last);
  }
  return dropped.length === 0 ? tree : withoutRows(tree, dropped).tree;
};

/** To Semgrep `"..."` is any string of Kotlin, with something computed inside or not. */
const stringContent = (tree: SyntaxTree, node: number): StringContent | undefined => {
  const [quote = ''] = /^(?:"""|")/.exec(textOf(tree, node)) ?? [];
  if (quote === '') return undefined;
  const start = (tree.start[node] ?? 0) + quote.length;
  const end = Math.max(start, (tree.end[node] ?? 0) - quote.length);
  return { text: tree.text.slice(start, end), start, end, isInterpolated: false };
};

/** `import a.b.C`, `import a.b.C as D`. What `a.b.*` brings nobody can say without the library. */
const imports = (tree: SyntaxTree, node: number): readonly ImportedName[] => {
  if (tree.shape[node] !== shapeCode.import) return [];
  const [, dotted = '', alias] = /^import\s+([\w.`]+?)(?:\s+as\s+(\w+))?\s*;?\s*$/.exec(textOf(tree, node)) ?? [];
  const path = dotted.split('.');
  return path.includes('') ? [] : [{ local: alias ?? path.at(-1) ?? '', path }];
};

export const kotlin: Language = {
  id: 'kotlin',
  aliases: ['kt'],
  extensions: ['.kt', '.kts', '.ktm'],
  grammar: '@cursorless/tree-sitter-wasms/out/tree-sitter-kotlin.wasm',
  kinds: kotlinKinds,
  punctuation: new Set(punctuation),
  comments: new Set(['line_comment', 'multiline_comment']),
  associative: new Set(['&&', '||', '+', '*']),
  frames,
  ellipsis: { statement: ['sl_dots_', 'val sl_dots_ = sl_dots_;'], element: ['sl_dots_', 'sl_dots_: sl_dots_'] },
  rewritePattern: rewriteTypeAfter,
  refine,
  stringContent,
  imports,
  importsByPrefix: true,
};
