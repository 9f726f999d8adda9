import { type RawBuilder, sql } from 'kysely';
import { storableText } from './storable-text.ts';

/** True where one of the columns holds the text, as it stands: `%`, `_` and `\` mean themselves, letter case means nothing. */
export const containsText = (columns: readonly string[], text: string): RawBuilder<boolean> => {
  const pattern = `%${storableText(text).replace(/[\\%_]/g, '\\$&')}%`;
  return sql<boolean>`(${sql.join(
    columns.map((column) => sql`${sql.ref(column)} ilike ${pattern}`),
    sql` or `,
  )})`;
};
