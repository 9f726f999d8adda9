/** Words and signs of a text in order. A word is letters, digits and `_` of ASCII; anything else but white space is a sign of its own. */
export interface TextTokens {
  readonly text: string;
  readonly size: number;
  readonly start: Uint32Array;
  readonly end: Uint32Array;
  /** Line it stands in, from 0. */
  readonly line: Uint32Array;
  /** Column its line begins at, where it is the first one of the line; -1 for all others. */
  readonly indentation: Int32Array;
  /** There was more text than tokens are kept of. */
  readonly isCut: boolean;
}

/** Memory is some thirty bytes a token, blocks included; a text with more of them is no text. */
const mostTokens = 2_000_000;

const tabWidth = 8;

export const isWordCode = (code: number): boolean =>
  (code >= 97 && code <= 122) || (code >= 48 && code <= 57) || (code >= 65 && code <= 90) || code === 95;

const isBlankCode = (code: number): boolean => code === 32 || (code >= 9 && code <= 13) || code === 0xfeff;

const grown = (from: Uint32Array, size: number): Uint32Array<ArrayBuffer> => {
  const to = new Uint32Array(size);
  to.set(from);
  return to;
};

export const readTokens = (text: string): TextTokens => {
  let capacity = Math.min(mostTokens, 64 + (text.length >> 2));
  let start = new Uint32Array(capacity);
  let end = new Uint32Array(capacity);
  let line = new Uint32Array(capacity);
  let indentation = new Int32Array(capacity);
  let size = 0;
  let at = 0;
  let lineNumber = 0;
  let column = 0;
  let isLineStart = true;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    if (isBlankCode(code)) {
      if (code === 10) {
        lineNumber++;
        column = 0;
        isLineStart = true;
      } else {
        column = code === 9 ? column - (column % tabWidth) + tabWidth : column + 1;
      }
      at++;
      continue;
    }
    if (size === capacity) {
      if (size === mostTokens) break;
      capacity = Math.min(mostTokens, capacity * 2);
      start = grown(start, capacity);
      end = grown(end, capacity);
      line = grown(line, capacity);
      const wider = new Int32Array(capacity);
      wider.set(indentation);
      indentation = wider;
    }
    const from = at++;
    if (isWordCode(code)) while (at < text.length && isWordCode(text.charCodeAt(at))) at++;
    start[size] = from;
    end[size] = at;
    line[size] = lineNumber;
    indentation[size] = isLineStart ? column : -1;
    isLineStart = false;
    size++;
  }
  return { text, size, start, end, line, indentation, isCut: at < text.length };
};

export const tokenText = (tokens: TextTokens, token: number): string => tokens.text.slice(tokens.start[token], tokens.end[token]);

export const isWord = (tokens: TextTokens, token: number): boolean => isWordCode(tokens.text.charCodeAt(tokens.start[token] ?? 0));
