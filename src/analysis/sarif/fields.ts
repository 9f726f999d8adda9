import { clip } from '../../lib/text-safety.ts';

/** Reading JSON that anybody may have written: what is not as it should be is as if it were not there. */
export type JsonObject = Readonly<Record<string, unknown>>;

export const isObject = (value: unknown): value is JsonObject => typeof value === 'object' && value !== null && !Array.isArray(value);

/** The member at a path of names of ours; a number is a place in a list. */
export const at = (value: unknown, ...path: readonly (string | number)[]): unknown => {
  let found = value;
  for (const step of path) {
    if (typeof step === 'number') found = Array.isArray(found) ? found[step] : undefined;
    else found = isObject(found) && Object.hasOwn(found, step) ? found[step] : undefined;
  }
  return found;
};

/** Not empty, at most `length` characters. */
export const textOf = (value: unknown, length: number): string | undefined => {
  const text = typeof value === 'string' ? value.trim() : '';
  return text === '' ? undefined : clip(text, length);
};

export const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

export const textsOf = (value: unknown, most: number, length: number): readonly string[] =>
  (typeof value === 'string' ? [value] : listOf(value))
    .slice(0, most)
    .map((item) => textOf(item, length))
    .filter((item) => item !== undefined);

/** A whole number from `least` on, as a line or an index is. */
export const wholeOf = (value: unknown, least: number): number | undefined =>
  typeof value === 'number' && Number.isInteger(value) && value >= least && value <= 2_147_483_647 ? value : undefined;

/** A number, or the text of one, as `security-severity` is. */
export const numberOf = (value: unknown): number | undefined => {
  const number = typeof value === 'number' ? value : typeof value === 'string' && value.trim() !== '' ? Number(value) : Number.NaN;
  return Number.isFinite(number) ? number : undefined;
};

/** One of the words of a list. */
export const wordOf = <Word extends string>(value: unknown, words: readonly Word[]): Word | undefined =>
  words.find((word) => word === value);
