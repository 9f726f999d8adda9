import { displayWidth, padToWidth, wrapToWidth } from '../lib/display-width.ts';

/** Narrower than this a last column is no column: it goes below its row. */
const narrowest = 20;

/**
 * Rows under headings, columns aligned, the last one wrapped to the terminal. Texts must be safe for a terminal; `paint` colours the
 * headings.
 */
export const columnsText = (
  headings: readonly string[],
  rows: readonly (readonly string[])[],
  width: number,
  paint: (text: string) => string,
): string => {
  const last = headings.length - 1;
  const widths = headings
    .slice(0, last)
    .map((heading, column) => Math.max(displayWidth(heading), ...rows.map((row) => displayWidth(row[column] ?? ''))));
  const indent = widths.reduce((sum, columnWidth) => sum + columnWidth + 2, 0);
  const lineOf = (cells: readonly string[]): string =>
    cells.map((cell, column) => (column === last ? cell : `${padToWidth(cell, widths[column] ?? 0)}  `)).join('');
  const lines = [paint(lineOf(headings).trimEnd())];
  for (const row of rows) {
    if (width - indent < narrowest) {
      const below = (row[last] ?? '') === '' ? [] : wrapToWidth(row[last] ?? '', width - 4);
      lines.push(lineOf([...row.slice(0, last), '']).trimEnd(), ...below.map((line) => `    ${line}`));
      continue;
    }
    const [first = '', ...more] = wrapToWidth(row[last] ?? '', width - indent);
    lines.push(lineOf([...row.slice(0, last), first]).trimEnd(), ...more.map((rest) => ' '.repeat(indent) + rest));
  }
  return `${lines.join('\n')}\n`;
};
