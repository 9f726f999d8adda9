/** Text inside a cell: a bar would end it, `<` could begin a tag. */
const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('<', '&lt;').replace(/\s+/g, ' ').trim();

/** Text that a cell shows as code. */
export const code = (text: string): string => (text === '' ? '' : `\`${text.replaceAll('`', "'")}\``);

export const markdownTable = (headings: readonly string[], rows: readonly (readonly string[])[]): string =>
  [`| ${headings.join(' | ')} |`, `|${'---|'.repeat(headings.length)}`, ...rows.map((row) => `| ${row.map(cell).join(' | ')} |`)].join(
    '\n',
  );
