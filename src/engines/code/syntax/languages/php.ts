import type { Language } from '../language.ts';
import { slotCode } from '../shape.ts';
import { phpFrames } from './php-frames.ts';
import { phpImports } from './php-imports.ts';
import { phpKinds } from './php-kinds.ts';
import { phpStringContent } from './php-strings.ts';
import { positionalArguments } from './positional-arguments.ts';

/** What the kind of a node tells already. Operators, `&`, `...` and `const` stay. */
const punctuation = [
  '( ) [ ] { } , ; : :: -> ?-> = \\ $ " \' ` <<< #[ @ ? |',
  'namespace use as function class interface trait enum extends implements insteadof fn echo exit unset declare enddeclare',
  'try catch finally goto continue break return throw while endwhile do for endfor foreach endforeach if endif elseif else match default',
  'switch endswitch case clone print new include include_once require require_once global',
].flatMap((line) => line.split(' '));

/** Where a name stands and a variable cannot. */
const afterKeyword =
  /(?:\b(?:function|class|interface|trait|enum|extends|implements|use|namespace|const|instanceof)\s+(?:&\s*)?|#\[\s*|\\)$/;

export const php: Language = {
  id: 'php',
  aliases: [],
  extensions: ['.php', '.tpl', '.phtml'],
  grammar: '@vscode/tree-sitter-wasm/wasm/tree-sitter-php.wasm',
  kinds: phpKinds,
  punctuation: new Set(punctuation),
  comments: new Set(['comment']),
  associative: new Set(['&&', '||', 'and', 'or', '+', '*', '&', '|', '^', '.']),
  frames: phpFrames,
  ellipsis: {
    statement: ['sl_dots_;', 'const sl_dots_ = sl_dots_;', 'case sl_dots_:'],
    element: ['sl_dots_', '$sl_dots_', '...$sl_dots_'],
  },
  ownNames: new Set(['$_GET', '$_POST', '$_REQUEST', '$_COOKIE', '$_SERVER', '$_SESSION', '$_FILES', '$_ENV', '$GLOBALS']),
  metavariableForms: (placeholder, { before }) =>
    afterKeyword.test(before) ? [placeholder, `$${placeholder}`] : [`$${placeholder}`, placeholder],
  refine: positionalArguments,
  // Functions and classes are found whatever the case; variables and members are not.
  ignoresCase: (tree, node) => tree.text[tree.start[node] ?? 0] !== '$' && tree.slot[node] !== slotCode.property,
  stringContent: phpStringContent,
  imports: phpImports,
};
