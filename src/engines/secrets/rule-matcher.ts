import { isRegexError, translateGoRegex } from './go-regex.ts';
import { type RegexShape, shapeOf } from './regex-shape.ts';
import type { RuleSpec } from './rule-spec.ts';
import { growRight, showAround, type TextView, viewEnd, viewMarginBytes } from './text-view.ts';

/** A match of a rule's expression; offsets are of the file's bytes. */
export interface RawMatch {
  readonly start: number;
  readonly end: number;
  /** Where the expression without its lazy prefix matched. */
  readonly coreStart: number;
  /** Groups as the expression numbers them; `groups[0]` lacks the lazy prefix. */
  readonly groups: readonly (string | undefined)[];
}

export type OnMatch = (match: RawMatch) => void;

/**
 * Runs one rule over one file. The matches are those of a left-to-right run of the expression over the whole text; they are found by
 * trying only places where a keyword allows a match (see {@link RegexShape}).
 */
export interface RuleMatcher {
  /** True when only hits are tried; otherwise any keyword in the file means a run over all of it. */
  readonly followsHits: boolean;
  readonly reset: () => void;
  /** Tries what a keyword hit at byte `at` makes possible. Call in ascending order. */
  readonly tryHit: (view: TextView, at: number, onMatch: OnMatch) => void;
  readonly runOverAll: (view: TextView, onMatch: OnMatch) => void;
  /** Byte span of group `group` of a match reported before. */
  readonly groupSpan: (view: TextView, match: RawMatch, group: number) => { readonly start: number; readonly end: number } | undefined;
}

/** Reach of an expression that has no bound of its own, in bytes. */
const defaultReachBytes = 16 * 1024;
/** What assertions see left of a search. */
const contextBytes = 2;
const pieceBytes = 512 * 1024;
/** Up to this many starts are tried one by one; a search over a stretch is cheaper for more. */
const probedBytes = 256;

const isWordByte = (byte: number | undefined): boolean =>
  byte !== undefined &&
  ((byte >= 0x30 && byte <= 0x39) || byte === 0x5f || (byte < 0x80 && (byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7a));

const isWordEdge = (bytes: Uint8Array, at: number): boolean => isWordByte(bytes[at - 1]) !== isWordByte(bytes[at]);

/** Bytes around a keyword a match may take up. */
interface Reach {
  readonly before: number;
  readonly after: number;
}

const reachOf = (spec: RuleSpec, shape: RegexShape): Reach | undefined => {
  const unbounded = spec.windowBytes ?? defaultReachBytes;
  const after = Number.isFinite(shape.maxLength) ? shape.maxLength : Math.max(unbounded, 1);
  if (shape.keyword !== undefined) return { before: Math.min(shape.keyword.max, Math.max(unbounded, defaultReachBytes)), after };
  return spec.windowBytes === undefined ? undefined : { before: spec.windowBytes, after: Math.max(after, spec.windowBytes) };
};

export const createRuleMatcher = (spec: RuleSpec): RuleMatcher | undefined => {
  if (spec.regex === undefined) return undefined;
  const translated = translateGoRegex(spec.regex);
  if (isRegexError(translated)) return undefined;
  const shape = shapeOf(translated.node, spec.keywords);
  const sticky = new RegExp(shape.source, 'y');
  const search = new RegExp(shape.source, 'g');
  let withIndices: RegExp | undefined;
  const reach = spec.keywords.length === 0 ? undefined : reachOf(spec, shape);
  const fixedOffset =
    shape.keyword !== undefined && shape.keyword.min === shape.keyword.max && reach !== undefined ? shape.keyword.max : -1;
  /** End of the last match: the next one starts there or later. */
  let lastEnd = 0;
  /** Every start below it was tried. */
  let searched = 0;

  /** Where the match with its lazy prefix starts, or -1 when the prefix would have to start inside a word. */
  const startWithPrefix = (view: TextView, coreStart: number): number => {
    if (shape.lazyPrefix === undefined) return coreStart;
    const { max, bytes, atWordEdge } = shape.lazyPrefix;
    const lowest = Math.max(lastEnd, coreStart - max);
    let leftmost = !atWordEdge || isWordEdge(view.bytes, coreStart) ? coreStart : -1;
    for (let start = coreStart - 1; start >= lowest && bytes[view.bytes[start] as number] === 1; start -= 1) {
      if (!atWordEdge || isWordEdge(view.bytes, start)) leftmost = start;
    }
    return leftmost;
  };

  /** False when it was no match after all: the search goes on behind `coreStart`. */
  const report = (view: TextView, coreStart: number, groups: readonly (string | undefined)[], onMatch: OnMatch): boolean => {
    const start = startWithPrefix(view, coreStart);
    if (start < 0) return false;
    const end = coreStart + (groups[0]?.length ?? 0);
    lastEnd = end > start ? end : end + 1;
    if (end > start) onMatch({ start, end, coreStart, groups });
    return true;
  };

  const tryAt = (view: TextView, start: number, onMatch: OnMatch): void => {
    if (start < lastEnd) return;
    showAround(view, start);
    for (;;) {
      sticky.lastIndex = start - view.base;
      const match = sticky.exec(view.text);
      const touchesEdge = match !== null && sticky.lastIndex === view.text.length;
      if (touchesEdge && growRight(view, start)) continue;
      if (match !== null) report(view, start, match, onMatch);
      return;
    }
  };

  /** Tries all starts of `[from, to)`, to the end of what `after` bytes behind `to` show, so that no match is cut. */
  const searchBetween = (view: TextView, from: number, to: number, after: number, onMatch: OnMatch): void => {
    let at = Math.max(from, lastEnd);
    const size = view.bytes.length;
    let end = Math.min(size, to + after + contextBytes);
    while (at < to || (at === to && to === size)) {
      showAround(view, at);
      const base = Math.max(view.base, at - contextBytes);
      const stop = Math.min(end, viewEnd(view));
      const text = view.text.slice(base - view.base, stop - view.base);
      search.lastIndex = at - base;
      const match = search.exec(text);
      const isCut = stop < size && (match === null ? stop < end : search.lastIndex === text.length);
      if (isCut && (stop < end || end - to < 4 * viewMarginBytes)) {
        if (stop === end) end = Math.min(size, end + Math.max(after, viewMarginBytes));
        if (end <= viewEnd(view) || growRight(view, at)) continue;
      }
      if (match === null) return;
      const start = base + match.index;
      if (start >= to && stop < size) return;
      at = report(view, start, match, onMatch) ? lastEnd : start + 1;
    }
  };

  return {
    followsHits: reach !== undefined,
    reset: () => {
      lastEnd = 0;
      searched = 0;
    },
    tryHit: (view, at, onMatch) => {
      if (fixedOffset >= 0) {
        tryAt(view, at - fixedOffset, onMatch);
        return;
      }
      if (reach === undefined) return;
      const highest = at - (shape.keyword?.min ?? 0);
      const from = Math.max(searched, at - reach.before, 0);
      if (highest < from) return;
      if (shape.firstBytes !== undefined && reach.before <= probedBytes) {
        const bytes = view.bytes;
        for (let start = from; start <= highest; start += 1)
          if (shape.firstBytes[bytes[start] as number] === 1) tryAt(view, start, onMatch);
        searched = highest + 1;
        return;
      }
      const to = Math.max(highest + 1, at + reach.after);
      searchBetween(view, from, to, reach.after, onMatch);
      searched = to;
    },
    runOverAll: (view, onMatch) => {
      const after = Math.min(shape.maxLength, viewMarginBytes);
      const size = view.bytes.length;
      for (let from = 0; from <= size; from += pieceBytes) searchBetween(view, from, Math.min(size, from + pieceBytes), after, onMatch);
    },
    groupSpan: (view, match, group) => {
      withIndices ??= new RegExp(shape.source, 'dy');
      showAround(view, match.coreStart);
      while (viewEnd(view) < match.end && growRight(view, match.coreStart)) continue;
      withIndices.lastIndex = match.coreStart - view.base;
      const span = withIndices.exec(view.text)?.indices?.[group];
      return span === undefined ? undefined : { start: span[0] + view.base, end: span[1] + view.base };
    },
  };
};
