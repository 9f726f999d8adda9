/** A set of code points as sorted, disjoint, inclusive ranges: `[low, high, low, high, ...]`. */
export type CodePointSet = readonly number[];

export const lastCodePoint = 0x10ffff;

export const normalised = (ranges: readonly number[]): CodePointSet => {
  const pairs: [number, number][] = [];
  for (let index = 0; index < ranges.length; index += 2) pairs.push([ranges[index] ?? 0, ranges[index + 1] ?? 0]);
  pairs.sort((left, right) => left[0] - right[0]);
  const result: number[] = [];
  for (const [low, high] of pairs) {
    const last = result.length - 1;
    const previous = result[last];
    if (previous !== undefined && low <= previous + 1) result[last] = Math.max(previous, high);
    else result.push(low, high);
  }
  return result;
};

export const complement = (set: CodePointSet): CodePointSet => {
  const result: number[] = [];
  let next = 0;
  for (let index = 0; index < set.length; index += 2) {
    const low = set[index] ?? 0;
    if (low > next) result.push(next, low - 1);
    next = (set[index + 1] ?? 0) + 1;
  }
  if (next <= lastCodePoint) result.push(next, lastCodePoint);
  return result;
};

/** Adds the other case of every letter: all of ASCII, and single code points beyond it. */
export const caseFolded = (set: CodePointSet): CodePointSet => {
  const extra: number[] = [];
  for (let index = 0; index < set.length; index += 2) {
    const low = set[index] ?? 0;
    const high = set[index + 1] ?? 0;
    for (const [from, to, shift] of [
      [0x41, 0x5a, 32],
      [0x61, 0x7a, -32],
    ] as const) {
      const start = Math.max(low, from);
      const end = Math.min(high, to);
      if (start <= end) extra.push(start + shift, end + shift);
    }
    if (low === high && low > 0x7f) {
      const text = String.fromCodePoint(low);
      for (const other of [text.toLowerCase(), text.toUpperCase()]) {
        const point = other.codePointAt(0) ?? low;
        if (String.fromCodePoint(point) === other) extra.push(point, point);
      }
    }
  }
  return extra.length === 0 ? set : normalised([...set, ...extra]);
};

export const contains = (set: CodePointSet, point: number): boolean => {
  for (let index = 0; index < set.length; index += 2) {
    if (point >= (set[index] ?? 0) && point <= (set[index + 1] ?? 0)) return true;
  }
  return false;
};

/** The part below 128. */
export const asciiPart = (set: CodePointSet): CodePointSet => {
  const result: number[] = [];
  for (let index = 0; index < set.length; index += 2) {
    const low = set[index] ?? 0;
    if (low > 0x7f) break;
    result.push(low, Math.min(set[index + 1] ?? 0, 0x7f));
  }
  return result;
};

/** The part from 128. */
export const beyondAscii = (set: CodePointSet): CodePointSet => {
  const result: number[] = [];
  for (let index = 0; index < set.length; index += 2) {
    const high = set[index + 1] ?? 0;
    if (high > 0x7f) result.push(Math.max(set[index] ?? 0, 0x80), high);
  }
  return result;
};

export const isAllBeyondAscii = (set: CodePointSet): boolean => set.length === 2 && set[0] === 0x80 && set[1] === lastCodePoint;

export const countOf = (set: CodePointSet): number => {
  let count = 0;
  for (let index = 0; index < set.length; index += 2) count += (set[index + 1] ?? 0) - (set[index] ?? 0) + 1;
  return count;
};

export const membersOf = (set: CodePointSet): number[] => {
  const result: number[] = [];
  for (let index = 0; index < set.length; index += 2) {
    for (let point = set[index] ?? 0; point <= (set[index + 1] ?? 0); point += 1) result.push(point);
  }
  return result;
};

const digit: CodePointSet = [0x30, 0x39];
const upper: CodePointSet = [0x41, 0x5a];
const lower: CodePointSet = [0x61, 0x7a];
export const asciiWord: CodePointSet = [...digit, ...upper, 0x5f, 0x5f, ...lower];

/** `[:name:]` in brackets, by name. */
export const posixClasses: Readonly<Record<string, CodePointSet>> = {
  alnum: [0x30, 0x39, 0x41, 0x5a, 0x61, 0x7a],
  alpha: [0x41, 0x5a, 0x61, 0x7a],
  ascii: [0x00, 0x7f],
  blank: [0x09, 0x09, 0x20, 0x20],
  cntrl: [0x00, 0x1f, 0x7f, 0x7f],
  digit,
  graph: [0x21, 0x7e],
  lower,
  print: [0x20, 0x7e],
  punct: [0x21, 0x2f, 0x3a, 0x40, 0x5b, 0x60, 0x7b, 0x7e],
  space: [0x09, 0x0d, 0x20, 0x20],
  upper,
  word: asciiWord,
  xdigit: [0x30, 0x39, 0x41, 0x46, 0x61, 0x66],
};
