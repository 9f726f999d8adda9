import type { Masker } from './secret-texts.ts';

/** Stands for a secret; occurs in no source text. */
const secretMark = '\u0001';

/** Code that says more than this is told apart by its beginning and what the metavariables stand for. */
const wholeCharacters = 400;
const headCharacters = 160;
const boundCharacters = 120;
/** Of what a metavariable stands for, how much is looked at for these: white space is not counted, and it may stand for a whole file. */
const readCharacters = 4_000;

/**
 * Free of what formatters change: white space, the kind of quotes, a comma before a closing bracket, a semicolon at the end. Done by
 * characters, not by syntax, so that it is the same for every language and for text that does not parse.
 */
const normalised = (code: string, mask: Masker): string =>
  mask(code, secretMark)
    .replace(/\s+/g, '')
    .replace(/["'`]/g, '"')
    .replace(/,(?=[)\]}])/g, '')
    .replace(/;+$/, '')
    .replaceAll(secretMark, '§');

/**
 * The content part of `sightline/v1`. Of a long match, a function or a class, not every line counts: editing its body must not make a new
 * problem of it.
 */
export const identityOf = (matched: string, bound: ReadonlyMap<string, { readonly text: string }>, mask: Masker): string => {
  const whole = normalised(matched, mask);
  if (whole.length <= wholeCharacters) return whole === '' ? 'empty' : whole;
  const values = [...bound]
    .map(([name, { text }]) => `${name}=${normalised(text.slice(0, readCharacters), mask).slice(0, boundCharacters)}`)
    .sort();
  return [whole.slice(0, headCharacters), ...values].join('\n');
};

const neighbours = 3;
/** Lines that are looked at for neighbours that are not blank. */
const maxLinesSeen = 12;
const lineCharacters = 200;

/** What a line looks like, without anything it says. */
const shapeOf = (line: string): string =>
  line
    .slice(0, 2000)
    .replace(/(["'`])(?:\\.|(?!\1)[^\\])*\1/g, '"')
    .replace(/[\p{L}\p{N}_$]*\p{N}[\p{L}\p{N}_$]*/gu, '#')
    .replace(/[\p{L}_$]{25,}/gu, '#')
    .replace(/\s+/g, '')
    .slice(0, lineCharacters);

/** Up to three lines before and after that are not blank, shape only. */
export const surroundingsOf = (lineText: (line: number) => string | undefined, startLine: number, endLine: number): string => {
  const near = (from: number, step: 1 | -1): string[] => {
    const shapes: string[] = [];
    for (let seen = 0, line = from; seen < maxLinesSeen && shapes.length < neighbours; seen += 1, line += step) {
      const text = lineText(line);
      if (text === undefined) break;
      const shape = shapeOf(text);
      if (shape !== '') shapes.push(shape);
    }
    return shapes;
  };
  return [...near(startLine - 1, -1).reverse(), '|', ...near(endLine + 1, 1)].join('\n');
};
