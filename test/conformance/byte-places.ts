/** Where offsets of a text are in its UTF-8 form: what Semgrep's offsets and columns count. */
export interface BytePlaces {
  /** @param offset in UTF-16 code units */
  readonly placeOf: (offset: number) => { readonly offset: number; readonly line: number; readonly column: number };
}

/** Bytes of every line before the one an offset is in are counted once for the whole text. */
export const createBytePlaces = (text: string): BytePlaces => {
  const starts: { readonly offset: number; readonly bytes: number }[] = [{ offset: 0, bytes: 0 }];
  for (let at = text.indexOf('\n'), bytes = 0, from = 0; at !== -1; from = at + 1, at = text.indexOf('\n', from)) {
    bytes += Buffer.byteLength(text.slice(from, at + 1));
    starts.push({ offset: at + 1, bytes });
  }
  const lineOf = (offset: number): number => {
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((starts[middle]?.offset ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  };
  return {
    placeOf: (offset) => {
      const line = lineOf(offset);
      const start = starts[line] ?? { offset: 0, bytes: 0 };
      const within = Buffer.byteLength(text.slice(start.offset, offset));
      return { offset: start.bytes + within, line: line + 1, column: within + 1 };
    },
  };
};
