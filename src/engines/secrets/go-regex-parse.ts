import { type CodePointSet, caseFolded, complement, normalised, posixClasses } from '../../lib/code-point-set.ts';
import { perlClasses, unicodeClass } from './go-character-classes.ts';

/** Syntax tree of a Go (RE2) regular expression. Case folding is already done: sets hold both cases. */
export type RegexNode =
  | { readonly type: 'empty' }
  | { readonly type: 'set'; readonly set: CodePointSet }
  | { readonly type: 'assert'; readonly kind: AssertionKind }
  | { readonly type: 'sequence'; readonly items: readonly RegexNode[] }
  | { readonly type: 'choice'; readonly items: readonly RegexNode[] }
  | { readonly type: 'repeat'; readonly item: RegexNode; readonly min: number; readonly max: number; readonly lazy: boolean }
  | { readonly type: 'group'; readonly item: RegexNode };

export type AssertionKind = 'line-start' | 'line-end' | 'text-start' | 'text-end' | 'word-edge' | 'no-word-edge';

interface Flags {
  readonly fold: boolean;
  readonly multiline: boolean;
  readonly dotAll: boolean;
  readonly swapLazy: boolean;
}

export interface ParsedRegex {
  readonly node: RegexNode;
  readonly groupCount: number;
}

/** RE2's own limits: a repeat count, and how deep groups nest. */
const maxRepeat = 1000;
const maxDepth = 200;

/** Expected refusal: what is wrong with the expression. */
export interface RegexError {
  readonly error: string;
}

const simpleEscapes: Readonly<Record<string, number>> = { a: 7, f: 12, n: 10, r: 13, t: 9, v: 11 };

/** Thrown inside the parser only; `parseGoRegex` turns it into a value. */
const fail = (message: string): never => {
  throw new SyntaxError(message);
};

const createParser = (source: string) => {
  let at = 0;
  let depth = 0;
  let groupCount = 0;
  let flags: Flags = { fold: false, multiline: false, dotAll: false, swapLazy: false };

  const setNode = (set: CodePointSet): RegexNode => ({ type: 'set', set: flags.fold ? caseFolded(set) : set });
  const literal = (point: number): RegexNode => {
    const lower = point | 0x20;
    const isLetter = lower >= 0x61 && lower <= 0x7a && point < 0x80;
    if (flags.fold && isLetter) return { type: 'set', set: [lower - 0x20, lower - 0x20, lower, lower] };
    return flags.fold && point > 0x7f ? setNode([point, point]) : { type: 'set', set: [point, point] };
  };

  const codePoint = (): number => {
    const point = source.codePointAt(at) ?? fail('unexpected end');
    at += point > 0xffff ? 2 : 1;
    return point;
  };

  const unicodeEscape = (negated: boolean): CodePointSet => {
    let name = '';
    if (source[at] === '{') {
      const end = source.indexOf('}', at);
      if (end < 0) fail('unfinished \\p{...}');
      name = source.slice(at + 1, end);
      at = end + 1;
    } else {
      name = source[at] ?? '';
      at += 1;
    }
    const inverted = name.startsWith('^');
    const set = unicodeClass(inverted ? name.slice(1) : name) ?? fail(`unknown character class \\p{${name}}`);
    return negated !== inverted ? complement(set) : set;
  };

  const hexEscape = (): number => {
    const match = /^(?:\{([0-9a-fA-F]{1,6})\}|([0-9a-fA-F]{2}))/.exec(source.slice(at, at + 10)) ?? fail('malformed \\x escape');
    at += match[0].length;
    const point = Number.parseInt(match[1] ?? match[2] ?? '', 16);
    return point <= 0x10ffff ? point : fail('\\x escape beyond U+10FFFF');
  };

  /** After a backslash: one character, or undefined when it is something else. */
  const characterEscape = (): number | undefined => {
    const char = source[at] ?? fail('trailing backslash');
    const simple = simpleEscapes[char];
    if (simple !== undefined) {
      at += 1;
      return simple;
    }
    if (char === 'x') {
      at += 1;
      return hexEscape();
    }
    const octal = /^(?:0[0-7]{0,2}|[1-7][0-7]{1,2})/.exec(source.slice(at, at + 3));
    if (octal !== null) {
      at += octal[0].length;
      return Number.parseInt(octal[0], 8);
    }
    return /[0-9A-Za-z]/.test(char) ? undefined : codePoint();
  };

  const classEscape = (): CodePointSet | undefined => {
    const char = source[at] ?? '';
    const perl = perlClasses[char];
    if (perl !== undefined) {
      at += 1;
      return perl;
    }
    if (char !== 'p' && char !== 'P') return undefined;
    at += 1;
    return unicodeEscape(char === 'P');
  };

  const bracketMember = (): CodePointSet | number => {
    const posix = source[at] === '[' ? /^\[:(\^?)(\w+):\]/.exec(source.slice(at, at + 16)) : null;
    if (posix !== null) {
      at += posix[0].length;
      const set = posixClasses[posix[2] ?? ''] ?? fail(`unknown class ${posix[0]}`);
      return posix[1] === '^' ? complement(set) : set;
    }
    if (source[at] !== '\\') return codePoint();
    at += 1;
    return classEscape() ?? characterEscape() ?? fail(`invalid escape \\${source[at] ?? ''}`);
  };

  const bracket = (): RegexNode => {
    const negated = source[at] === '^';
    if (negated) at += 1;
    const ranges: number[] = [];
    for (let first = true; first || source[at] !== ']'; first = false) {
      if (at >= source.length) fail('missing closing ]');
      const low = bracketMember();
      if (typeof low !== 'number') {
        ranges.push(...low);
        continue;
      }
      if (source[at] !== '-' || source[at + 1] === ']' || at + 1 >= source.length) {
        ranges.push(low, low);
        continue;
      }
      at += 1;
      const high = bracketMember();
      if (typeof high !== 'number' || high < low) return fail('invalid character range');
      ranges.push(low, high);
    }
    at += 1;
    const set = flags.fold ? caseFolded(normalised(ranges)) : normalised(ranges);
    return { type: 'set', set: negated ? complement(set) : set };
  };

  /** `\Q...\E` as single characters: a repeat behind it speaks of the last one. */
  const quoted = (): readonly RegexNode[] => {
    const end = source.indexOf('\\E', at);
    const text = source.slice(at + 2, end < 0 ? source.length : end);
    at = end < 0 ? source.length : end + 2;
    return Array.from(text, (char) => literal(char.codePointAt(0) ?? 0));
  };

  const escape = (): RegexNode => {
    const char = source[at] ?? fail('trailing backslash');
    const assertion = ({ b: 'word-edge', B: 'no-word-edge', A: 'text-start', z: 'text-end' } as const)[char];
    if (assertion !== undefined) {
      at += 1;
      return { type: 'assert', kind: assertion };
    }
    if (char === 'C') {
      at += 1;
      return { type: 'set', set: [0, 0x10ffff] };
    }
    const set = classEscape();
    if (set !== undefined) return setNode(set);
    return literal(characterEscape() ?? fail(`invalid escape \\${char}`));
  };

  const groupBody = (capturing: boolean, inner: Flags): RegexNode => {
    depth += 1;
    if (depth > maxDepth) fail('groups nest too deep');
    if (capturing) groupCount += 1;
    const outer = flags;
    flags = inner;
    const item = choice();
    if (source[at] !== ')') fail('missing closing )');
    at += 1;
    flags = outer;
    depth -= 1;
    return capturing ? { type: 'group', item } : item;
  };

  const flagged = (on: string, off: string): Flags => {
    const value = (flag: string, current: boolean): boolean => (off.includes(flag) ? false : on.includes(flag) || current);
    return {
      fold: value('i', flags.fold),
      multiline: value('m', flags.multiline),
      dotAll: value('s', flags.dotAll),
      swapLazy: value('U', flags.swapLazy),
    };
  };

  const group = (): RegexNode => {
    if (source[at] !== '?') return groupBody(true, flags);
    const rest = source.slice(at, at + 80);
    const named = /^\?P?<([A-Za-z_]\w*)>/.exec(rest);
    if (named !== null) {
      at += named[0].length;
      return groupBody(true, flags);
    }
    const options =
      /^\?([imsU]*)(?:-([imsU]+))?([:)])/.exec(rest) ?? fail(`unsupported group (${rest.slice(0, 4)}: RE2 has no lookaround or references`);
    at += options[0].length;
    const inner = flagged(options[1] ?? '', options[2] ?? '');
    if (options[3] === ':') return groupBody(false, inner);
    flags = inner;
    return { type: 'empty' };
  };

  const atom = (): RegexNode => {
    const point = codePoint();
    switch (String.fromCodePoint(point)) {
      case '(':
        return group();
      case '[':
        return bracket();
      case '\\':
        return escape();
      case '.':
        return { type: 'set', set: flags.dotAll ? [0, 0x10ffff] : [0, 9, 11, 0x10ffff] };
      case '^':
        return { type: 'assert', kind: flags.multiline ? 'line-start' : 'text-start' };
      case '$':
        return { type: 'assert', kind: flags.multiline ? 'line-end' : 'text-end' };
      case '*':
      case '+':
      case '?':
        return fail('nothing to repeat');
      default:
        return literal(point);
    }
  };

  const repetition = (): readonly [number, number] | undefined => {
    const char = source[at];
    if (char === '*' || char === '+' || char === '?') {
      at += 1;
      return [char === '+' ? 1 : 0, char === '?' ? 1 : Number.POSITIVE_INFINITY];
    }
    const counted = char === '{' ? /^\{(\d{1,9})(,?)(\d{0,9})\}/.exec(source.slice(at, at + 24)) : null;
    if (counted === null || (counted[2] === '' && counted[3] !== '')) return undefined;
    at += counted[0].length;
    const min = Number(counted[1]);
    const max = counted[2] === '' ? min : counted[3] === '' ? Number.POSITIVE_INFINITY : Number(counted[3]);
    if (min > maxRepeat || (max > maxRepeat && max !== Number.POSITIVE_INFINITY) || max < min) fail(`invalid repeat count ${counted[0]}`);
    return [min, max];
  };

  const sequence = (): RegexNode => {
    const items: RegexNode[] = [];
    while (at < source.length && source[at] !== '|' && source[at] !== ')') {
      const quotes = source.startsWith('\\Q', at) ? quoted() : undefined;
      items.push(...(quotes?.slice(0, -1) ?? []));
      const item = quotes === undefined ? atom() : (quotes.at(-1) ?? { type: 'empty' });
      const bounds = repetition();
      if (bounds === undefined) {
        items.push(item);
        continue;
      }
      const marked = source[at] === '?';
      if (marked) at += 1;
      items.push({ type: 'repeat', item, min: bounds[0], max: bounds[1], lazy: marked !== flags.swapLazy });
      if (repetition() !== undefined) fail('invalid nested repetition');
    }
    const kept = items.filter((item) => item.type !== 'empty');
    return kept.length === 1 ? (kept[0] ?? { type: 'empty' }) : kept.length === 0 ? { type: 'empty' } : { type: 'sequence', items: kept };
  };

  const choice = (): RegexNode => {
    const items = [sequence()];
    while (source[at] === '|') {
      at += 1;
      items.push(sequence());
    }
    return items.length === 1 ? (items[0] ?? { type: 'empty' }) : { type: 'choice', items };
  };

  return (): ParsedRegex => {
    const node = choice();
    if (at < source.length) fail('unexpected )');
    return { node, groupCount };
  };
};

/** Longest expression taken in: a rule file is somebody else's text. Lists of expressions are joined into one. */
const maxSourceLength = 262_144;

export const parseGoRegex = (source: string): ParsedRegex | RegexError => {
  if (source.length > maxSourceLength) return { error: `the expression is longer than ${maxSourceLength} characters` };
  try {
    return createParser(source)();
  } catch (error) {
    if (error instanceof SyntaxError) return { error: error.message };
    throw error;
  }
};
