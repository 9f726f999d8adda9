/** A file's text with its line starts; lines count from 1 and end at `\n`, as gitleaks counts them. */
export interface SourceText {
  readonly text: string;
  readonly lineCount: number;
  /** Offset of a line's first character; of the line after the last one: the text's length. */
  readonly lineStart: (line: number) => number;
  /** Line without its end. */
  readonly lineEnd: (line: number) => number;
  readonly lineAt: (offset: number) => number;
}

export const openSourceText = (bytes: Uint8Array): SourceText => {
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
  const starts = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) if (at + 1 < text.length) starts.push(at + 1);
  const lineStart = (line: number): number => starts[line - 1] ?? text.length;
  return {
    text,
    lineCount: starts.length,
    lineStart,
    lineEnd: (line) => {
      const next = starts[line];
      const end = next === undefined ? text.length - (text.endsWith('\n') ? 1 : 0) : next - 1;
      return end > lineStart(line) && text[end - 1] === '\r' ? end - 1 : end;
    },
    lineAt: (offset) => {
      let low = 0;
      let high = starts.length - 1;
      while (low < high) {
        const middle = (low + high + 1) >>> 1;
        if ((starts[middle] ?? 0) <= offset) low = middle;
        else high = middle - 1;
      }
      return low + 1;
    },
  };
};
