import { asciiPart, beyondAscii, type CodePointSet, contains, countOf, isAllBeyondAscii, membersOf } from '../../lib/code-point-set.ts';
import { emitRegex } from './go-regex.ts';
import type { RegexNode } from './go-regex-parse.ts';

/** How far from the start of a match a keyword must occur, in bytes. */
export interface KeywordOffset {
  readonly min: number;
  readonly max: number;
}

/**
 * How a rule's expression is run, derived from its syntax tree so that only the places around keyword hits need be tried, with the
 * same matches as a run over the whole text.
 */
export interface RegexShape {
  /** Source to run; without `lazyPrefix`. */
  readonly source: string;
  /**
   * A leading `[class]{0,n}?`, also behind a `\\b`, taken off the expression. The leftmost match then starts at the leftmost match of the rest, extended to
   * the left over at most `max` bytes of the class: searching for the rest alone is far cheaper.
   */
  readonly lazyPrefix?: { readonly max: number; readonly bytes: Uint8Array; readonly atWordEdge: boolean };
  /** 1 for every byte a match of `source` can start with; undefined when it can be empty. */
  readonly firstBytes?: Uint8Array;
  /** Where every match of `source` holds a keyword; undefined when some match may hold none. */
  readonly keyword?: KeywordOffset;
  /** Longest match of `source`, in bytes; may be infinite. */
  readonly maxLength: number;
}

const maxStrings = 256;
const maxMembers = 10;

const maxSetBytes = (set: CodePointSet): number => {
  const high = beyondAscii(set);
  return high.length === 0 || isAllBeyondAscii(high) ? 1 : 4;
};

const lengthOf = (node: RegexNode): { readonly min: number; readonly max: number } => {
  switch (node.type) {
    case 'empty':
    case 'assert':
      return { min: 0, max: 0 };
    case 'set':
      return { min: 1, max: maxSetBytes(node.set) };
    case 'group':
      return lengthOf(node.item);
    case 'repeat': {
      const inner = lengthOf(node.item);
      return { min: inner.min * node.min, max: inner.max === 0 || node.max === 0 ? 0 : inner.max * node.max };
    }
    case 'sequence': {
      const lengths = node.items.map(lengthOf);
      return { min: lengths.reduce((sum, one) => sum + one.min, 0), max: lengths.reduce((sum, one) => sum + one.max, 0) };
    }
    case 'choice': {
      const lengths = node.items.map(lengthOf);
      return { min: Math.min(...lengths.map((one) => one.min)), max: Math.max(...lengths.map((one) => one.max)) };
    }
  }
};

const crossed = (left: ReadonlySet<string>, right: ReadonlySet<string>): Set<string> | undefined => {
  if (left.size * right.size > maxStrings) return undefined;
  const result = new Set<string>();
  for (const start of left) for (const end of right) result.add(start + end);
  return result;
};

const lowerCased = (point: number): string => String.fromCharCode(point >= 0x41 && point <= 0x5a ? point + 32 : point);

/** Every text a node can match, lower-cased, when these are few; assertions count as empty. */
const stringsOf = (node: RegexNode): ReadonlySet<string> | undefined => {
  switch (node.type) {
    case 'empty':
    case 'assert':
      return new Set(['']);
    case 'set': {
      if (beyondAscii(node.set).length > 0 || countOf(node.set) > 2 * maxMembers) return undefined;
      const members = new Set(membersOf(asciiPart(node.set)).map(lowerCased));
      return members.size > maxMembers ? undefined : members;
    }
    case 'group':
      return stringsOf(node.item);
    case 'choice': {
      const result = new Set<string>();
      for (const item of node.items) {
        const strings = stringsOf(item);
        if (strings === undefined) return undefined;
        for (const text of strings) result.add(text);
      }
      return result.size > maxStrings ? undefined : result;
    }
    case 'sequence': {
      let result: Set<string> | undefined = new Set(['']);
      for (const item of node.items) {
        const strings = stringsOf(item);
        result = strings === undefined ? undefined : crossed(result, strings);
        if (result === undefined) return undefined;
      }
      return result;
    }
    case 'repeat': {
      if (node.max > 4) return undefined;
      const once = stringsOf(node.item);
      if (once === undefined) return undefined;
      const result = new Set<string>();
      let power: Set<string> | undefined = new Set(['']);
      for (let count = 0; count <= node.max && power !== undefined; count += 1) {
        if (count >= node.min) for (const text of power) result.add(text);
        power = count < node.max ? crossed(power, once) : power;
      }
      return power === undefined || result.size > maxStrings ? undefined : result;
    }
  }
};

/** Offsets of the earliest keyword in texts that all hold one. */
const offsetIn = (strings: ReadonlySet<string>, keywords: readonly string[]): KeywordOffset | undefined => {
  let min = Number.POSITIVE_INFINITY;
  let max = 0;
  for (const text of strings) {
    let first = Number.POSITIVE_INFINITY;
    for (const keyword of keywords) {
      const at = text.indexOf(keyword);
      if (at >= 0 && at < first) first = at;
    }
    if (first === Number.POSITIVE_INFINITY) return undefined;
    min = Math.min(min, first);
    max = Math.max(max, first);
  }
  return strings.size === 0 ? undefined : { min, max };
};

/** Strings of the longest run of items that starts at `from`, as long as these stay few. */
const runFrom = (items: readonly RegexNode[], from: number): ReadonlySet<string> | undefined => {
  let result: ReadonlySet<string> | undefined;
  for (const item of items.slice(from)) {
    const strings = stringsOf(item);
    const longer: ReadonlySet<string> | undefined =
      strings === undefined ? undefined : result === undefined ? strings : crossed(result, strings);
    if (longer === undefined) break;
    result = longer;
  }
  return result;
};

const offsetInSequence = (items: readonly RegexNode[], keywords: readonly string[]): KeywordOffset | undefined => {
  let best: KeywordOffset | undefined;
  let before = { min: 0, max: 0 };
  for (const [index, item] of items.entries()) {
    const run = runFrom(items, index);
    const inner = (run === undefined ? undefined : offsetIn(run, keywords)) ?? keywordOffset(item, keywords);
    if (inner !== undefined) {
      const found = { min: before.min + inner.min, max: before.max + inner.max };
      if (best === undefined || found.max < best.max) best = found;
    }
    const length = lengthOf(item);
    before = { min: before.min + length.min, max: before.max + length.max };
  }
  return best;
};

/** Where in every match of `node` the earliest keyword starts, or undefined when a match may hold none. */
const keywordOffset = (node: RegexNode, keywords: readonly string[]): KeywordOffset | undefined => {
  switch (node.type) {
    case 'empty':
    case 'assert':
      return undefined;
    case 'set': {
      const strings = stringsOf(node);
      return strings === undefined ? undefined : offsetIn(strings, keywords);
    }
    case 'group':
      return keywordOffset(node.item, keywords);
    case 'repeat':
      return node.min > 0 ? keywordOffset(node.item, keywords) : undefined;
    case 'sequence':
      return offsetInSequence(node.items, keywords);
    case 'choice': {
      const whole = stringsOf(node);
      if (whole !== undefined) return offsetIn(whole, keywords);
      let min = Number.POSITIVE_INFINITY;
      let max = 0;
      for (const item of node.items) {
        const offset = keywordOffset(item, keywords);
        if (offset === undefined) return undefined;
        min = Math.min(min, offset.min);
        max = Math.max(max, offset.max);
      }
      return { min, max };
    }
  }
};

const byteTable = (set: CodePointSet): Uint8Array => {
  const table = new Uint8Array(256);
  const allHigh = isAllBeyondAscii(beyondAscii(set));
  for (let byte = 0; byte < 256; byte += 1) table[byte] = (byte < 0x80 ? contains(set, byte) : allHigh) ? 1 : 0;
  return table;
};

interface Split {
  readonly rest: RegexNode;
  readonly max: number;
  readonly set: CodePointSet;
  readonly atWordEdge: boolean;
}

const splitLazyPrefix = (node: RegexNode): Split | undefined => {
  if (node.type !== 'sequence') return undefined;
  const atWordEdge = node.items[0]?.type === 'assert' && node.items[0].kind === 'word-edge';
  const [first, ...rest] = atWordEdge ? node.items.slice(1) : node.items;
  if (first?.type !== 'repeat' || first.item.type !== 'set' || !first.lazy || first.min !== 0 || rest.length === 0) return undefined;
  if (first.max === Number.POSITIVE_INFINITY || maxSetBytes(first.item.set) > 1) return undefined;
  const [single] = rest;
  return {
    rest: rest.length === 1 && single !== undefined ? single : { type: 'sequence', items: rest },
    max: first.max,
    set: first.item.set,
    atWordEdge,
  };
};

/** Marks the bytes a node can start with; true when it can match nothing, so that what follows can start too. */
const markFirst = (node: RegexNode, table: Uint8Array): boolean => {
  switch (node.type) {
    case 'empty':
    case 'assert':
      return true;
    case 'set':
      for (let byte = 0; byte < 0x80; byte += 1) if (contains(node.set, byte)) table[byte] = 1;
      if (beyondAscii(node.set).length > 0) table.fill(1, 0x80);
      return false;
    case 'group':
      return markFirst(node.item, table);
    case 'repeat':
      return markFirst(node.item, table) || node.min === 0;
    case 'sequence':
      return node.items.every((item) => markFirst(item, table));
    case 'choice':
      return node.items.map((item) => markFirst(item, table)).includes(true);
  }
};

const firstBytesOf = (node: RegexNode): Uint8Array | undefined => {
  const table = new Uint8Array(256);
  return markFirst(node, table) ? undefined : table;
};

/** `keywords` are lower-case. */
export const shapeOf = (node: RegexNode, keywords: readonly string[]): RegexShape => {
  const split = splitLazyPrefix(node);
  const core = split?.rest ?? node;
  const keyword = keywordOffset(core, keywords);
  const firstBytes = firstBytesOf(core);
  return {
    source: emitRegex(core),
    ...(split === undefined ? {} : { lazyPrefix: { max: split.max, bytes: byteTable(split.set), atWordEdge: split.atWordEdge } }),
    ...(firstBytes === undefined ? {} : { firstBytes }),
    ...(keyword === undefined ? {} : { keyword }),
    maxLength: lengthOf(core).max,
  };
};
