import { bindingsKey } from '../match/bindings-key.ts';
import type { Match } from '../match/match.ts';
import { areCompatible, unify } from './unify.ts';

/**
 * A place where part of a formula holds. What it came from matters: a match of `inside` only narrows others, and as a negative it
 * takes away what lies in it, where a pattern takes away its equals and a regex whatever it contains or lies in.
 */
export interface Range extends Match {
  readonly kind: RangeKind;
}

export type RangeKind = 'pattern' | 'inside' | 'regex';

const byPlace = (left: Match, right: Match): number => left.start - right.start || left.end - right.end;

/** In order of place, each range once for each set of bindings and kind. */
export const distinctRanges = <T extends Match & { readonly kind?: RangeKind }>(ranges: readonly T[]): T[] => {
  const sorted = [...ranges].sort(byPlace);
  const kept: T[] = [];
  let keys = new Map<string, true>();
  for (const [index, range] of sorted.entries()) {
    const previous = sorted[index - 1];
    const next = sorted[index + 1];
    const isAlone = (previous === undefined || byPlace(previous, range) !== 0) && (next === undefined || byPlace(next, range) !== 0);
    if (isAlone) {
      kept.push(range);
      continue;
    }
    if (previous !== undefined && byPlace(previous, range) !== 0) keys = new Map();
    const key = `${range.kind ?? ''}${bindingsKey(range.bindings)}`;
    if (keys.has(key)) continue;
    keys.set(key, true);
    kept.push(range);
  }
  return kept;
};

/** Ranges a formula may hold in a file at once, and pairs looked at for one operation: beyond that its rule is given up with what it has. */
const maxRanges = 200_000;
const maxPairs = 20_000_000;

/**
 * Calls `found` for each pair where `inner` lies within `outer` (equal counts). Both are in order of their start. One sweep: what ended
 * before the place reached is dropped, so the work grows with what is open at once, not with the product. False when there
 * are too many pairs, or `found` has had enough.
 */
const eachWithin = (inner: readonly Range[], outer: readonly Range[], found: (inner: Range, outer: Range) => boolean): boolean => {
  let pairs = 0;
  let open: Range[] = [];
  let next = 0;
  for (const range of inner) {
    for (; next < outer.length && (outer[next] as Range).start <= range.start; next += 1) open.push(outer[next] as Range);
    let isStale = false;
    pairs += open.length;
    if (pairs > maxPairs) return false;
    for (const around of open) {
      if (around.end >= range.end) {
        if (!found(range, around)) return false;
      } else if (around.end < range.start) isStale = true;
    }
    if (isStale) open = open.filter((around) => around.end >= range.start);
  }
  return true;
};

/** Places where both hold: of each pair, one within the other, the smaller. Only another `inside` keeps an `inside` alive. */
export const intersectRanges = (first: readonly Range[], second: readonly Range[], onExhausted: () => void): Range[] => {
  const both: Range[] = [];
  const keep = (inner: Range, outer: Range): boolean => {
    if (inner.kind === 'inside' && outer.kind !== 'inside') return true;
    const bindings = unify(inner.bindings, outer.bindings);
    if (bindings !== undefined) both.push(bindings === inner.bindings ? inner : { ...inner, bindings });
    return both.length < maxRanges;
  };
  if (!eachWithin(first, second, keep) || !eachWithin(second, first, keep)) onExhausted();
  return distinctRanges(both);
};

/** The ranges no negative speaks of. */
export const subtractRanges = (ranges: readonly Range[], negatives: readonly Range[], onExhausted: () => void): readonly Range[] => {
  if (negatives.length === 0) return ranges;
  const removed = new Set<Range>();
  const remove = (range: Range, negative: Range): boolean => {
    if (areCompatible(range.bindings, negative.bindings)) removed.add(range);
    return true;
  };
  const isDone = eachWithin(ranges, negatives, (range, negative) => {
    const isSame = range.start === negative.start && range.end === negative.end;
    return negative.kind === 'pattern' && !isSame ? true : remove(range, negative);
  });
  const regexes = negatives.filter(({ kind }) => kind === 'regex');
  if (!isDone || !eachWithin(regexes, ranges, (negative, range) => remove(range, negative))) onExhausted();
  return ranges.filter((range) => !removed.has(range));
};
