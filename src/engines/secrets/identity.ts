import { lineEnd, previousLine } from './line-index.ts';
import type { Redactor } from './redaction.ts';

/** Stands for a secret; occurs in no source text. */
const secretMark = '\u0001';
const reachBytes = 600;
const longWord = 24;

const declarationWords = new Set(
  'const let var val final static public private protected export default readonly string str auto def define set local global return new my our export_default type char byte object any'.split(
    ' ',
  ),
);

/** Names hold a digit or two; values hold more. */
const isNameWord = (word: string): boolean =>
  word.length <= longWord && word.replace(/\D/g, '').length <= 2 && /\p{L}/u.test(word) && !declarationWords.has(word.toLowerCase());

/** Quoted texts that name nothing (no `:`, `=` or `]` behind them) are values: nothing of them is kept. */
const withoutValues = (text: string): string =>
  text.replace(/(["'`])((?:\\.|(?!\1)[^\\])*)\1(\s*(?::|=|\]|,))?/g, (_all, _quote: string, inner: string, behind: string | undefined) =>
    behind !== undefined && !behind.includes(',') ? ` ${inner} ${behind}` : ' " ',
  );

/** The last name in a text, as what the code calls the secret. */
const lastName = (text: string): string => {
  const words = withoutValues(text).match(/[\p{L}_$][\p{L}\p{N}_$.-]*/gu) ?? [];
  const word = words.findLast(isNameWord) ?? '';
  return word.replace(/[.-]+$/, '').toLowerCase();
};

const normalised = (match: string): string =>
  match
    .replace(/[\s"'`\\]+/g, '')
    .replace(/[A-Za-z0-9_/+-]{25,}|[A-Za-z0-9_]*\d[A-Za-z0-9_]*/g, '#')
    .replace(/[;,]+$/, '')
    .toLowerCase();

/** `name =`, `"name":`, `name =>`: the match says itself what the secret is called. */
const namesItself = (match: string): boolean => {
  const at = match.indexOf(secretMark);
  return /[A-Za-z_][\w.-]*[\s"'`\])]*(?:=|:(?!\/\/)|=>|,)/.test(at < 0 ? match : match.slice(0, at));
};

const opensNextLine = (line: string): boolean => /(?:[([{=:]|=>)\s*$/.test(line);

/**
 * The content part of `sightline/v1`: what the code calls the secret, and the match with every secret replaced by a mark. Free of
 * whitespace, quotes and case, so moving, re-indenting and reformatting leave it equal; free of values, so it tells nothing.
 */
export const identityOf = (
  bytes: Buffer,
  redactor: Redactor,
  place: { readonly start: number; readonly end: number; readonly lineStart: number },
): string => {
  const match = redactor.textBetween(place.start, Math.min(place.end, place.start + reachBytes), secretMark);
  const core = normalised(match).replaceAll(secretMark, '§');
  if (namesItself(match)) return core;
  const before = redactor.textBetween(Math.max(place.lineStart, place.start - reachBytes), place.start, secretMark);
  const name = lastName(before);
  if (name !== '' || /[\p{L}\p{N}]/u.test(before)) return `${name}|${core}`;
  let line = previousLine(bytes, place.lineStart, reachBytes);
  while (line !== undefined && line.end - line.start < reachBytes && bytes.toString('latin1', line.start, line.end).trim() === '') {
    line = previousLine(bytes, line.start, reachBytes);
  }
  if (line === undefined) return `|${core}`;
  const text = redactor.textBetween(line.start, line.end, secretMark);
  return `${opensNextLine(text) ? lastName(text) : ''}|${core}`;
};

const shapeOf = (line: string): string =>
  line
    .replace(/(["'`])(?:\\.|(?!\1)[^\\])*\1/g, '"')
    .replace(/[\p{L}\p{N}_$]*\p{N}[\p{L}\p{N}_$]*/gu, '#')
    .replace(/[\p{L}_$]{25,}/gu, '#')
    .replace(/\s+/g, '')
    .replaceAll(secretMark, '§')
    .slice(0, 200);

const neighbours = 3;
/** Blank lines that are skipped before the search for neighbours ends. */
const maxLinesSeen = 12;

/** Up to three lines before and after that are not blank, shape only. */
export const surroundingsOf = (bytes: Buffer, redactor: Redactor, place: { readonly end: number; readonly lineStart: number }): string => {
  const above: string[] = [];
  let line = previousLine(bytes, place.lineStart, reachBytes);
  for (let seen = 0; seen < maxLinesSeen && line !== undefined && above.length < neighbours; seen += 1) {
    const shape = shapeOf(redactor.textBetween(line.start, line.end, secretMark));
    if (shape !== '') above.unshift(shape);
    line = previousLine(bytes, line.start, reachBytes);
  }
  const below: string[] = [];
  let at = lineEnd(bytes, place.end, reachBytes) + 1;
  for (let seen = 0; seen < maxLinesSeen && at < bytes.length && below.length < neighbours; seen += 1) {
    const end = lineEnd(bytes, at, reachBytes);
    const shape = shapeOf(redactor.textBetween(at, end, secretMark));
    if (shape !== '') below.push(shape);
    at = end + 1;
  }
  return [...above, '|', ...below].join('\n');
};
