import {
  asciiWord,
  type CodePointSet,
  caseFolded,
  complement,
  lastCodePoint,
  normalised,
  posixClasses,
} from '../../../lib/code-point-set.ts';
import { failPcre, nextPoint, type PcreCursor, take } from './pcre-syntax.ts';

const digit: CodePointSet = [0x30, 0x39];
const space: CodePointSet = [0x09, 0x0d, 0x20, 0x20];
const horizontal: CodePointSet = [
  9, 9, 0x20, 0x20, 0xa0, 0xa0, 0x1680, 0x1680, 0x180e, 0x180e, 0x2000, 0x200a, 0x202f, 0x202f, 0x205f, 0x205f, 0x3000, 0x3000,
];
export const verticalSpace: CodePointSet = [0x0a, 0x0d, 0x85, 0x85, 0x2028, 0x2029];
export const noNewline: CodePointSet = complement([0x0a, 0x0a]);
export const anyCharacter: CodePointSet = [0, lastCodePoint];

/** Classes by their letter: ASCII, as PCRE2 has them unless it is asked for Unicode's, which Semgrep does not. */
const letterClasses: ReadonlyMap<string, CodePointSet> = new Map([
  ['d', digit],
  ['D', complement(digit)],
  ['w', asciiWord],
  ['W', complement(asciiWord)],
  ['s', space],
  ['S', complement(space)],
  ['h', horizontal],
  ['H', complement(horizontal)],
  ['v', verticalSpace],
  ['V', complement(verticalSpace)],
  ['N', noNewline],
]);

const controlCharacters: Readonly<Record<string, number>> = { a: 7, e: 27, f: 12, n: 10, r: 13, t: 9 };

/** Surrogates are left out: no well-formed text holds one alone. */
const propertyMembers = (escape: string): CodePointSet => {
  const test = new RegExp(escape, 'u');
  const ranges: number[] = [];
  let low = -1;
  for (let point = 0; point <= lastCodePoint + 1; point += 1) {
    const isMember = point <= lastCodePoint && (point < 0xd800 || point > 0xdfff) && test.test(String.fromCodePoint(point));
    if (isMember && low < 0) low = point;
    if (!isMember && low >= 0) {
      ranges.push(low, point - 1);
      low = -1;
    }
  }
  return ranges;
};

/** `\p{Lu}`, `\pL`, `\p{^Greek}`: a general category, a script, `Any` or `L&`. */
const property = (cursor: PcreCursor, negated: boolean): CodePointSet => {
  const match = take(cursor, /\{(\^?)\s*([\w&]{1,40})\s*\}|()(\w)/y) ?? failPcre('malformed \\p');
  const written = match[2] ?? match[4] ?? '';
  const name = written === 'L&' ? 'LC' : written;
  const isComplement = negated !== (match[1] === '^');
  for (const spelled of [name, `Script=${name}`]) {
    let members: CodePointSet;
    try {
      members = propertyMembers(`\\p{${spelled}}`);
    } catch {
      continue;
    }
    return isComplement ? complement(members) : members;
  }
  return failPcre(`unknown property ${written}`);
};

/** After a backslash: the class it stands for, if it is one. */
export const escapedClass = (cursor: PcreCursor): CodePointSet | undefined => {
  const letter = cursor.source[cursor.at] ?? failPcre('\\ at the end');
  const known = letterClasses.get(letter);
  if (known === undefined && letter !== 'p' && letter !== 'P') return undefined;
  cursor.at += 1;
  return known ?? property(cursor, letter === 'P');
};

const checkedPoint = (text: string, radix: number): number => {
  const point = text === '' ? 0 : Number.parseInt(text, radix);
  return point <= lastCodePoint ? point : failPcre('character code too large');
};

/** After a backslash: the one character it stands for. */
export const escapedCharacter = (cursor: PcreCursor): number => {
  const letter = cursor.source[cursor.at] ?? failPcre('\\ at the end');
  const control = controlCharacters[letter];
  if (control !== undefined) {
    cursor.at += 1;
    return control;
  }
  const hex = take(cursor, /x(?:\{([0-9a-fA-F]{1,8})\}|([0-9a-fA-F]{0,2}))/y);
  if (hex !== null) return checkedPoint(hex[1] ?? hex[2] ?? '', 16);
  const octal = take(cursor, /o\{([0-7]{1,8})\}|([0-7]{1,3})/y);
  if (octal !== null) return checkedPoint(octal[1] ?? octal[2] ?? '', 8);
  const controlLetter = take(cursor, /c([\x20-\x7e])/y);
  if (controlLetter !== null) return (controlLetter[1] ?? '').toUpperCase().charCodeAt(0) ^ 0x40;
  return /[0-9A-Za-z]/.test(letter) ? failPcre(`unrecognised escape \\${letter}`) : nextPoint(cursor);
};

/** A member of a bracketed class: a set, or a code point that may begin a range. Undefined for `\E` and an empty `\Q\E`. */
const bracketMember = (cursor: PcreCursor): CodePointSet | number | undefined => {
  const posix = take(cursor, /\[:(\^?)(\w+):\]/y);
  if (posix !== null) {
    const name = posix[2] ?? '';
    const set = Object.hasOwn(posixClasses, name) ? posixClasses[name] : undefined;
    if (set === undefined) return failPcre(`unknown class ${posix[0]}`);
    return posix[1] === '^' ? complement(set) : set;
  }
  if (cursor.source[cursor.at] !== '\\') return nextPoint(cursor);
  cursor.at += 1;
  if (take(cursor, /E/y) !== null) return undefined;
  const quoted = take(cursor, /Q([^]*?)(?:\\E|$)/y);
  if (quoted !== null) return Array.from(quoted[1] ?? '', (char) => char.codePointAt(0) ?? 0).flatMap((point) => [point, point]);
  if (take(cursor, /b/y) !== null) return 8;
  return escapedClass(cursor) ?? escapedCharacter(cursor);
};

/** Behind a `[`. */
export const bracketClass = (cursor: PcreCursor, fold: boolean): CodePointSet => {
  const { source } = cursor;
  const isNegated = take(cursor, /\^/y) !== null;
  const ranges: number[] = [];
  for (let isFirst = true; isFirst || source[cursor.at] !== ']'; isFirst = false) {
    if (cursor.at >= source.length) failPcre('missing ] of a character class');
    const low = bracketMember(cursor);
    if (low === undefined) continue;
    if (typeof low !== 'number') {
      ranges.push(...low);
      continue;
    }
    const isRange = source[cursor.at] === '-' && source[cursor.at + 1] !== ']' && cursor.at + 1 < source.length;
    if (!isRange) {
      ranges.push(low, low);
      continue;
    }
    cursor.at += 1;
    const high = bracketMember(cursor);
    // `[a-\d]`: the hyphen is one of the members.
    if (typeof high !== 'number') ranges.push(low, low, 0x2d, 0x2d, ...(high ?? []));
    else if (high < low) failPcre('range out of order in a character class');
    else ranges.push(low, high);
  }
  cursor.at += 1;
  const set = fold ? caseFolded(normalised(ranges)) : normalised(ranges);
  return isNegated ? complement(set) : set;
};
