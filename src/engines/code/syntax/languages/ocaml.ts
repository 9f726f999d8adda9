import { pickExpression, pickKind, pickProgram, pickSlot } from '../frames.ts';
import type { ImportedName, Language, PatternFrame, StringContent } from '../language.ts';
import { shapeCode, slotCode } from '../shape.ts';
import { childIn, type SyntaxTree, textOf } from '../tree.ts';
import { withoutRows } from '../without-rows.ts';
import { ocamlKinds } from './ocaml-kinds.ts';

/** What the kind of a node tells already. Operators, `?`, `to` and `downto` stay. */
const punctuation = [
  '( ) [ ] { } [| |] {< >} , ; ;; : . = -> <- :: | ~ # \' " ! % [% [%% {% {%%',
  'let rec nonrec and in fun function if then else match try with when while for do done begin end lazy assert new as',
  'module struct sig open include functor class object method inherit initializer type of val external exception constraint',
].flatMap((line) => line.split(' '));

const kindOf = (tree: SyntaxTree, row: number): string => tree.kindNames[tree.kind[row] ?? 0] ?? '';

/** `a; b` stands for two expressions, whatever is before and after them. */
const pickSequence = (tree: SyntaxTree): ReturnType<PatternFrame['pick']> => {
  const { node } = pickExpression(tree);
  return node >= 0 && kindOf(tree, node) === 'sequence_expression' ? { node, take: 'children' } : { node: -1, take: 'node' };
};

const frames: readonly PatternFrame[] = [
  { name: 'sequence', before: '', after: '', pick: pickSequence },
  { name: 'expression', before: '', after: '', pick: pickExpression },
  { name: 'program', before: '', after: '', pick: pickProgram },
  { name: 'case', before: 'match sl_frame_ with ', after: '', pick: pickKind('match_case') },
  { name: 'type', before: 'let sl_frame_ : ', after: ' = 1', pick: pickSlot('variable', 'type', 'node') },
];

/** Modules and constructors begin with a capital letter, everything else with a small one. */
const metavariableForms: Language['metavariableForms'] = (placeholder, { before, after }) => {
  const isModule = /\b(?:open!?|include|module)\s+$/.test(before) || /^\.(?:\$?[A-Z])/.test(after);
  const forms = [placeholder.toLowerCase(), placeholder];
  return isModule ? forms.reverse() : forms;
};

/** `($X : T)`, in a call or the head of a function alike: both are about what has that type. */
const rewritePattern: Language['rewritePattern'] = (pattern, typed) =>
  pattern.replaceAll(/\(\s*(\$[A-Z_][A-Z_0-9]*)\s*:([^()$"]+)\)/g, (_, metavariable: string, type: string) =>
    typed(metavariable, type.trim()),
  );

const isBodyOfFunction = (tree: SyntaxTree, row: number): boolean =>
  tree.slot[row] === slotCode.body && tree.shape[tree.parent[row] ?? 0] === shapeCode.function;

/** `function | A -> b`: what is matched starts with the keyword, and nothing but blanks, comments and `|` is between it and the first case. */
const startOfCases = (tree: SyntaxTree, row: number): number => {
  const start = tree.start[row] ?? 0;
  const keyword = tree.text.lastIndexOf('function', start);
  return keyword < 0 ? start : keyword;
};

/** `let f x = y`: a function starts with the `let` before its name. */
const startOfFunction = (tree: SyntaxTree, row: number): number => {
  const start = tree.start[row] ?? 0;
  const [lead = ''] = /\blet(?:%\w+)?\s+(?:rec\s+)?$/.exec(tree.text.slice(Math.max(0, start - 40), start)) ?? [];
  return start - lead.length;
};

/** `~x` and `{ x }` name and give the same; the value was put in without a text. */
const doubleName = (tree: SyntaxTree, row: number, slot: number): void => {
  const value = childIn(tree, row, slotCode.value);
  const named = childIn(tree, row, slot);
  if (value < 0 || named < 0 || tree.start[value] !== tree.end[value]) return;
  tree.start[value] = tree.start[named] ?? 0;
  tree.end[value] = tree.end[named] ?? 0;
};

/** `Some x`: a value of that form is made, nothing is called. */
const isConstructor = (tree: SyntaxTree, row: number): boolean =>
  /^(?:constructor_name|qualified_constructor|tag|new_expression)$/.test(kindOf(tree, row));

const refine = (tree: SyntaxTree): SyntaxTree => {
  const dropped: number[] = [];
  for (let row = 1; row < tree.size; row += 1) {
    switch (tree.shape[row]) {
      case shapeCode.call: {
        const callee = childIn(tree, row, slotCode.callee);
        if (callee >= 0 && isConstructor(tree, callee)) tree.shape[row] = shapeCode.construction;
        break;
      }
      case shapeCode.arguments: {
        // `A (x, y)` has two arguments.
        const only = row + 1;
        const isAlone = tree.last[row] !== row && tree.last[only] === tree.last[row];
        const isConstruction = tree.shape[tree.parent[row] ?? 0] === shapeCode.construction;
        if (isAlone && isConstruction && kindOf(tree, only).startsWith('tuple_')) dropped.push(only);
        break;
      }
      case shapeCode.function:
        if (childIn(tree, row, slotCode.name) >= 0) tree.start[row] = startOfFunction(tree, row);
        break;
      case shapeCode.keyword_argument:
        doubleName(tree, row, slotCode.name);
        break;
      case shapeCode.pair:
        doubleName(tree, row, slotCode.key);
        break;
      case shapeCode.variable: {
        // `let () = f ()`, `let (a, b) = c`: no one name is defined.
        const target = childIn(tree, row, slotCode.target);
        const shape = tree.shape[target];
        if (target >= 0 && shape !== shapeCode.identifier && shape !== shapeCode.parameter) tree.shape[row] = shapeCode.assignment;
        break;
      }
      default:
        if (tree.slot[row + 1] === slotCode.optional && isBodyOfFunction(tree, row)) tree.start[row] = startOfCases(tree, row);
    }
  }
  return dropped.length === 0 ? tree : withoutRows(tree, dropped).tree;
};

const stringContent = (tree: SyntaxTree, node: number): StringContent | undefined => {
  const written = textOf(tree, node);
  const [opening = ''] = /^(?:"|\{[a-z_]*\|)/.exec(written) ?? [];
  if (opening === '') return undefined;
  const start = (tree.start[node] ?? 0) + opening.length;
  const end = Math.max(start, (tree.end[node] ?? 0) - opening.length);
  return { text: tree.text.slice(start, end), start, end, isInterpolated: false };
};

const pathOf = (tree: SyntaxTree, row: number): readonly string[] =>
  textOf(tree, row)
    .split('.')
    .map((part) => part.trim());

/** `module L = List` */
const imports = (tree: SyntaxTree, node: number): readonly ImportedName[] => {
  const named = childIn(tree, node, slotCode.name);
  const path = childIn(tree, node, slotCode.none);
  return kindOf(tree, node) === 'module_alias' && named >= 0 && path >= 0 ? [{ local: textOf(tree, named), path: pathOf(tree, path) }] : [];
};

/** `open Printf`, for the whole file; `let open Printf in` is for one expression. */
const opens = (tree: SyntaxTree, node: number): readonly string[] | undefined => {
  const path = childIn(tree, node, slotCode.none);
  const isOfFile = tree.shape[tree.parent[node] ?? 0] !== shapeCode.block;
  return kindOf(tree, node) === 'open_module' && isOfFile && path >= 0 ? pathOf(tree, path) : undefined;
};

export const ocaml: Language = {
  id: 'ocaml',
  aliases: [],
  extensions: ['.ml'],
  grammar: 'tree-sitter-ocaml/tree-sitter-ocaml.wasm',
  isOptional: true,
  kinds: ocamlKinds,
  punctuation: new Set(punctuation),
  // Attributes say things about code, as comments do.
  comments: new Set(['comment', 'attribute', 'item_attribute', 'floating_attribute']),
  associative: new Set(),
  frames,
  ellipsis: { statement: ['sl_dots_'], element: ['sl_dots_'] },
  metavariableForms,
  rewritePattern,
  refine,
  stringContent,
  imports,
  opens,
};
