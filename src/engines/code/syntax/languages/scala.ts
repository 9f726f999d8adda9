import { pickExpression, pickKind, pickProgram, pickSlot } from '../frames.ts';
import type { ImportedName, Language, PatternFrame, StringContent } from '../language.ts';
import { shapeCode, slotCode } from '../shape.ts';
import { childIn, childrenOf, isLeaf, type SyntaxTree, textOf } from '../tree.ts';
import { rewriteTypeAfter } from '../typed-metavariables.ts';
import { scalaKinds } from './scala-kinds.ts';

/** What the kind of a node tells already. `val`, `var`, `object`, `trait`, `implicit` and operators stay. */
const punctuation = [
  '( ) [ ] { } , ; : . = => ?=> =>> <- @ $ " \' """ # | package import export extends with match if then else while do for yield try catch',
  'finally def type return throw new end derives',
].flatMap((line) => line.split(' '));

const typeBefore = 'val sl_frame_: ';
/** Not where the grammar skips half of what is no type. */
const pickType = (tree: SyntaxTree): ReturnType<PatternFrame['pick']> => {
  const picked = pickSlot('variable', 'type', 'node')(tree);
  return tree.start[picked.node] === typeBefore.length ? picked : { node: -1, take: 'node' };
};

const frames: readonly PatternFrame[] = [
  { name: 'expression', before: '', after: '', pick: pickExpression },
  { name: 'program', before: '', after: '', pick: pickProgram },
  { name: 'case', before: 'sl_frame_ match {\n', after: '\n}', pick: pickKind('case_clause') },
  { name: 'body', before: 'def sl_frame_ = {\n', after: '\n}', pick: pickSlot('function', 'body', 'children') },
  { name: 'members', before: 'class sl_frame_ {\n', after: '\n}', pick: pickKind('template_body', 'children') },
  { name: 'parameter', before: 'def sl_frame_(', after: ') = 1', pick: pickSlot('function', 'parameters', 'children') },
  { name: 'type', before: typeBefore, after: ' = 1', pick: pickType },
];

/** Interpolators whose outcome is a string; others (`sql"…"`) make what they like of it. */
const makesString = (tree: SyntaxTree, node: number): boolean => {
  const interpolator = childIn(tree, node, slotCode.name);
  return interpolator < 0 || /^(?:s|f|raw)$/.test(textOf(tree, interpolator));
};

const isWritten = (tree: SyntaxTree, node: number): boolean => tree.kindNames[tree.kind[node] ?? 0] === 'interpolated_string_expression';

const refine = (tree: SyntaxTree): SyntaxTree => {
  for (let row = 1; row < tree.size; row += 1) {
    const shape = tree.shape[row];
    if (shape === shapeCode.string && isWritten(tree, row) && !makesString(tree, row)) tree.shape[row] = shapeCode.other;
    // `f(name = 1)`
    if (shape === shapeCode.assignment && tree.shape[tree.parent[row] ?? 0] === shapeCode.arguments) {
      const target = childIn(tree, row, slotCode.target);
      if (target < 0 || tree.shape[target] !== shapeCode.identifier) continue;
      tree.shape[row] = shapeCode.keyword_argument;
      tree.slot[target] = slotCode.name;
    }
  }
  return tree;
};

/**
 * The grammar knows `{ (x: T) => … }` and takes `{ x: T => … }` for a value of a function's type: white space becomes the brackets. The
 * parameters in `class A @Inject()(x: T)` are arguments to it.
 */
const legible = (text: string): string =>
  text
    .replace(
      /(\bclass\s+\w+\s+)(@[\w.]+\(\))(?=\s*\()/g,
      (_written, before: string, annotation: string) => before + ' '.repeat(annotation.length),
    )
    .replace(
      /(\{\s*)(\s)(implicit\s+)?([A-Za-z_]\w*\s*:\s*[\w.]+(?:\[[^[\]\n]{0,200}\])?)\s(\s*=>)/g,
      (_written, brace: string, _blank: string, implicit: string | undefined, binding: string, arrow: string) =>
        `${brace}(${' '.repeat(implicit?.length ?? 0)}${binding})${arrow}`,
    );

/** What stands for the whole content of a string in a pattern. */
const isPlaceholder = (text: string): boolean => /^SL_STRING_$/.test(text);

const isComputed = (tree: SyntaxTree, node: number): boolean =>
  childrenOf(tree, node).some((child) => tree.shape[child] !== shapeCode.identifier && !isLeaf(tree, child));

/** To Semgrep `"..."` is any string of Scala, with something computed inside or not. */
const stringContent = (tree: SyntaxTree, node: number): StringContent | undefined => {
  const written = textOf(tree, node);
  const [, prefix = '', quote = ''] = /^(\w*)("""|")/.exec(written) ?? [];
  if (quote === '') return undefined;
  const start = (tree.start[node] ?? 0) + prefix.length + quote.length;
  const end = Math.max(start, (tree.end[node] ?? 0) - quote.length);
  const text = tree.text.slice(start, end);
  return prefix !== '' && isPlaceholder(text) ? undefined : { text, start, end, isInterpolated: isComputed(tree, node), isAnyString: true };
};

/** `import a.b.C`, `import a.b.{C, D => E}`. What `a.b._` brings nobody can say without the library. */
const imports = (tree: SyntaxTree, node: number): readonly ImportedName[] => {
  if (tree.shape[node] !== shapeCode.import) return [];
  const [, dotted = '', selected] = /^import\s+([\w$.\s]+?)(?:\.\s*\{([^{}]*)\})?\s*$/.exec(textOf(tree, node)) ?? [];
  const path = dotted.split('.').map((name) => name.trim());
  if (path.includes('') || path.includes('_')) return [];
  if (selected === undefined) return [{ local: path.at(-1) ?? '', path }];
  return selected.split(',').flatMap((part) => {
    const [name = '', alias = name] = part.split(/=>|\bas\b/).map((word) => word.trim());
    return /^[A-Za-z]\w*$/.test(name) && alias !== '_' ? [{ local: alias, path: [...path, name] }] : [];
  });
};

/** `$DECL $X = …`: whichever of `val` and `var` it is. */
const withoutKeyword = (pattern: string): string => pattern.replace(/^([ \t]*)\$[A-Z_]+[ \t]+(?=\$[A-Z_]+\s*=)/gm, '$1');

export const scala: Language = {
  id: 'scala',
  aliases: [],
  extensions: ['.scala'],
  grammar: '@cursorless/tree-sitter-wasms/out/tree-sitter-scala.wasm',
  kinds: scalaKinds,
  punctuation: new Set(punctuation),
  comments: new Set(['comment', 'block_comment']),
  associative: new Set(['&&', '||', '+', '*', '&', '|', '^']),
  frames,
  ellipsis: { statement: ['sl_dots_', 'case sl_dots_ => sl_dots_'], element: ['sl_dots_', 'sl_dots_ : sl_dots_'] },
  rewritePattern: (pattern, typed) => rewriteTypeAfter(withoutKeyword(pattern), typed),
  legible,
  refine,
  stringContent,
  imports,
  importsByPrefix: true,
};
