import { asciiWord, type CodePointSet, complement, lastCodePoint, normalised } from '../../lib/code-point-set.ts';

const digits: CodePointSet = [0x30, 0x39];
const space: CodePointSet = [0x09, 0x0a, 0x0c, 0x0d, 0x20, 0x20];

/** `\d`, `\w`, `\s` and their negations as RE2 means them: ASCII, and no vertical tab in `\s`. */
export const perlClasses: Readonly<Record<string, CodePointSet>> = {
  d: digits,
  w: asciiWord,
  s: space,
  D: complement(digits),
  W: complement(asciiWord),
  S: complement(space),
};

/** `\p{name}`: exact within ASCII, all or nothing beyond it (texts are matched as UTF-8 bytes). Undefined when unknown. */
export const unicodeClass = (name: string): CodePointSet | undefined => {
  if (!/^\w{1,40}$/.test(name)) return undefined;
  let test: RegExp | undefined;
  for (const form of [name, `Script=${name}`]) {
    try {
      test = new RegExp(`\\p{${form}}`, 'u');
      break;
    } catch {
      continue;
    }
  }
  if (test === undefined) return undefined;
  const result: number[] = [];
  for (let point = 0; point < 0x80; point += 1) if (test.test(String.fromCodePoint(point))) result.push(point, point);
  return normalised([...result, 0x80, lastCodePoint]);
};
