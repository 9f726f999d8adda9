import { interpolateFix, maxFixLength } from '../rule/message.ts';
import { compileRegex, type RegexMatch, type SearchRegex } from '../search/regex.ts';
import type { Hit } from '../searcher.ts';

/** Text that takes the place of a range; offsets are UTF-16 code units, `end` is exclusive. */
export interface RangeFix {
  readonly start: number;
  readonly end: number;
  readonly replacement: string;
}

/** `\1` and `\g<1>` are groups, `\\` a backslash, as in Semgrep's `fix-regex`. */
const expand = (template: string, text: string, { start, end, groups }: RegexMatch): string =>
  template.replace(
    /\\(?:(\d{1,2})|g<(\d{1,2})>|([\\nrt]))/g,
    (_all, short: string | undefined, long: string | undefined, escape: string | undefined) => {
      if (escape !== undefined) return { n: '\n', r: '\r', t: '\t' }[escape] ?? '\\';
      const number = Number(short ?? long);
      const span = number === 0 ? ([start, end] as const) : groups[number - 1];
      return span === undefined ? '' : text.slice(span[0], span[1]);
    },
  );

const replaceIn = (text: string, regex: SearchRegex, replacement: string, count: number): string => {
  const pieces: string[] = [];
  let done = 0;
  for (const match of regex.findAll(text).slice(0, count)) {
    pieces.push(text.slice(done, match.start), expand(replacement, text, match));
    done = match.end;
  }
  return pieces.join('') + text.slice(done);
};

/** Lines after the first one begin where the match does, as in Semgrep; undefined where that is too long. */
const indented = (replacement: string, start: number, text: string): string | undefined => {
  const column = start === 0 ? 0 : start - (text.lastIndexOf('\n', start - 1) + 1);
  const lines = replacement.split('\n');
  return replacement.length + column * (lines.length - 1) > maxFixLength ? undefined : lines.join(`\n${' '.repeat(column)}`);
};

/** What the rule's author would have stand where the match is; undefined where the rule has no fix, or it changes nothing or is too long. */
export const createFixer = (): ((hit: Hit, text: string) => RangeFix | undefined) => {
  const compiled = new Map<string, SearchRegex | undefined>();
  const regexOf = (source: string): SearchRegex | undefined => {
    if (!compiled.has(source)) {
      const made = compileRegex(source, 'search');
      compiled.set(source, 'problem' in made ? undefined : made.regex);
    }
    return compiled.get(source);
  };
  return ({ rule: { fix }, start, end, bindings }, text) => {
    if (fix === undefined) return undefined;
    if (fix.kind === 'text') {
      const replacement = interpolateFix(fix.replacement.trim(), bindings);
      const placed = replacement === undefined ? undefined : indented(replacement, start, text);
      return placed === undefined ? undefined : { start, end, replacement: placed };
    }
    const regex = regexOf(fix.regex);
    if (regex === undefined) return undefined;
    const before = text.slice(start, end);
    const after = replaceIn(
      before,
      regex,
      fix.replacement,
      fix.count === undefined || fix.count === 0 ? Number.POSITIVE_INFINITY : fix.count,
    );
    return after === before || after.length > maxFixLength ? undefined : { start, end, replacement: after };
  };
};
