import { emitPcre } from './pcre-emit.ts';
import { parsePcre } from './pcre-parse.ts';
import { requirementOfRegex } from './regex-literals.ts';
import { createRegexMachine, outOfSteps } from './regex-machine.ts';
import { compileProgram, type RegexProgram } from './regex-program.ts';
import { createRunLength, waysOf } from './regex-ways.ts';
import type { Requirement } from './required.ts';
import { createTextLookup } from './text-lookup.ts';

/** Start and end of a group, exclusive; undefined for a group that took no part. */
export type Span = readonly [number, number] | undefined;

export interface RegexMatch {
  readonly start: number;
  readonly end: number;
  /** From group 1 on. */
  readonly groups: readonly Span[];
}

/**
 * A PCRE2 expression. Runs on V8 where it cannot explode on the text at hand, else on a matcher of our own that counts steps: the
 * answers are the same, and no text can make it hang. `onExhausted` is called when the steps are used up; what was found until then is kept.
 */
export interface SearchRegex {
  readonly source: string;
  readonly groupNames: ReadonlyMap<string, number>;
  /** What a text must hold for a match. */
  readonly required: Requirement;
  readonly findAll: (text: string, onExhausted?: () => void) => readonly RegexMatch[];
  readonly test: (text: string, onExhausted?: () => void) => boolean;
  /** A match that begins where the text does, as Python's `re.match`. */
  readonly testStart: (text: string, onExhausted?: () => void) => boolean;
}

/** `search`: `^` and `$` hold at every line (`pattern-regex`). `match`: at the ends of the text (`metavariable-regex`). */
export type RegexUse = 'search' | 'match';

/** Ways to try, from above, that V8 may be left alone with: some seconds at the very worst, hardly ever a millisecond. */
const maxWays = 3e9;
/** Steps of our own matcher for one expression and text: some seconds. */
const maxSteps = 40_000_000;
const maxMatches = 100_000;

const surrogates = /[\ud800-\udfff]/;

export const compileRegex = (source: string, use: RegexUse): { readonly regex: SearchRegex } | { readonly problem: string } => {
  const parsed = parsePcre(source, { multiline: use === 'search' });
  if ('problem' in parsed) return parsed;
  const { node, groupCount, names } = parsed;
  const built = new Map<string, RegExp>();
  const required = requirementOfRegex(node);
  let program: RegexProgram | undefined;
  let groupNumbers: Int32Array;
  try {
    groupNumbers = emitPcre(node, groupCount, true).groups;
    RegExp(emitPcre(node, groupCount, true).source, 'u');
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) };
  }

  /** Without `u` V8 is faster, and for texts without surrogate pairs it is the same. */
  const build = (isUnicode: boolean, flags: string): RegExp => {
    const key = `${flags}${isUnicode ? 'u' : ''}`;
    const known = built.get(key);
    if (known !== undefined) return known;
    const made = new RegExp(emitPcre(node, groupCount, isUnicode).source, key);
    built.set(key, made);
    return made;
  };

  /** Ways to match whatever the text holds, by its length alone: enough to trust V8 with most. */
  const mayExplode = (text: string): boolean => {
    const starts = text.length + 1;
    if (starts * waysOf(node, () => text.length) <= maxWays) return false;
    return starts * waysOf(node, createRunLength(text)) > maxWays;
  };

  /** Runs `search` on our own matcher, from each place it gives on. */
  const step = (
    text: string,
    onExhausted: (() => void) | undefined,
    run: (machine: ReturnType<typeof createRegexMachine>) => void,
  ): void => {
    if (!createTextLookup(text).holds(required)) return;
    program ??= compileProgram(node, groupCount);
    if (program === undefined) {
      onExhausted?.();
      return;
    }
    try {
      run(createRegexMachine(program, text, { left: maxSteps }));
    } catch (error) {
      if (!(error instanceof RangeError) || error.message !== outOfSteps) throw error;
      onExhausted?.();
    }
  };

  const spansOf = (slots: Int32Array): RegexMatch => ({
    start: slots[0] ?? 0,
    end: slots[1] ?? 0,
    groups: Array.from({ length: groupCount }, (_, index): Span => {
      const start = slots[2 * index + 2] ?? -1;
      const end = slots[2 * index + 3] ?? -1;
      return start < 0 || end < 0 ? undefined : [start, end];
    }),
  });

  const groupSpans = (text: string, at: number, isUnicode: boolean): readonly Span[] => {
    if (groupCount === 0) return [];
    const sticky = build(isUnicode, 'dy');
    sticky.lastIndex = at;
    const indices = sticky.exec(text)?.indices;
    return Array.from({ length: groupCount }, (_, index) => indices?.[groupNumbers[index + 1] ?? 0]);
  };

  const stepAll = (text: string, onExhausted: (() => void) | undefined): readonly RegexMatch[] => {
    const matches: RegexMatch[] = [];
    step(text, onExhausted, ({ search }) => {
      for (let from = 0; from <= text.length && matches.length < maxMatches; ) {
        const slots = search(from);
        if (slots === undefined) return;
        const match = spansOf(slots);
        matches.push(match);
        from = match.end > match.start ? match.end : match.end + 1;
      }
    });
    return matches;
  };

  return {
    regex: {
      source,
      groupNames: names,
      required,
      findAll: (text, onExhausted) => {
        if (mayExplode(text)) return stepAll(text, onExhausted);
        const matches: RegexMatch[] = [];
        const isUnicode = surrogates.test(text);
        const regex = build(isUnicode, 'g');
        regex.lastIndex = 0;
        for (let found = regex.exec(text); found !== null && matches.length < maxMatches; found = regex.exec(text)) {
          const end = found.index + found[0].length;
          matches.push({ start: found.index, end, groups: groupSpans(text, found.index, isUnicode) });
          if (end === found.index) regex.lastIndex = end + 1;
        }
        return matches;
      },
      test: (text, onExhausted) => {
        if (!mayExplode(text)) return build(surrogates.test(text), '').test(text);
        let isFound = false;
        step(text, onExhausted, ({ search }) => {
          isFound = search(0) !== undefined;
        });
        return isFound;
      },
      testStart: (text, onExhausted) => {
        if (!mayExplode(text)) {
          const sticky = build(surrogates.test(text), 'y');
          sticky.lastIndex = 0;
          return sticky.test(text);
        }
        let isFound = false;
        step(text, onExhausted, ({ matchAt }) => {
          isFound = matchAt(0) !== undefined;
        });
        return isFound;
      },
    },
  };
};
