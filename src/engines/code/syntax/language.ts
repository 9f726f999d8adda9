import type { ShapeName, SlotName } from './shape.ts';
import type { SyntaxTree } from './tree.ts';

/** See `KindSpec.wraps`. */
export interface WrapSpec {
  readonly slots: readonly SlotName[];
  readonly except: readonly string[];
  readonly as: string;
  readonly inner: SlotName;
}

/** How a grammar's node kind reads in shapes and slots. */
export interface KindSpec {
  readonly shape?: ShapeName;
  /**
   * Slot by field name of the grammar; for children without a field, by `#kind` (`'#argument_list': 'arguments'`). `'drop'` leaves
   * the child out. What is not named here has slot `none`.
   */
  readonly slots?: Readonly<Record<string, SlotName | 'drop'>>;
  /** Slots of the named children that `slots` says nothing about, by their position: operands of a grammar that has no fields. */
  readonly order?: readonly SlotName[];
  /** Taken for a node of that kind, where a grammar has several for one thing. */
  readonly as?: string;
  /** The grammar has no such kind: it is here for `becomes`, `wraps` and `fills`, where a grammar has one kind for several things. */
  readonly invented?: true;
  /** A keyword of the grammar that is an expression: `this` where it is no node with a name. */
  readonly token?: true;
  /** The node is read by the rules of another kind when a child is (`with`) or none is (`without`) of these kinds. The first that fits counts. */
  readonly becomes?: readonly { readonly with?: readonly string[]; readonly without?: readonly string[]; readonly kind: string }[];
  /** Empty nodes, in order, for parts that no child plays: `def f` for `def f()`. Each stands before the child in slot `before`, or at the end. */
  readonly fills?: readonly { readonly slot: SlotName; readonly kind: string; readonly before?: SlotName }[];
  /** Children of these kinds dissolve in the node: `return 1` has its value without a list around it. */
  readonly inlines?: readonly string[];
  /**
   * The node is replaced by its children (brackets, wrappers). They play the part it played in its parent; where it played none,
   * they keep their own. `one_child`: only when one child is left of it; `first_child`: only where it is the first one of its parent.
   */
  readonly transparent?: 'always' | 'one_child' | 'first_child';
  /**
   * The node and its one child of these kinds become one row: kind and shape of the child, slots of both (decorators and the function
   * they stand on, `const` and its declarator), from the start of the first to the end of the last of what is kept. With several such
   * children (`int a = 1, b = 2;`) each becomes a row of its own that gets a copy of the node's other children (`int`).
   */
  readonly merges?: readonly string[];
  /** The row of `merges` starts after the modifiers (`export`), though it has them. */
  readonly modifiersOutside?: boolean;
  /** Children of these kinds become the first children of the sibling that follows them (decorators before a method). */
  readonly attaches?: { readonly kinds: readonly string[]; readonly slot: SlotName };
  /** What follows in the node around it becomes its last children: `elif` and what comes after is the `else` of the branch before. */
  readonly takesSiblings?: boolean;
  /** Children in these slots that are not of the kinds `except` are put in a node of the kind `as`, in the slot `inner` of it. */
  readonly wraps?: WrapSpec | readonly WrapSpec[];
  /** The leaf stands for a node of the kind `as` and for both of its children: `{ a }` for `{ a: a }`. */
  readonly doubles?: { readonly as: string; readonly children: readonly { readonly slot: SlotName; readonly kind: string }[] };
  /**
   * Where at least `least` (2) of the children in these fields are there, the stretch from the first to the last of them becomes a row of
   * its own: `object.name(arguments)` of a grammar that has no node for `object.name`. Where fewer are there they are put in `slot` as they are.
   */
  readonly synthesise?: {
    readonly shape: ShapeName;
    readonly slot: SlotName;
    readonly least?: 1 | 2;
    /** Field names, and the slots they have inside; `#kind` for children without a field. */
    readonly from: Readonly<Record<string, SlotName>>;
    /** The grammar's kind for such a thing where it has one; its own rules hold inside. */
    readonly kind?: string;
  };
  /** The subtree is one leaf: compared by text. */
  readonly leaf?: boolean;
  /** As `leaf`, unless a child is of one of these kinds: strings without interpolation. */
  readonly leafUnless?: readonly string[];
  /** Left out where its text is nothing but white space. */
  readonly dropBlank?: boolean;
}

/** A way to make a pattern a whole file the grammar can read. Tried in order; the first one without an error node wins. */
export interface PatternFrame {
  /** `program`, `expression`, `statements`, `members`, `type`, ... for messages. */
  readonly name: string;
  readonly before: string;
  readonly after: string;
  /**
   * What of the parsed frame is the pattern: row of the node that holds it, and whether the node itself (`node`) or its children,
   * one or several statements in a row (`children`), are meant. -1 when the parse is not what the frame is for.
   */
  readonly pick: (tree: SyntaxTree) => { readonly node: number; readonly take: 'node' | 'children' };
}

/** What stands for `...` where the grammar wants a statement, an argument, ... Each form has {@link ellipsisName} in it once or more. */
export interface EllipsisForms {
  /** Where it stands alone between statements: tried in order (`['…;', '… …;']` for statements and members). */
  readonly statement: readonly string[];
  /** Between brackets or commas: arguments, elements, parameters. */
  readonly element: readonly string[];
}

/** A name an import makes known: `from os import path as p` gives `{ local: 'p', path: ['os', 'path'] }`. */
export interface ImportedName {
  readonly local: string;
  readonly path: readonly string[];
}

/** What an import names, whichever form it is written in: `['a', 'b']` for both `import a.b` and `from a import b`. */
export interface ImportedPath {
  readonly path: readonly string[];
  /** It is given another name. */
  readonly isRenamed: boolean;
}

/** One thing an import brings in, as rows: `import { a as b } from 'm'` brings in `a` of `m` as `b`. */
export interface ImportClause {
  readonly what: 'module' | 'default' | 'name';
  /** The string that says the module. */
  readonly source: number;
  readonly name?: number | undefined;
  /** The name it has here, where the clause gives it one. */
  readonly local?: number | undefined;
  /** The module is that of the pattern, none within it. */
  readonly isWhole?: true;
}

export interface StringContent {
  /** The characters between the quotes, escapes left as written. */
  readonly text: string;
  readonly start: number;
  readonly end: number;
  /** Something is computed inside (`${x}`, `#{x}`, f-strings). */
  readonly isInterpolated: boolean;
  /** It is of the form that may have something computed inside (f-strings), be there anything or not. */
  readonly isTemplate?: boolean;
  /** `"..."` of a pattern holds for it even where something is computed inside, as Semgrep has it in some languages. */
  readonly isAnyString?: true;
}

/** Everything that is particular to one language. A plain value: adding a language is writing one. */
export interface Language {
  /** Semgrep's canonical name: `python`, `javascript`, `csharp`, ... */
  readonly id: string;
  /** Other names rules use: `py`, `js`, ... */
  readonly aliases: readonly string[];
  /** With the dot, lower case; also whole file names (`Dockerfile`). */
  readonly extensions: readonly string[];
  /** What parses it: a `.wasm` file of a package, as an import specifier (`tree-sitter-python/tree-sitter-python.wasm`), or our own parser. */
  readonly grammar: string | ((text: string) => SyntaxTree);
  /**
   * The grammar's package is too large to ask of every installation: the published program carries a copy of the one file, a checkout
   * has it with its development dependencies. Where it is missing, rules for the language are unsupported.
   */
  readonly isOptional?: boolean;
  /** By node kind, that of an anonymous token in quotes (`'"print"'`); kinds that are not here have shape `other`. */
  readonly kinds: Readonly<Record<string, KindSpec>>;
  /** Anonymous tokens left out of the tree: punctuation. Operators and keywords that tell things apart stay. */
  readonly punctuation: ReadonlySet<string>;
  /** Kinds that are comments. */
  readonly comments: ReadonlySet<string>;
  /** Operators whose operands may come in any order and grouping in a pattern (`&&`, `||`, `and`, ...). */
  readonly associative: ReadonlySet<string>;
  /** A record is matched as a whole: without dots in it, a pattern names every pair there is. */
  readonly recordsAreWhole?: boolean;
  /** An assignment makes a name of the function it stands in, whatever is outside; methods do not see the names of their class. */
  readonly namesAreLocal?: boolean;
  /** A declaration makes a new name even where its scope has one that is called so. */
  readonly declaresAnew?: boolean;
  /** A variable that is assigned once is a constant, said or not: it keeps its value in loops and nested functions. */
  readonly variablesAreFixed?: boolean;
  /** The same for fields with this modifier. */
  readonly fixedFields?: string;
  /** Whole numbers are of no type of their own. */
  readonly numbersAreFractions?: boolean;
  /** Numbers and truth values mean the same in quotes: `x = "true"` is `x = true`. */
  readonly quotesAnyLiteral?: boolean;
  readonly frames: readonly PatternFrame[];
  readonly ellipsis: EllipsisForms;
  /**
   * What a metavariable may be put in as, given its placeholder and the pattern around it: tried in order, each for itself. Absent: as
   * the bare name (`SL_MV_X`), an identifier.
   */
  readonly metavariableForms?: (placeholder: string, around: { readonly before: string; readonly after: string }) => readonly string[];
  /** Names of the language that look like metavariables and are none: `$_GET`. */
  readonly ownNames?: ReadonlySet<string>;
  /** Whether upper and lower case are one in the name of that row. */
  readonly ignoresCase?: (tree: SyntaxTree, node: number) => boolean;
  /** Turns typed metavariables and other pattern-only syntax into something the grammar can read, before placeholders are put in. */
  readonly rewritePattern?: (pattern: string, typed: (metavariable: string, type: string) => string) => string;
  readonly stringContent: (tree: SyntaxTree, node: number) => StringContent | undefined;
  /** Text of the same length for the grammar to read in place of what it cannot; what is matched stays as written. */
  readonly legible?: (text: string) => string;
  /** What the table cannot say: makes the tree that is matched from the one the table made. The columns may be changed in place. */
  readonly refine?: (tree: SyntaxTree) => SyntaxTree;
  readonly imports?: (tree: SyntaxTree, node: number) => readonly ImportedName[];
  /** Imports are paths, and `import a.b` of a pattern holds for `import a.b.c`. Their rows have the form `pathsOf` of match-imports.ts reads. */
  readonly importsByPrefix?: true;
  /** The module whose names that row makes known, whichever they are: after `open Printf`, `printf` may be `Printf.printf`. */
  readonly opens?: (tree: SyntaxTree, node: number) => readonly string[] | undefined;
  /** Where each thing imported is an import of its own: a pattern holds for any import, in whatever form, that brings in what it says. */
  readonly importClauses?: (tree: SyntaxTree, node: number) => readonly ImportClause[];
  /** Where an import of a pattern holds for every form that names the same or something within it. */
  readonly importedPaths?: (tree: SyntaxTree, node: number) => readonly ImportedPath[];
}

/** Placeholders the pattern text gets before it is parsed: identifiers in every language. */
export const ellipsisName = 'sl_dots_';
export const deepName = 'sl_deep_';
export const metavariablePrefix = 'SL_MV_';
export const ellipsisMetavariablePrefix = 'SL_MVS_';
export const typedPrefix = 'SL_TYPED_';
