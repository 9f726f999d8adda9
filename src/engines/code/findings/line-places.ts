/** Lines of one text. Numbers and columns start at 1; columns count UTF-16 code units. Only `\n` ends a line. */
export interface LinePlaces {
  readonly placeOf: (offset: number) => { readonly line: number; readonly column: number };
  /** Offsets of a line without its end; undefined where there is no such line. */
  readonly line: (number: number) => { readonly start: number; readonly end: number } | undefined;
}

export const createLinePlaces = (text: string): LinePlaces => {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);

  return {
    placeOf: (offset) => {
      let low = 0;
      let high = starts.length - 1;
      while (low < high) {
        const middle = (low + high + 1) >>> 1;
        if ((starts[middle] ?? 0) <= offset) low = middle;
        else high = middle - 1;
      }
      return { line: low + 1, column: offset - (starts[low] ?? 0) + 1 };
    },
    line: (number) => {
      const start = starts[number - 1];
      if (start === undefined) return undefined;
      const next = starts[number];
      const end = next === undefined ? text.length : next - 1;
      return { start, end: end > start && text.charCodeAt(end - 1) === 13 ? end - 1 : end };
    },
  };
};
