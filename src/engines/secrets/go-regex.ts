import { asciiPart, beyondAscii, type CodePointSet, countOf, isAllBeyondAscii, membersOf } from '../../lib/code-point-set.ts';
import { type AssertionKind, parseGoRegex, type RegexError, type RegexNode } from './go-regex-parse.ts';

/**
 * Go (RE2) regular expressions on V8. Texts are matched as UTF-8 bytes, one latin-1 character a byte, so that no file has to be decoded:
 * a code point beyond ASCII becomes its byte sequence, and counted repeats over such text count bytes.
 */
export interface GoRegex {
  /** Source for `new RegExp(source, 'd'|'g'|'y')`; needs no flag for case or dots. */
  readonly source: string;
  readonly groupCount: number;
  readonly node: RegexNode;
}

const isAlphanumeric = (byte: number): boolean =>
  (byte >= 0x30 && byte <= 0x39) || ((byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7a && byte < 0x80);

const escapeByte = (byte: number): string =>
  isAlphanumeric(byte) ? String.fromCharCode(byte) : `\\x${byte < 16 ? '0' : ''}${byte.toString(16)}`;

const classBody = (set: CodePointSet): string => {
  let body = '';
  for (let index = 0; index < set.length; index += 2) {
    const low = set[index] ?? 0;
    const high = set[index + 1] ?? 0;
    body += low === high ? escapeByte(low) : `${escapeByte(low)}-${escapeByte(high)}`;
  }
  return body;
};

const utf8Sequence = (point: number): string => Array.from(Buffer.from(String.fromCodePoint(point), 'utf8'), escapeByte).join('');

const anyMultiByte = '[\\xc2-\\xf4][\\x80-\\xbf]{1,3}';
/** Above this many code points a set is taken as "any character beyond ASCII". */
const maxSpelledOut = 200;

const emitSet = (set: CodePointSet): string => {
  const low = asciiPart(set);
  const high = beyondAscii(set);
  if (high.length === 0) {
    if (low.length === 0) return '[]';
    return low.length === 2 && low[0] === low[1] ? escapeByte(low[0] ?? 0) : `[${classBody(low)}]`;
  }
  if (isAllBeyondAscii(high)) return low.length === 2 && low[0] === 0 && low[1] === 0x7f ? '[^]' : `[${classBody(low)}\\x80-\\xff]`;
  const sequences = countOf(high) > maxSpelledOut ? [anyMultiByte] : membersOf(high).map(utf8Sequence);
  return `(?:${[...(low.length > 0 ? [`[${classBody(low)}]`] : []), ...sequences].join('|')})`;
};

const assertions: Readonly<Record<AssertionKind, string>> = {
  'line-start': '(?<![^\\n])',
  'line-end': '(?![^\\n])',
  'text-start': '(?<![^])',
  'text-end': '(?![^])',
  'word-edge': '\\b',
  'no-word-edge': '\\B',
};

const quantifier = (min: number, max: number): string => {
  if (min === 0 && max === 1) return '?';
  if (max === Number.POSITIVE_INFINITY) return min === 0 ? '*' : min === 1 ? '+' : `{${min},}`;
  return min === max ? `{${min}}` : `{${min},${max}}`;
};

const isAtom = (node: RegexNode): boolean => node.type === 'group' || node.type === 'set';

const emit = (node: RegexNode): string => {
  switch (node.type) {
    case 'empty':
      return '';
    case 'set':
      return emitSet(node.set);
    case 'assert':
      return assertions[node.kind];
    case 'sequence':
      return node.items.map((item) => (item.type === 'choice' ? `(?:${emit(item)})` : emit(item))).join('');
    case 'choice':
      return node.items.map(emit).join('|');
    case 'group':
      return `(${emit(node.item)})`;
    case 'repeat': {
      const inner = emit(node.item);
      return `${isAtom(node.item) ? inner : `(?:${inner})`}${quantifier(node.min, node.max)}${node.lazy ? '?' : ''}`;
    }
  }
};

export const emitRegex = (node: RegexNode): string => emit(node);

/** Translates an expression, or says why it cannot be used. */
export const translateGoRegex = (source: string): GoRegex | RegexError => {
  const parsed = parseGoRegex(source);
  if ('error' in parsed) return parsed;
  const translated = emitRegex(parsed.node);
  try {
    RegExp(translated);
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) };
  }
  return { source: translated, groupCount: parsed.groupCount, node: parsed.node };
};

export const isRegexError = (value: GoRegex | RegexError): value is RegexError => 'error' in value;

/** Text as the translated expressions see it: UTF-8 bytes, a character each. */
export const asBytesText = (text: string): string => (/^[\0-\x7f]*$/.test(text) ? text : Buffer.from(text, 'utf8').toString('latin1'));
