/**
 * One line of a gitignore file, after gitignore(5), matched without regular expressions: `*` is handled by remembering one place to
 * go back to, so the time is at most (length of the pattern) × (length of the path) whatever a hostile pattern looks like.
 */

type Token =
  | { readonly kind: 'char'; readonly value: string }
  | { readonly kind: 'any' }
  | { readonly kind: 'star' }
  | { readonly kind: 'class'; readonly negated: boolean; readonly test: (code: number) => boolean };

type Segment = 'globstar' | { readonly literal: string } | { readonly tokens: readonly Token[] };

export interface IgnorePattern {
  /** The line as written, for messages. */
  readonly source: string;
  readonly negated: boolean;
  readonly directoryOnly: boolean;
  /** Holds a slash: compared with the whole path below the ignore file; otherwise with the last name only. */
  readonly anchored: boolean;
  /** The exact name (or path) this pattern stands for, when it has no wildcard. */
  readonly literal?: string;
  readonly segments: readonly Segment[];
}

const posixClasses: Readonly<Record<string, (code: number) => boolean>> = {
  alnum: (c) => (c > 47 && c < 58) || (c > 64 && c < 91) || (c > 96 && c < 123),
  alpha: (c) => (c > 64 && c < 91) || (c > 96 && c < 123),
  blank: (c) => c === 32 || c === 9,
  cntrl: (c) => c < 32 || c === 127,
  digit: (c) => c > 47 && c < 58,
  graph: (c) => c > 32 && c < 127,
  lower: (c) => c > 96 && c < 123,
  print: (c) => c > 31 && c < 127,
  punct: (c) => (c > 32 && c < 48) || (c > 57 && c < 65) || (c > 90 && c < 97) || (c > 122 && c < 127),
  space: (c) => c === 32 || (c > 8 && c < 14),
  upper: (c) => c > 64 && c < 91,
  xdigit: (c) => (c > 47 && c < 58) || (c > 64 && c < 71) || (c > 96 && c < 103),
};

/** Reads a bracket expression whose `[` is at `start`; undefined when it never ends, which makes the pattern match nothing. */
const readClass = (text: string, start: number): { readonly token: Token; readonly end: number } | undefined => {
  let at = start + 1;
  const negated = text[at] === '!' || text[at] === '^';
  if (negated) at += 1;
  const tests: ((code: number) => boolean)[] = [];
  for (let first = true; first || text[at] !== ']'; first = false) {
    if (at >= text.length) return undefined;
    if (text.startsWith('[:', at)) {
      const close = text.indexOf(':]', at + 2);
      const named = close === -1 ? undefined : posixClasses[text.slice(at + 2, close)];
      if (named !== undefined) {
        tests.push(named);
        at = close + 2;
        continue;
      }
      if (close !== -1 && !text.slice(at + 2, close).includes(']')) return undefined;
    }
    if (text[at] === '\\') at += 1;
    if (at >= text.length) return undefined;
    const low = text.charCodeAt(at);
    at += 1;
    if (text[at] === '-' && at + 1 < text.length && text[at + 1] !== ']') {
      at += text[at + 1] === '\\' ? 2 : 1;
      if (at >= text.length) return undefined;
      const high = text.charCodeAt(at);
      at += 1;
      // Git compares the first character before it sees that a range begins, which shows where the range runs backwards.
      tests.push((code) => code === low || (code > low && code <= high));
    } else {
      tests.push((code) => code === low);
    }
  }
  return { token: { kind: 'class', negated, test: (code) => tests.some((test) => test(code)) }, end: at };
};

const compileSegment = (text: string): Segment | undefined => {
  if (text === '**') return 'globstar';
  const tokens: Token[] = [];
  for (let at = 0; at < text.length; at += 1) {
    const character = text.charAt(at);
    if (character === '*') {
      if (tokens.at(-1)?.kind !== 'star') tokens.push({ kind: 'star' });
    } else if (character === '?') {
      tokens.push({ kind: 'any' });
    } else if (character === '[') {
      const read = readClass(text, at);
      if (read === undefined) return undefined;
      tokens.push(read.token);
      at = read.end;
    } else {
      if (character === '\\') at += 1;
      if (at >= text.length) return undefined;
      tokens.push({ kind: 'char', value: text.charAt(at) });
    }
  }
  if (tokens.every((token) => token.kind === 'char')) return { literal: tokens.map((token) => token.value).join('') };
  return { tokens };
};

/** Splits at the slashes that stand outside bracket expressions; undefined where one of those never ends. */
const splitPattern = (text: string): string[] | undefined => {
  const parts: string[] = [];
  let start = 0;
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at];
    if (character === '\\') {
      at += 1;
    } else if (character === '[') {
      const read = readClass(text, at);
      if (read === undefined) return undefined;
      at = read.end;
    } else if (character === '/') {
      parts.push(text.slice(start, at));
      start = at + 1;
    }
  }
  return [...parts, text.slice(start)];
};

/** A blank after an odd number of backslashes belongs to the name. */
const withoutTrailingBlanks = (text: string): string => {
  let end = text.length;
  while (text[end - 1] === ' ') end -= 1;
  let slashes = 0;
  while (text[end - 1 - slashes] === '\\') slashes += 1;
  return text.slice(0, slashes % 2 === 1 ? end + 1 : end);
};

/** Undefined for blank lines, comments and patterns git itself never matches. */
export const parseIgnorePattern = (line: string): IgnorePattern | undefined => {
  let text = withoutTrailingBlanks(line.endsWith('\r') ? line.slice(0, -1) : line);
  if (text === '' || text.startsWith('#')) return undefined;
  const source = text;
  const negated = text.startsWith('!');
  if (negated) text = text.slice(1);
  const directoryOnly = text.endsWith('/');
  if (directoryOnly) text = text.slice(0, -1);
  const anchored = text.includes('/');
  if (text.startsWith('/')) text = text.slice(1);
  if (text === '') return undefined;
  const parts = anchored ? splitPattern(text) : [text === '**' ? '*' : text];
  if (parts === undefined) return undefined;
  const segments: Segment[] = [];
  for (const part of parts) {
    const segment = compileSegment(part);
    if (segment === undefined) return undefined;
    if (segment === 'globstar' && segments.at(-1) === 'globstar') continue;
    segments.push(segment);
  }
  const literals = segments.flatMap((segment) => (typeof segment === 'object' && 'literal' in segment ? [segment.literal] : []));
  return {
    source,
    negated,
    directoryOnly,
    anchored,
    segments,
    ...(literals.length === segments.length ? { literal: literals.join('/') } : {}),
  };
};

const accepts = (token: Token, code: number): boolean => {
  switch (token.kind) {
    case 'char':
      return token.value.charCodeAt(0) === code;
    case 'any':
    case 'star':
      return true;
    case 'class':
      return token.test(code) !== token.negated;
  }
};

const matchesTokens = (tokens: readonly Token[], text: string): boolean => {
  let token = 0;
  let at = 0;
  let starToken = -1;
  let starAt = 0;
  while (at < text.length) {
    const current = tokens[token];
    if (current?.kind === 'star') {
      starToken = token;
      starAt = at;
      token += 1;
    } else if (current !== undefined && accepts(current, text.charCodeAt(at))) {
      token += 1;
      at += 1;
    } else if (starToken >= 0) {
      token = starToken + 1;
      starAt += 1;
      at = starAt;
    } else {
      return false;
    }
  }
  while (tokens[token]?.kind === 'star') token += 1;
  return token === tokens.length;
};

const matchesSegment = (segment: Segment | undefined, name: string): boolean => {
  if (segment === undefined || segment === 'globstar') return false;
  return 'literal' in segment ? segment.literal === name : matchesTokens(segment.tokens, name);
};

/** `names` is the path below the ignore file, split at `/`. Says nothing about `directoryOnly`. */
export const matchesPattern = (pattern: IgnorePattern, names: readonly string[]): boolean => {
  const { segments } = pattern;
  if (!pattern.anchored) return matchesSegment(segments[0], names.at(-1) ?? '');
  // A trailing `**` stands for what is inside a directory, so it takes at least one name.
  const trailing = segments.at(-1) === 'globstar';
  const limit = trailing ? segments.length - 1 : segments.length;
  let segment = 0;
  let at = 0;
  let globSegment = -1;
  let globAt = 0;
  for (;;) {
    if (segment === limit && (trailing ? at < names.length : at === names.length)) return true;
    if (segment < limit && segments[segment] === 'globstar') {
      globSegment = segment;
      globAt = at;
      segment += 1;
    } else if (segment < limit && at < names.length && matchesSegment(segments[segment], names[at] ?? '')) {
      segment += 1;
      at += 1;
    } else if (globSegment >= 0 && globAt < names.length) {
      segment = globSegment + 1;
      globAt += 1;
      at = globAt;
    } else {
      return false;
    }
  }
};
