import type { Language, StringContent } from '../language.ts';
import { isLeaf, type SyntaxTree } from '../tree.ts';
import { rewriteTypeBefore } from '../typed-metavariables.ts';
import { csharpFrames } from './csharp-frames.ts';
import { csharpImports } from './csharp-imports.ts';
import { csharpKinds } from './csharp-kinds.ts';
import { positionalArguments } from './positional-arguments.ts';

/** What the kind of a node tells already. Operators, `checked`, `static` of a using and the names of accessors stay. */
const punctuation = [
  '( ) [ ] { } , ; : . :: ? => = \' "',
  'namespace class struct enum interface delegate record where extern alias event operator implicit explicit ref out in params scoped',
  'break continue do while for switch case throw try catch when finally foreach goto if else lock fixed return new default',
  'typeof sizeof nameof await from select with using global stackalloc var',
].flatMap((line) => line.split(' '));

/** Between the quotes, whatever is before them: `$@"..."`. */
const stringContent = (tree: SyntaxTree, node: number): StringContent | undefined => {
  const start = tree.start[node] ?? 0;
  const end = tree.end[node] ?? 0;
  const written = tree.text.slice(start, end);
  const opening = /^[$@]*("""+|")/.exec(written);
  if (opening === null) return undefined;
  const quote = opening[1] ?? '"';
  const from = start + opening[0].length;
  const closing = written.replace(/[uU]8$/, '');
  const to = Math.max(from, closing.endsWith(quote) ? start + closing.length - quote.length : end);
  return { text: tree.text.slice(from, to), start: from, end: to, isInterpolated: !isLeaf(tree, node) };
};

export const csharp: Language = {
  id: 'csharp',
  aliases: ['c#'],
  extensions: ['.cs'],
  grammar: '@vscode/tree-sitter-wasm/wasm/tree-sitter-c-sharp.wasm',
  kinds: csharpKinds,
  punctuation: new Set(punctuation),
  comments: new Set(['comment', 'preproc_region', 'preproc_endregion', 'preproc_nullable', 'preproc_pragma', 'preproc_line']),
  associative: new Set(['&&', '||', '+', '*', '&', '|', '^']),
  frames: csharpFrames,
  ellipsis: {
    statement: ['sl_dots_();', 'sl_dots_ sl_dots_;', 'case sl_dots_:'],
    element: ['sl_dots_', 'sl_dots_ sl_dots_', 'sl_dots_ = sl_dots_'],
  },
  // A parameter without its type: `void F($X)`.
  metavariableForms: (placeholder, { before, after }) =>
    /[(,]\s*$/.test(before) && /^\s*[,)]/.test(after) ? [placeholder, `sl_any_ ${placeholder}`] : [placeholder],
  rewritePattern: rewriteTypeBefore,
  refine: positionalArguments,
  stringContent,
  imports: csharpImports,
  importsByPrefix: true,
};
