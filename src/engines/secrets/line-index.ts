/** A place in a file: 1-based line, 1-based column in UTF-16 code units. */
export interface Position {
  readonly line: number;
  readonly column: number;
  /** First byte of the line. */
  readonly lineStart: number;
}

const unitsBetween = (bytes: Buffer, from: number, to: number): number => (to <= from ? 0 : bytes.toString('utf8', from, to).length);

const hasByteOrderMark = (bytes: Buffer): boolean => bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;

/** Finds positions of ascending offsets; what lies before the last one is counted once, also within one long line. */
export const createLineIndex = (bytes: Buffer): { readonly positionOf: (offset: number) => Position } => {
  const textStart = hasByteOrderMark(bytes) ? 3 : 0;
  let line = 1;
  let lineStart = 0;
  let counted = textStart;
  let units = 0;
  let nextBreak = bytes.indexOf(10);
  return {
    positionOf: (offset) => {
      while (nextBreak >= 0 && nextBreak < offset) {
        line += 1;
        lineStart = nextBreak + 1;
        counted = lineStart;
        units = 0;
        nextBreak = bytes.indexOf(10, lineStart);
      }
      if (offset > counted) {
        units += unitsBetween(bytes, counted, offset);
        counted = offset;
      }
      return { line, column: units + 1, lineStart };
    },
  };
};

/** Position of `offset`, at or after `from`, without moving the index. */
export const positionAfter = (bytes: Buffer, from: Position, fromOffset: number, offset: number): Position => {
  let { line, lineStart } = from;
  let isSameLine = true;
  for (let at = bytes.indexOf(10, fromOffset); at >= 0 && at < offset; at = bytes.indexOf(10, at + 1)) {
    line += 1;
    lineStart = at + 1;
    isSameLine = false;
  }
  const column = isSameLine ? from.column + unitsBetween(bytes, fromOffset, offset) : 1 + unitsBetween(bytes, lineStart, offset);
  return { line, column, lineStart };
};

/** Bounds of the line before the one that starts at `lineStart`, looking back at most `reach` bytes. */
export const previousLine = (
  bytes: Buffer,
  lineStart: number,
  reach: number,
): { readonly start: number; readonly end: number } | undefined => {
  if (lineStart <= 0) return undefined;
  const end = lineStart - 1;
  const lowest = Math.max(0, end - reach);
  const found = bytes.subarray(lowest, end).lastIndexOf(10);
  if (found < 0 && lowest > 0) return { start: lowest, end };
  return { start: found < 0 ? 0 : lowest + found + 1, end };
};

/** End of the line `at` lies in, looking ahead at most `reach` bytes. */
export const lineEnd = (bytes: Buffer, at: number, reach: number): number => {
  const found = bytes.subarray(at, at + reach).indexOf(10);
  return found < 0 ? Math.min(bytes.length, at + reach) : at + found;
};
