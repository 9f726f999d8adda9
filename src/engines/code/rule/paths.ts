import type { RulePaths } from './code-rule.ts';

/**
 * `paths:` of a rule as Semgrep 1.182 was seen to read them. A pattern may match at any depth, unless it starts with `/` or `./`;
 * what names a folder takes in all that is below; `/` at the end asks for a folder. `*` and `?` stay within one name, `**` crosses them
 * where it is a whole name, `[a-z]` and `[!a-z]` are sets, `\` takes the next character as it is. Nothing else is special, `{a,b}`
 * and a leading `!` included, and case counts.
 */

/** One position of a name: a character, or what stands for characters. */
type Piece =
  | { readonly kind: 'character'; readonly code: string }
  | { readonly kind: 'any' }
  | { readonly kind: 'run' }
  | { readonly kind: 'set'; readonly isNegated: boolean; readonly ranges: readonly (readonly [string, string])[] };

/** A name between slashes; `any_names` is `**`. */
type Segment = 'any_names' | readonly Piece[];

export type GlobPattern = readonly Segment[];

export type GlobReading = { readonly pattern: GlobPattern } | { readonly problem: string };

const readSet = (characters: readonly string[], from: number): { readonly piece: Piece; readonly next: number } | undefined => {
  let at = from + 1;
  const isNegated = characters[at] === '!' || characters[at] === '^';
  if (isNegated) at += 1;
  const ranges: [string, string][] = [];
  for (let isFirst = true; at < characters.length; isFirst = false) {
    if (characters[at] === ']' && !isFirst) return { piece: { kind: 'set', isNegated, ranges }, next: at + 1 };
    if (characters[at] === '\\') at += 1;
    const low = characters[at];
    if (low === undefined) return undefined;
    const high = characters[at + 2];
    if (characters[at + 1] === '-' && high !== undefined && high !== ']') {
      ranges.push([low, high]);
      at += 3;
    } else {
      ranges.push([low, low]);
      at += 1;
    }
  }
  return undefined;
};

const readName = (name: string): Segment | { readonly problem: string } => {
  if (/^\*{2,}$/.test(name)) return 'any_names';
  const characters = Array.from(name);
  const pieces: Piece[] = [];
  for (let at = 0; at < characters.length; ) {
    const character = characters[at] ?? '';
    if (character === '*') {
      if (pieces.at(-1)?.kind !== 'run') pieces.push({ kind: 'run' });
    } else if (character === '?') {
      pieces.push({ kind: 'any' });
    } else if (character === '[') {
      const set = readSet(characters, at);
      if (set === undefined) return { problem: 'a "[" has no "]"; write "\\[" for the character itself' };
      pieces.push(set.piece);
      at = set.next;
      continue;
    } else if (character === '\\') {
      at += 1;
      const escaped = characters[at];
      if (escaped === undefined) return { problem: 'it ends in a single "\\"' };
      pieces.push({ kind: 'character', code: escaped });
    } else {
      pieces.push({ kind: 'character', code: character });
    }
    at += 1;
  }
  return pieces;
};

const anyName: Segment = [{ kind: 'run' }];

export const compileGlob = (source: string): GlobReading => {
  if (source === '') return { pattern: ['any_names'] };
  const isAnchored = /^\.?\//.test(source);
  const names = source
    .replace(/^\.\//, '')
    .split('/')
    .filter((name) => name !== '');
  // `/` and `./` name the root, which no rule asks about.
  if (names.length === 0) return { pattern: [[]] };
  const pattern: Segment[] = isAnchored ? [] : ['any_names'];
  for (const name of names) {
    const segment = readName(name);
    if (typeof segment === 'object' && 'problem' in segment)
      return { problem: `the path pattern "${source}" cannot be read: ${segment.problem}` };
    pattern.push(segment);
  }
  if (source.endsWith('/')) pattern.push(anyName);
  pattern.push('any_names');
  return { pattern };
};

const pieceMatches = (piece: Piece, character: string): boolean => {
  if (piece.kind === 'character') return piece.code === character;
  if (piece.kind === 'set') return piece.ranges.some(([low, high]) => low <= character && character <= high) !== piece.isNegated;
  return true;
};

/**
 * Matches a list of items against a list of wildcards, where only the last "any number of" is ever tried again: what an earlier one
 * could give up, the last one can take. Steps are at most the product of both lengths.
 */
const wildcardMatch = <Item, Part>(
  items: readonly Item[],
  parts: readonly Part[],
  isRun: (part: Part) => boolean,
  matches: (part: Part, item: Item) => boolean,
): boolean => {
  let item = 0;
  let part = 0;
  let runPart = -1;
  let runItem = 0;
  while (item < items.length) {
    const current = parts[part];
    const value = items[item];
    if (current !== undefined && isRun(current)) {
      runPart = part;
      runItem = item;
      part += 1;
    } else if (current !== undefined && value !== undefined && matches(current, value)) {
      part += 1;
      item += 1;
    } else if (runPart >= 0) {
      part = runPart + 1;
      runItem += 1;
      item = runItem;
    } else {
      return false;
    }
  }
  while (part < parts.length) {
    const current = parts[part];
    if (current === undefined || !isRun(current)) return false;
    part += 1;
  }
  return true;
};

const nameMatches = (segment: Segment, characters: readonly string[]): boolean =>
  segment !== 'any_names' && wildcardMatch(characters, segment, (piece) => piece.kind === 'run', pieceMatches);

const pathMatches = (names: readonly (readonly string[])[], pattern: GlobPattern): boolean =>
  wildcardMatch(names, pattern, (segment) => segment === 'any_names', nameMatches);

/** Tells whether a rule looks at a file, by its path from the root of what is scanned, with `/`. */
export type PathFilter = (path: string) => boolean;

/** Patterns were checked when the rule was loaded; one that cannot be read matches nothing. */
export const compilePaths = ({ include, exclude }: RulePaths): PathFilter => {
  if (include.length === 0 && exclude.length === 0) return () => true;
  const compile = (sources: readonly string[]): readonly GlobPattern[] =>
    sources.flatMap((source) => {
      const read = compileGlob(source);
      return 'pattern' in read ? [read.pattern] : [];
    });
  const included = compile(include);
  const excluded = compile(exclude);
  return (path) => {
    const names = path
      .split('/')
      .filter((name) => name !== '')
      .map((name) => Array.from(name));
    if (include.length > 0 && !included.some((pattern) => pathMatches(names, pattern))) return false;
    return !excluded.some((pattern) => pathMatches(names, pattern));
  };
};
