/**
 * What a node is, whatever language it was written in. Matching, names, constants and (later) data flow speak of shapes and slots;
 * only a language's own table knows what its grammar calls them.
 *
 * `other` is the default: such nodes match nodes of the same grammar kind, child by child.
 */
export const shapeNames = [
  'other',
  /** The whole file. Children are statements. */
  'program',
  /** A leaf that names something; its text is the name. */
  'identifier',
  /** Numbers, true, null: a leaf (or opaque node) compared by text. */
  'literal',
  /** A string, with or without interpolation. Its content is told by the language's `stringContent`. */
  'string',
  /** Slots: callee, arguments. */
  'call',
  /** `new Foo(...)`. Slots: callee, arguments. */
  'construction',
  /** The list in the brackets of a call. */
  'arguments',
  /** `name=value` in a call. Slots: name, value. */
  'keyword_argument',
  /** `*args`, `...args`, `**kwargs` in a call or list. */
  'spread',
  /** `object.property`. Slots: object, property. */
  'member',
  /** `object[index]`. Slots: object, index. */
  'index',
  /** `target = value`, also `+=` (then there is an operator child that differs). Slots: target, operator, value. */
  'assignment',
  /** `let x = 1`, `String s = f()`, `x := 1`: one name. Slots: modifiers, type, target, value. Matched by assignments, too. */
  'variable',
  /** Statements in order. */
  'block',
  /** An expression that stands as a statement. One child. */
  'expression_statement',
  /** Functions, methods, constructors, closures. Slots: decorators, modifiers, returnType, name, parameters, body. */
  'function',
  'parameters',
  /** Slots: modifiers, decorators, type, name, value (the default). */
  'parameter',
  /** Classes, interfaces, structs, contracts. Slots: decorators, modifiers, name, parents, body. */
  'class',
  /** Members in any order. */
  'class_body',
  /** `{a: 1}`, `{'a': 1}`: pairs in any order. */
  'record',
  /** Slots: key, value. */
  'pair',
  /** `[1, 2]`: in order. */
  'list',
  /** Slots: left, operator, right. */
  'binary',
  /** Slots: operator, value. */
  'unary',
  /** Slots: value. */
  'return',
  /** Slots: condition, body, alternative. */
  'if',
  /** Any import form. The language's `imports` says what it brings in. */
  'import',
  /** An annotation, decorator or attribute. Slots: name (or one expression child), arguments. */
  'decorator',
  /** A type where one is written. */
  'type',
  /** A regular expression written as one. */
  'regex',
  /** `x as T`: for a pattern without it, what is cast. Slots: value, type. */
  'cast',
] as const;
export type ShapeName = (typeof shapeNames)[number];

/** Codes as they stand in the `shape` column. */
export const shapeCode = Object.fromEntries(shapeNames.map((name, code) => [name, code])) as Readonly<Record<ShapeName, number>>;

/** The part a child plays in its parent. `none` for children of lists and for what needs no name. */
export const slotNames = [
  'none',
  'callee',
  'arguments',
  'name',
  'value',
  'object',
  'property',
  'index',
  'target',
  'operator',
  'left',
  'right',
  'condition',
  'body',
  'alternative',
  'parameters',
  'key',
  // Optional ones: what the pattern does not say may be there or not.
  'type',
  'returnType',
  'typeParameters',
  'typeArguments',
  'decorators',
  'modifiers',
  'parents',
  'optional',
] as const;
export type SlotName = (typeof slotNames)[number];
export const slotCode = Object.fromEntries(slotNames.map((name, code) => [name, code])) as Readonly<Record<SlotName, number>>;

/** Slots from this code on are ignored where the pattern leaves them out. */
export const firstOptionalSlot: number = slotCode.type;
