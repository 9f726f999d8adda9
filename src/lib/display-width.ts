/**
 * Columns that text takes in a terminal: 2 for wide East Asian characters and emoji, 0 for combining marks. The ranges follow
 * Unicode's EastAsianWidth (W and F); terminals differ on the rest, so this is a good estimate rather than the truth.
 */
const wideRanges: readonly (readonly [number, number])[] = [
  [0x1100, 0x115f],
  [0x231a, 0x231b],
  [0x2329, 0x232a],
  [0x23e9, 0x23ec],
  [0x25fd, 0x25fe],
  [0x2614, 0x2615],
  [0x2648, 0x2653],
  [0x26aa, 0x26ab],
  [0x26bd, 0x26be],
  [0x26c4, 0x26c5],
  [0x26f2, 0x26f3],
  [0x2753, 0x2755],
  [0x2795, 0x2797],
  [0x2e80, 0x303e],
  [0x3041, 0x33ff],
  [0x3400, 0x4dbf],
  [0x4e00, 0xa4cf],
  [0xa960, 0xa97f],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe10, 0xfe19],
  [0xfe30, 0xfe6f],
  [0xff00, 0xff60],
  [0xffe0, 0xffe6],
  [0x16fe0, 0x18aff],
  [0x1aff0, 0x1b2ff],
  [0x1f004, 0x1f004],
  [0x1f0cf, 0x1f0cf],
  [0x1f18e, 0x1f19a],
  [0x1f200, 0x1f320],
  [0x1f32d, 0x1f64f],
  [0x1f680, 0x1f6ff],
  [0x1f7e0, 0x1f7eb],
  [0x1f900, 0x1f9ff],
  [0x1fa70, 0x1faff],
  [0x20000, 0x3fffd],
];

const zeroWidthPattern = /[\p{Mn}\p{Me}]/u;

const characterWidth = (character: string): number => {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x300) return 1;
  if (zeroWidthPattern.test(character)) return 0;
  return wideRanges.some(([first, last]) => code >= first && code <= last) ? 2 : 1;
};

export const displayWidth = (text: string): number => {
  let width = 0;
  for (const character of text) width += characterWidth(character);
  return width;
};

/** The longest beginning that fits into `width` columns. */
const head = (text: string, width: number): string => {
  let used = 0;
  let end = 0;
  for (const character of text) {
    used += characterWidth(character);
    if (used > width) break;
    end += character.length;
  }
  return text.slice(0, end);
};

/** Cut to `width` columns, with an ellipsis where something is missing. */
export const truncateToWidth = (text: string, width: number): string =>
  displayWidth(text) <= width ? text : `${head(text, Math.max(0, width - 1))}…`;

/** Cut in the middle, for paths: both the top folder and the file's name say something. */
export const truncateMiddle = (text: string, width: number): string => {
  if (displayWidth(text) <= width) return text;
  const tailWidth = Math.ceil((width - 1) * 0.6);
  const reversedTail = head(Array.from(text).reverse().join(''), tailWidth);
  return `${head(text, Math.max(0, width - 1 - tailWidth))}…${Array.from(reversedTail).reverse().join('')}`;
};

export const padToWidth = (text: string, width: number): string => text + ' '.repeat(Math.max(0, width - displayWidth(text)));

/** Break at spaces into lines of at most `width` columns; a longer word is broken where it must be. Always at least one line. */
export const wrapToWidth = (text: string, width: number): readonly string[] => {
  const lines: string[] = [];
  let line = '';
  let lineWidth = 0;
  for (let word of text.split(' ').filter((part) => part !== '')) {
    let wordWidth = displayWidth(word);
    if (line !== '' && lineWidth + 1 + wordWidth <= width) {
      line += ` ${word}`;
      lineWidth += 1 + wordWidth;
      continue;
    }
    if (line !== '') lines.push(line);
    while (wordWidth > width) {
      const part = head(word, width) || Array.from(word)[0] || '';
      lines.push(part);
      word = word.slice(part.length);
      wordWidth -= displayWidth(part);
    }
    line = word;
    lineWidth = wordWidth;
  }
  if (line !== '' || lines.length === 0) lines.push(line);
  return lines;
};
