import type { CodePointSet } from '../../../lib/code-point-set.ts';

/** Syntax tree of a PCRE2 expression. Flags are applied already: sets hold both cases, `^` and `.` are what they mean where they stand. */
export type PcreNode =
  | { readonly type: 'empty' }
  /** One character. */
  | { readonly type: 'set'; readonly set: CodePointSet }
  | { readonly type: 'assert'; readonly kind: PcreAssertion }
  | { readonly type: 'sequence'; readonly items: readonly PcreNode[] }
  | { readonly type: 'choice'; readonly items: readonly PcreNode[] }
  | { readonly type: 'repeat'; readonly item: PcreNode; readonly min: number; readonly max: number; readonly lazy: boolean }
  /** Capturing; numbered from 1. */
  | { readonly type: 'group'; readonly item: PcreNode; readonly index: number }
  /** What it matched first is all it matches: never entered again. */
  | { readonly type: 'atomic'; readonly item: PcreNode }
  | { readonly type: 'look'; readonly item: PcreNode; readonly behind: boolean; readonly negated: boolean }
  | { readonly type: 'backreference'; readonly index: number; readonly fold: boolean };

export type PcreAssertion =
  | 'line-start'
  | 'line-end'
  | 'text-start'
  | 'text-end'
  /** At the end, or before the newline that ends the text. */
  | 'last-line-end'
  | 'word-edge'
  | 'no-word-edge';

export interface PcreRegex {
  readonly node: PcreNode;
  readonly groupCount: number;
  /** Numbers of the named groups. */
  readonly names: ReadonlyMap<string, number>;
}

/** Flags as they stand at one place of the expression. */
export interface PcreFlags {
  readonly fold: boolean;
  readonly multiline: boolean;
  readonly dotAll: boolean;
  readonly extended: boolean;
  readonly swapLazy: boolean;
  readonly namedOnly: boolean;
}

/** Where the parser stands. */
export interface PcreCursor {
  readonly source: string;
  at: number;
}

/** Thrown inside the parser only; `parsePcre` turns it into a value. */
export const failPcre = (message: string): never => {
  throw new SyntaxError(message);
};

export const nextPoint = (cursor: PcreCursor): number => {
  const point = cursor.source.codePointAt(cursor.at) ?? failPcre('unexpected end');
  cursor.at += point > 0xffff ? 2 : 1;
  return point;
};

/** The match of a sticky expression at the cursor, which moves behind it; null where there is none. */
export const take = (cursor: PcreCursor, sticky: RegExp): RegExpExecArray | null => {
  sticky.lastIndex = cursor.at;
  const match = sticky.exec(cursor.source);
  if (match !== null) cursor.at += match[0].length;
  return match;
};
