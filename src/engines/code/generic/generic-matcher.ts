import type { Binding, Match } from '../match/match.ts';
import type { PatternMatcher } from '../match/source-file.ts';
import { defaultMatchOptions, type MatchOptions } from '../rule/formula.ts';
import { blankComments } from './comments.ts';
import { readGenericPattern } from './generic-pattern.ts';
import { type GenericText, searchGeneric, type TokenRange } from './match-generic.ts';
import { readBlocks } from './text-blocks.ts';
import { readTokens, type TextTokens } from './text-tokens.ts';

/** Reads a text as generic patterns see it. */
export type ReadGenericText = (text: string, style: MatchOptions['genericCommentStyle']) => GenericText;

/** Keeps the last text it read: many patterns look at one file after the other. */
export const createGenericReader = (): ReadGenericText => {
  let last: { readonly source: string; readonly style: MatchOptions['genericCommentStyle']; readonly read: GenericText } | undefined;
  return (source, style) => {
    if (last?.source === source && last.style === style) return last.read;
    const tokens = readTokens(blankComments(source, style));
    const read = { tokens, blocks: readBlocks(tokens, 'lines_and_brackets') };
    last = { source, style, read };
    return read;
  };
};

/** First token that begins at that offset or later. */
const tokenAt = (tokens: TextTokens, offset: number): number => {
  let low = 0;
  let high = tokens.size;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((tokens.start[middle] ?? 0) < offset) low = middle + 1;
    else high = middle;
  }
  return low;
};

const bindingOf = (tokens: TextTokens, text: string, { from, end }: TokenRange): Binding => {
  const isEmpty = end <= from;
  const start = (isEmpty ? tokens.end[from - 1] : tokens.start[from]) ?? 0;
  const stop = isEmpty ? start : (tokens.end[end - 1] ?? start);
  return { start, end: stop, text: text.slice(start, stop) };
};

/** A pattern of Semgrep's `generic` language: words and signs of any text, whatever the white space. */
export const createGenericMatcher = (
  source: string,
  read: ReadGenericText = createGenericReader(),
): PatternMatcher | { readonly problem: string } => {
  const pattern = readGenericPattern(source);
  if ('problem' in pattern) return pattern;
  return {
    required: pattern.words,
    find: (file, options, within) => {
      const text = read(file.text, options.genericCommentStyle);
      const { tokens } = text;
      const from = within === undefined ? 0 : tokenAt(tokens, within.start);
      let end = within === undefined ? tokens.size : tokenAt(tokens, within.end);
      if (within !== undefined && end > from && (tokens.end[end - 1] ?? 0) > within.end) end--;
      const span = options.genericEllipsisMaxSpan ?? defaultMatchOptions.genericEllipsisMaxSpan;
      const { matches, isExhausted } = searchGeneric(pattern, text, span, { from, end });
      if (isExhausted || tokens.isCut) file.onExhausted();
      return matches.map((match): Match => {
        const range = bindingOf(tokens, file.text, match);
        const bindings = new Map([...match.bound].map(([name, bound]) => [name, bindingOf(tokens, file.text, bound)]));
        return { start: range.start, end: range.end, bindings };
      });
    },
  };
};
