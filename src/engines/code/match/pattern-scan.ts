import { ellipsisMetavariablePrefix, ellipsisName, type Language, metavariablePrefix, typedPrefix } from '../syntax/language.ts';
import { afterEllipsis, ellipsisForms, heldBy, type OpenBracket } from './pattern-forms.ts';
import { readQuoted, skipComment } from './pattern-lexis.ts';
import type { Piece, ScannedPattern } from './pattern-pieces.ts';
import type { Mark } from './pattern-tree.ts';

/** Typed metavariables that `rewritePattern` took out, by the number in their placeholder. */
export type TypedMetavariables = readonly { readonly name: string; readonly type: string }[];

const metavariable = /\$[A-Z_][A-Z_0-9]*(?![A-Za-z0-9_$])/y;
const ellipsisMetavariable = /\$\.\.\.([A-Z_][A-Z_0-9]*)/y;
const typedPlaceholder = new RegExp(`${typedPrefix}(\\d+)_`, 'y');
const word = /[A-Za-z_$][\w$]*/y;
/** `case ...` without a colon is any number of cases, as `...` is. */
const anyCases = /case[ \t]+(?=\.\.\.(?![ \t]*:))/y;

const matchAt = (pattern: RegExp, source: string, at: number): RegExpExecArray | undefined => {
  pattern.lastIndex = at;
  return pattern.exec(source) ?? undefined;
};

/** Strings within code within strings: deeper ones are text like any other. */
const deepestNesting = 20;

/** What a name placeholder counts as for what follows it. */
const aName = 'x';

/**
 * Cuts the source of a pattern in text that stays and places that stand for something. It knows quotes, comments and brackets, roughly
 * and for all languages alike; whether the outcome is code, only the grammar can tell.
 */
export const scanPattern = (source: string, language: Language, typed: TypedMetavariables): ScannedPattern => {
  const pieces: Piece[] = [];
  const choices: number[] = [];
  const choiceByKey = new Map<string, number>();
  const brackets: OpenBracket[] = [];
  const openDeeps: number[] = [];
  let groups = 0;
  let deeps = 0;
  /** Last character that says something, and whether a line ended after it. */
  let before = '';
  let lineEnded = false;
  let nesting = 0;

  const put = (piece: Piece, last: string): void => {
    pieces.push(piece);
    before = last;
    lineEnded = false;
  };
  const putHole = (mark: Mark, forms: readonly string[], last: string, key = ''): void => {
    let choice = -1;
    if (forms.length > 1) {
      choice = choiceByKey.get(key) ?? choices.push(forms.length) - 1;
      choiceByKey.set(key, choice);
    }
    put({ mark, forms, choice }, last);
  };
  const putEllipsis = (mark: Mark, name: string, end: number): number => {
    const place = { before, lineEnded, after: source.slice(end), bracket: brackets.at(-1) };
    const { key, forms } = ellipsisForms(language.ellipsis, place);
    const named = forms.map((form) => form.replaceAll(ellipsisName, name));
    putHole(mark, named, afterEllipsis, key);
    return end;
  };

  /** Each reads one thing and answers where it ends; undefined when there is no such thing. */
  const readString = (at: number, to: number): number | undefined => {
    const quoted = readQuoted(source, at, to, before, language.id);
    if (quoted === undefined || nesting > deepestNesting) return undefined;
    if (quoted.special !== undefined) {
      const form = `${source.slice(at, quoted.contentStart)}SL_STRING_${source.slice(quoted.contentEnd, quoted.end)}`;
      putHole(quoted.special, [form], '"');
      return quoted.end;
    }
    let written = at;
    for (const code of quoted.code) {
      put(source.slice(written, code.start), '(');
      brackets.push({ opener: '(', group: groups++, holds: 'anything' });
      nesting += 1;
      scan(code.start, code.end);
      nesting -= 1;
      brackets.pop();
      written = code.end;
    }
    put(source.slice(written, quoted.end), '"');
    return quoted.end;
  };
  const readMetavariable = (at: number): number | undefined => {
    const placeholder = matchAt(typedPlaceholder, source, at);
    const typedAs = typed[Number(placeholder?.[1])];
    if (placeholder !== undefined && typedAs !== undefined) {
      putHole({ kind: 'typed', ...typedAs }, [placeholder[0]], aName);
      return at + placeholder[0].length;
    }
    const many = matchAt(ellipsisMetavariable, source, at);
    if (many !== undefined) {
      const mark = { kind: 'ellipsis_metavariable', name: many[0] } as const;
      return putEllipsis(mark, ellipsisMetavariablePrefix + (many[1] ?? ''), at + many[0].length);
    }
    const one = matchAt(metavariable, source, at);
    if (one === undefined || language.ownNames?.has(one[0]) === true) return undefined;
    const end = at + one[0].length;
    const name = metavariablePrefix + one[0].slice(1);
    const forms = language.metavariableForms?.(name, {
      before: source.slice(Math.max(0, at - 200), at),
      after: source.slice(end, end + 200),
    }) ?? [name];
    putHole({ kind: 'metavariable', name: one[0] }, forms, aName, `metavariable${at}`);
    return end;
  };
  const readDeepEdge = (at: number): number | undefined => {
    if (source.startsWith('<...', at)) {
      openDeeps.push(deeps);
      brackets.push({ opener: '<', group: groups++, holds: 'anything' });
      put({ deep: deeps++, opens: true }, '(');
      return at + 4;
    }
    const open = openDeeps.at(-1);
    if (open === undefined || brackets.at(-1)?.opener !== '<' || !source.startsWith('...>', at)) return undefined;
    openDeeps.pop();
    brackets.pop();
    put({ deep: open, opens: false }, ')');
    return at + 4;
  };
  const readDots = (at: number): number | undefined => {
    if (!source.startsWith('...', at)) return undefined;
    if (source.startsWith('.....', at)) {
      // `a.....b`: a chain of any length, written without blanks.
      put('.', '.');
      return at + 1;
    }
    const spreads = language.id !== 'bash' && /[A-Za-z_$]/.test(source[at + 3] ?? '');
    const isVariadic = /[\w$]/.test(source[at - 1] ?? '') && !lineEnded;
    if (!spreads && !isVariadic) return putEllipsis({ kind: 'ellipsis' }, ellipsisName, at + 3);
    put('...', aName);
    return at + 3;
  };
  const readPlain = (at: number): number => {
    const char = source[at] ?? '';
    const cases = matchAt(anyCases, source, at);
    if (cases !== undefined) return at + cases[0].length;
    const text = matchAt(word, source, at)?.[0] ?? char;
    if ('([{'.includes(char)) brackets.push({ opener: char, group: groups++, holds: heldBy(source, at) });
    else if (')]}'.includes(char) && brackets.at(-1)?.opener !== '<') brackets.pop();
    put(text, text.at(-1) ?? '');
    return at + text.length;
  };

  const scan = (from: number, to: number): void => {
    let at = from;
    while (at < to) {
      const char = source[at] ?? '';
      if (/\s/.test(char)) {
        lineEnded ||= char === '\n';
        pieces.push(char);
        at += 1;
        continue;
      }
      at =
        skipComment(source, at, language.id) ??
        readString(at, to) ??
        readMetavariable(at) ??
        readDeepEdge(at) ??
        readDots(at) ??
        readPlain(at);
    }
  };
  scan(0, source.length);
  return { pieces, choices };
};
