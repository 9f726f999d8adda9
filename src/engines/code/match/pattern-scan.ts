import { deepName, ellipsisMetavariablePrefix, ellipsisName, type Language, metavariablePrefix, typedPrefix } from '../syntax/language.ts';
import { readQuoted, skipComment } from './pattern-lexis.ts';
import type { Mark } from './pattern-tree.ts';

/** A place of the pattern that stands for something else: put into the text as one of `forms`, whichever the grammar takes there. */
export interface Hole {
  readonly mark: Mark;
  readonly forms: readonly string[];
  /** Holes with the same choice take the same form: those of one bracket, for instance. -1: there is nothing to choose. */
  readonly choice: number;
}

/** `<...` and `...>`: what is rendered between the two of one id is one call of {@link deepName}. */
export interface DeepEdge {
  readonly deep: number;
  readonly opens: boolean;
}

export type Piece = string | Hole | DeepEdge;

export interface ScannedPattern {
  readonly pieces: readonly Piece[];
  /** Number of forms by choice. */
  readonly choices: readonly number[];
}

/** Typed metavariables that `rewritePattern` took out, by the number in their placeholder. */
export type TypedMetavariables = readonly { readonly name: string; readonly type: string }[];

const metavariable = /\$(?:[A-Z_][A-Z_0-9]*)(?![A-Za-z0-9_$])/y;
const ellipsisMetavariable = /\$\.\.\.([A-Z_][A-Z_0-9]*)/y;
const typedPlaceholder = new RegExp(`${typedPrefix}(\\d+)_`, 'y');
const wordStart = /[A-Za-z_$]/;
const wordEnd = /[\w$]/;

/** Groups of an opening bracket: what `...` may be between them. */
interface Bracket {
  readonly opener: string;
  readonly group: number;
}

/**
 * Cuts the source of a pattern in text that stays and places that stand for something. It knows quotes, comments and brackets, roughly
 * and for all languages alike; whether the outcome is code, only the grammar can tell.
 */
export const scanPattern = (source: string, language: Language, typed: TypedMetavariables): ScannedPattern => {
  const pieces: Piece[] = [];
  const choices: number[] = [];
  const choiceByKey = new Map<string, number>();
  const brackets: Bracket[] = [];
  let groups = 0;
  let deeps = 0;
  const openDeeps: number[] = [];
  /** Last character that says something, and whether a line ended after it. */
  let before = '';
  let lineEnded = false;

  const choiceOf = (key: string, forms: readonly string[]): number => {
    if (forms.length < 2) return -1;
    const known = choiceByKey.get(key);
    if (known !== undefined) return known;
    choices.push(forms.length);
    choiceByKey.set(key, choices.length - 1);
    return choices.length - 1;
  };
  const say = (text: string, last = text.at(-1) ?? ''): void => {
    pieces.push(text);
    before = last;
    lineEnded = false;
  };
  const putHole = (mark: Mark, key: string, forms: readonly string[], last: string): void => {
    pieces.push({ mark, forms, choice: choiceOf(key, forms) });
    before = last;
    lineEnded = false;
  };

  /** Forms of `...` by what stands before it and the bracket it is in. */
  const ellipsisForms = (after: number): { readonly key: string; readonly forms: readonly string[] } => {
    const { statement, element } = language.ellipsis;
    const bracket = brackets.at(-1);
    const group = bracket?.group ?? -1;
    const bare = [ellipsisName];
    const next = /^\s*(.?)/s.exec(source.slice(after))?.[1] ?? '';
    const unended = (forms: readonly string[]): readonly string[] => (next === ';' ? forms.map((form) => form.replace(/;$/, '')) : forms);
    if (before === '.') return { key: '', forms: bare };
    if (before === '' || lineEnded || '{};,([|…'.includes(before)) {
      if (bracket === undefined || bracket.opener === '{')
        return { key: `${group}list`, forms: distinct(unended([...statement, ...element])) };
      return { key: `${group}list`, forms: distinct([...element, ...bare]) };
    }
    if (before === ')' || before === ':' || wordEnd.test(before))
      return { key: `${group}${before}`, forms: distinct(unended([...bare, ...statement])) };
    return { key: '', forms: bare };
  };
  const putEllipsis = (mark: Mark, name: string, after: number): void => {
    const { key, forms } = ellipsisForms(after);
    putHole(
      mark,
      key,
      forms.map((form) => form.replaceAll(ellipsisName, name)),
      '…',
    );
  };

  const scan = (from: number, to: number): void => {
    let at = from;
    while (at < to) {
      const char = source[at] ?? '';
      if (/\s/.test(char)) {
        if (char === '\n') lineEnded = true;
        pieces.push(char);
        at += 1;
        continue;
      }
      const commentEnd = skipComment(source, at, language.id);
      if (commentEnd !== undefined) {
        at = commentEnd;
        continue;
      }
      const quoted = readQuoted(source, at, to, before, language.id);
      if (quoted !== undefined) {
        if (quoted.special !== undefined) {
          putHole(
            quoted.special,
            '',
            [`${source.slice(at, quoted.contentStart)}SL_STRING_${source.slice(quoted.contentEnd, quoted.end)}`],
            '"',
          );
        } else {
          let written = at;
          for (const code of quoted.code) {
            say(source.slice(written, code.start), '{');
            scan(code.start, code.end);
            written = code.end;
          }
          say(source.slice(written, quoted.end), '"');
        }
        at = quoted.end;
        continue;
      }
      typedPlaceholder.lastIndex = at;
      const typedMatch = typedPlaceholder.exec(source);
      const typedAs = typedMatch === null ? undefined : typed[Number(typedMatch[1])];
      if (typedMatch !== null && typedAs !== undefined) {
        putHole({ kind: 'typed', ...typedAs }, '', [typedMatch[0]], 'x');
        at = typedPlaceholder.lastIndex;
        continue;
      }
      if (char === '$') {
        ellipsisMetavariable.lastIndex = at;
        const many = ellipsisMetavariable.exec(source);
        if (many !== null) {
          at = ellipsisMetavariable.lastIndex;
          putEllipsis({ kind: 'ellipsis_metavariable', name: many[0] }, ellipsisMetavariablePrefix + (many[1] ?? ''), at);
          continue;
        }
        metavariable.lastIndex = at;
        const one = metavariable.exec(source);
        if (one !== null) {
          const end = metavariable.lastIndex;
          const name = metavariablePrefix + one[0].slice(1);
          const forms = language.metavariableForms?.(name, { before: source.slice(0, at), after: source.slice(end) }) ?? [name];
          putHole({ kind: 'metavariable', name: one[0] }, `metavariable${at}`, forms, 'x');
          at = end;
          continue;
        }
      }
      if (source.startsWith('<...', at)) {
        openDeeps.push(deeps);
        pieces.push({ deep: deeps, opens: true });
        brackets.push({ opener: '<', group: groups++ });
        deeps += 1;
        before = '(';
        at += 4;
        continue;
      }
      if (char === '.' && source.startsWith('...', at)) {
        const open = openDeeps.at(-1);
        if (open !== undefined && source[at + 3] === '>' && brackets.at(-1)?.opener === '<') {
          openDeeps.pop();
          brackets.pop();
          pieces.push({ deep: open, opens: false });
          before = ')';
          lineEnded = false;
          at += 4;
          continue;
        }
        if (source.startsWith('.....', at)) {
          // `a.....b`: a chain of any length, written without blanks.
          say('.');
          at += 1;
          continue;
        }
        const spreads = wordStart.test(source[at + 3] ?? '');
        const isVariadic = wordEnd.test(source[at - 1] ?? '') && before !== '.';
        if (spreads || isVariadic) {
          say('...', 'x');
          at += 3;
          continue;
        }
        putEllipsis({ kind: 'ellipsis' }, ellipsisName, at + 3);
        at += 3;
        continue;
      }
      if (char === '(' || char === '[' || char === '{') brackets.push({ opener: char, group: groups++ });
      else if ((char === ')' || char === ']' || char === '}') && brackets.at(-1)?.opener !== '<') brackets.pop();
      if (wordStart.test(char)) {
        let end = at + 1;
        while (end < to && wordEnd.test(source[end] ?? '')) end += 1;
        say(source.slice(at, end));
        at = end;
        continue;
      }
      say(char);
      at += 1;
    }
  };
  scan(0, source.length);
  return { pieces, choices };
};

const distinct = (forms: readonly string[]): string[] => [...new Set(forms)];

/** The pattern with a form chosen for every hole, and where the holes and deep calls came to stand. */
export interface RenderedPattern {
  readonly text: string;
  readonly holes: readonly { readonly start: number; readonly end: number; readonly mark: Mark }[];
  readonly deeps: readonly { readonly start: number; readonly end: number }[];
}

export const renderPattern = (scanned: ScannedPattern, chosen: readonly number[], before: string, after: string): RenderedPattern => {
  let text = before;
  const holes: { start: number; end: number; mark: Mark }[] = [];
  const deeps: { start: number; end: number }[] = [];
  for (const piece of scanned.pieces) {
    const start = text.length;
    if (typeof piece === 'string') text += piece;
    else if ('mark' in piece) {
      text += piece.forms[chosen[piece.choice] ?? 0] ?? piece.forms[0] ?? '';
      holes.push({ start, end: text.length, mark: piece.mark });
    } else if (piece.opens) {
      text += `${deepName}(`;
      deeps[piece.deep] = { start, end: start };
    } else {
      text += ')';
      deeps[piece.deep] = { start: deeps[piece.deep]?.start ?? start, end: text.length };
    }
  }
  return { text: text + after, holes, deeps };
};
