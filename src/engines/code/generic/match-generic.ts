import type { GenericNode, GenericPattern } from './generic-pattern.ts';
import type { TextBlocks } from './text-blocks.ts';
import { isWord, type TextTokens, tokenText } from './text-tokens.ts';

export interface GenericText {
  readonly tokens: TextTokens;
  readonly blocks: TextBlocks;
}

/** A stretch of tokens, `end` exclusive. */
export interface TokenRange {
  readonly from: number;
  readonly end: number;
}

export interface GenericMatch extends TokenRange {
  readonly bound: ReadonlyMap<string, TokenRange>;
}

/** Steps one pattern may take in one text before it is given up; each token of the text is worth some more. */
const mostSteps = 3_000_000;
const stepsPerToken = 4;
/** A pattern that holds everywhere says nothing. */
const mostMatches = 50_000;

/** What follows a node: the rest of its own list, then what follows the block that list is of. */
interface Rest {
  readonly nodes: readonly GenericNode[];
  readonly at: number;
  /** Block of the pattern: ends exactly at this token. -1: the pattern itself, which may end anywhere. */
  readonly blockEnd: number;
  readonly outer: Rest | undefined;
}

/** Where the rest after some dots is known not to hold, in one block: a search that comes by later begins behind it. */
interface Failed {
  from: number;
  to: number;
}

const isPatternEnd = (rest: Rest): boolean => rest.at >= rest.nodes.length && (rest.outer === undefined || isPatternEnd(rest.outer));

export interface GenericSearch {
  readonly matches: readonly GenericMatch[];
  readonly isExhausted: boolean;
}

const endsOpen = (nodes: readonly GenericNode[]): boolean => {
  const last = nodes.at(-1);
  return last?.kind === 'dots' || (last?.kind === 'block' && endsOpen(last.nodes));
};

const sameTokens = (tokens: TextTokens, a: TokenRange, b: TokenRange): boolean => {
  if (a.end - a.from !== b.end - b.from) return false;
  for (let offset = 0; offset < a.end - a.from; offset++)
    if (tokenText(tokens, a.from + offset) !== tokenText(tokens, b.from + offset)) return false;
  return true;
};

/** Every place the pattern holds at among the tokens of `within`; of two that end at the same place the shorter one. */
export const searchGeneric = (
  pattern: GenericPattern,
  { tokens, blocks }: GenericText,
  ellipsisSpan: number,
  within: TokenRange,
): GenericSearch => {
  const { text, start, end, line } = tokens;
  let steps = mostSteps + stepsPerToken * tokens.size;
  const bound: { readonly name: string; readonly range: TokenRange }[] = [];
  /** Of the search under way: no token from here on. */
  let limit = 0;
  let lastToken = 0;
  const failed = new Map<string, Failed>();

  const isLiteral = (token: number, wanted: string): boolean =>
    (end[token] ?? 0) - (start[token] ?? 0) === wanted.length && text.startsWith(wanted, start[token]);

  const bind = (name: string | undefined, range: TokenRange, then: () => boolean): boolean => {
    if (name === undefined) return then();
    const known = bound.find((each) => each.name === name);
    if (known !== undefined) return sameTokens(tokens, known.range, range) && then();
    bound.push({ name, range });
    if (then()) return true;
    bound.pop();
    return false;
  };

  /** Line the dots count from: that of the token before them. */
  const lineBefore = (token: number, isFirst: boolean): number => line[isFirst ? token : token - 1] ?? 0;

  /** How far dots at the end of a pattern reach: as far as they can in the block they begin in. */
  const openEnd = (token: number, stop: number, farthest: number): number => {
    const end = Math.min(stop, token === 0 ? stop : (blocks.limit[token - 1] ?? stop));
    let last = token;
    while (last < end && (line[last] ?? 0) <= farthest && steps-- > 0) last++;
    return last;
  };

  const matchDots = (node: Extract<GenericNode, { kind: 'dots' }>, rest: Rest, token: number, isFirst: boolean): boolean => {
    const farthest = lineBefore(token, isFirst) + node.spans * ellipsisSpan;
    const stop = rest.blockEnd >= 0 ? rest.blockEnd : limit;
    if (rest.at >= rest.nodes.length) {
      if (!isPatternEnd(rest)) return bind(node.name, { from: token, end: stop }, () => matchRest(rest, stop, false));
      const last = openEnd(token, stop, farthest);
      return bind(node.name, { from: token, end: last }, () => {
        lastToken = last;
        return true;
      });
    }
    const key = pattern.refersBack || rest.outer !== undefined ? undefined : `${rest.at}:${limit}`;
    const known = key === undefined ? undefined : failed.get(key);
    let next = known !== undefined && token >= known.from && token < known.to ? known.to : token;
    const from = next === token ? token : (known?.from ?? token);
    for (; next <= stop && steps-- > 0; next++) {
      if (next < stop && (line[next] ?? 0) > farthest) break;
      if (bind(node.name, { from: token, end: next }, () => matchRest(rest, next, false))) return true;
    }
    if (key !== undefined) failed.set(key, { from, to: next });
    return false;
  };

  /** Goes on with the next node at that token. `isFirst`: nothing was matched yet. */
  const matchRest = (rest: Rest, token: number, isFirst: boolean): boolean => {
    if (steps-- <= 0) return false;
    const node = rest.nodes[rest.at];
    if (node === undefined) {
      if (rest.outer === undefined) {
        lastToken = token;
        return true;
      }
      return token === rest.blockEnd && matchRest(rest.outer, token, false);
    }
    const stop = rest.blockEnd >= 0 ? rest.blockEnd : limit;
    const after: Rest = { ...rest, at: rest.at + 1 };
    switch (node.kind) {
      case 'literal':
        return token < stop && isLiteral(token, node.text) && matchRest(after, token + 1, false);
      case 'metavariable':
        return (
          token < stop &&
          isWord(tokens, token) &&
          bind(node.name, { from: token, end: token + 1 }, () => matchRest(after, token + 1, false))
        );
      case 'dots':
        return matchDots(node, after, token, isFirst);
      case 'block':
        return (
          (blocks.endsAt.get(token) ?? []).some(
            (blockEnd) => blockEnd <= stop && matchRest({ nodes: node.nodes, at: 0, blockEnd, outer: after }, token, false),
          ) ||
          // A block of dots alone need not be there.
          (node.nodes.every(({ kind }) => kind === 'dots') && matchRest(after, token, false))
        );
      default:
        return false;
    }
  };

  const whole: Rest = { nodes: pattern.nodes, at: 0, blockEnd: -1, outer: undefined };
  const [first] = pattern.nodes;
  const opensWithDots = first?.kind === 'dots';
  const endsWithDots = endsOpen(pattern.nodes);
  const byEnd = new Map<number, GenericMatch>();
  for (let token = within.from; token < within.end && steps > 0 && byEnd.size < mostMatches; token++) {
    if (opensWithDots && token !== within.from && !blocks.endsAt.has(token)) continue;
    if (first?.kind === 'literal' && !isLiteral(token, first.text)) continue;
    limit = Math.min(within.end, blocks.limit[token] ?? within.end);
    bound.length = 0;
    if (!matchRest(whole, token, true) || lastToken <= token) continue;
    if (endsWithDots && byEnd.has(lastToken)) continue;
    byEnd.set(lastToken, { from: token, end: lastToken, bound: new Map(bound.map(({ name, range }) => [name, range])) });
  }
  const matches = [...byEnd.values()].sort((a, b) => a.from - b.from || a.end - b.end);
  return { matches, isExhausted: steps <= 0 || byEnd.size >= mostMatches };
};
