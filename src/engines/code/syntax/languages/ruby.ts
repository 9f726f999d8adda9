import type { Language } from '../language.ts';
import { shapeCode, slotCode } from '../shape.ts';
import { childIn, type SyntaxTree } from '../tree.ts';
import { rubyFrames } from './ruby-frames.ts';
import { rubyKinds } from './ruby-kinds.ts';
import { rubyStringContent } from './ruby-strings.ts';

/** What the kind of a node tells already. Operators stay. */
const punctuation = [
  '( ) [ ] { } , ; . :: &. : => = | " \' ` / " #{ -> " :" :\' %w( %i( ? \n',
  'def end class module begin rescue ensure if elsif unless else then while until for in do case when return yield break next redo retry',
  'undef alias < BEGIN END',
].flatMap((line) => line.split(' '));

/**
 * Pairs among the arguments are arguments by name; `:a => 1` is `a: 1`; of a name on the left of `[]` there is nothing to say.
 */
const refine = (tree: SyntaxTree): SyntaxTree => {
  for (let row = 1; row < tree.size; row += 1) {
    if (tree.shape[row] !== shapeCode.pair) continue;
    const key = childIn(tree, row, slotCode.key);
    if (key < 0) continue;
    if (tree.text[tree.start[key] ?? 0] === ':' && tree.shape[key] === shapeCode.literal) tree.start[key] = (tree.start[key] ?? 0) + 1;
    if (tree.shape[tree.parent[row] ?? 0] !== shapeCode.arguments) continue;
    tree.shape[row] = shapeCode.keyword_argument;
    tree.slot[key] = slotCode.name;
  }
  return tree;
};

export const ruby: Language = {
  id: 'ruby',
  aliases: ['rb'],
  extensions: ['.rb'],
  grammar: '@vscode/tree-sitter-wasm/wasm/tree-sitter-ruby.wasm',
  kinds: rubyKinds,
  punctuation: new Set(punctuation),
  comments: new Set(['comment']),
  associative: new Set(['&&', '||', 'and', 'or', '+', '*', '&', '|', '^']),
  frames: rubyFrames,
  ellipsis: { statement: ['sl_dots_', 'when sl_dots_'], element: ['sl_dots_', '**sl_dots_', 'sl_dots_ => sl_dots_'] },
  // Parameters begin with a small letter; constants, and so classes, with a capital one.
  metavariableForms: (placeholder, { before }) =>
    /(?:\bdo|\{|->)\s*[|(][^|)\n]*$/.test(before) || /\bdef\s[^\n(]*[\s(][^)\n]*$/.test(before)
      ? [placeholder.toLowerCase(), placeholder]
      : [placeholder],
  refine,
  stringContent: rubyStringContent,
};
