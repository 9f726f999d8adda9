import { hidden, maskOf } from '../../domain/mask.ts';

/** A stretch that holds a secret, in any form. */
export interface SecretSpan {
  readonly start: number;
  readonly end: number;
  readonly secret: string;
}

/** Shorter texts occur by chance; masking them everywhere would only destroy the line. */
const minTextualLength = 4;

interface MergedSpan {
  readonly start: number;
  readonly end: number;
  readonly mask: string;
}

const merged = (spans: readonly SecretSpan[]): readonly MergedSpan[] => {
  const result: MergedSpan[] = [];
  for (const span of [...spans].sort((left, right) => left.start - right.start || right.end - left.end)) {
    const last = result.at(-1);
    if (last === undefined || span.start >= last.end) result.push({ start: span.start, end: span.end, mask: maskOf(span.secret) });
    else if (span.end > last.end) result[result.length - 1] = { start: last.start, end: span.end, mask: hidden };
  }
  return result;
};

/** Texts by their first characters, so that a line is searched for all of them in one pass. */
const createFinder = (texts: readonly string[]): ((line: string, at: number) => string | undefined) => {
  const byStart = new Map<string, string[]>();
  for (const text of texts) {
    const start = text.slice(0, minTextualLength);
    byStart.set(start, [...(byStart.get(start) ?? []), text]);
  }
  for (const list of byStart.values()) list.sort((left, right) => right.length - left.length);
  return (line, at) => byStart.get(line.slice(at, at + minTextualLength))?.find((text) => line.startsWith(text, at));
};

export interface Redactor {
  /** The stretch as text with every secret masked. `replacement` stands for each secret instead of its mask. */
  readonly textBetween: (from: number, to: number, replacement?: string) => string;
}

/** Masks every secret found in the file, at its places and wherever else the same text stands. */
export const createRedactor = (bytes: Buffer, spans: readonly SecretSpan[]): Redactor => {
  const places = merged(spans);
  const texts = new Set<string>();
  for (const span of spans) {
    if (span.secret.length >= minTextualLength) texts.add(span.secret);
    const written = bytes.toString('latin1', span.start, span.end);
    if (written.length >= minTextualLength) texts.add(written);
  }
  const find = createFinder([...texts]);

  const decoded = (latin1: string): string => (/^[\0-\x7f]*$/.test(latin1) ? latin1 : Buffer.from(latin1, 'latin1').toString('utf8'));

  const plain = (from: number, to: number, replacement: string | undefined): string => {
    const text = bytes.toString('latin1', from, to);
    let result = '';
    let start = 0;
    for (let at = 0; at + minTextualLength <= text.length; at += 1) {
      const secret = find(text, at);
      if (secret === undefined) continue;
      result += decoded(text.slice(start, at)) + (replacement ?? maskOf(secret));
      at += secret.length - 1;
      start = at + 1;
    }
    return result + decoded(text.slice(start));
  };

  /** First place that ends after `from`. */
  const firstPlace = (from: number): number => {
    let low = 0;
    let high = places.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((places[middle]?.end ?? 0) <= from) low = middle + 1;
      else high = middle;
    }
    return low;
  };

  return {
    textBetween: (from, to, replacement) => {
      let result = '';
      let at = from;
      for (let index = firstPlace(from); at < to; index += 1) {
        const place = places[index];
        if (place === undefined || place.start >= to) break;
        if (place.start > at) result += plain(at, place.start, replacement);
        result += replacement ?? (place.start >= from ? place.mask : hidden);
        at = Math.min(to, place.end);
      }
      return at < to ? result + plain(at, to, replacement) : result;
    },
  };
};
