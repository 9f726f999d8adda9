import { databaseError, type QueryResult } from './database.ts';
import { parserOf } from './text-values.ts';

/** What a statement gave, as the server wrote it. Structured-cloneable. */
export interface RawResult {
  readonly columns: readonly { readonly name: string; readonly typeOid: number }[];
  readonly rows: readonly (readonly (string | null)[])[];
  /** Command tag: `SELECT 3`, `INSERT 0 1`, `COMMIT`. */
  readonly tag: string;
}

const changing = /^(?:INSERT \d+|UPDATE|DELETE|MERGE) (\d+)$/;

/** Rows by column name; of two columns with one name the last counts. */
export const queryResult = <Row>({ columns, rows, tag }: RawResult): QueryResult<Row> => {
  const readers = columns.map(({ name, typeOid }) => ({ name, parse: parserOf(typeOid) }));
  return {
    rows: rows.map((values) => {
      const row: Record<string, unknown> = {};
      for (const [index, { name, parse }] of readers.entries()) {
        const value = values[index];
        row[name] = value === null || value === undefined ? null : parse(value);
      }
      return row as Row;
    }),
    affectedRows: Number(changing.exec(tag)?.[1] ?? 0),
  };
};

/** A COMMIT of a transaction in which a statement failed is answered with ROLLBACK, and no error. */
export const assertCommitted = (tag: string): void => {
  if (tag === 'COMMIT') return;
  throw databaseError('a statement of the transaction had failed, so nothing of it was kept', { code: '25P02' });
};

export const beginStatement = ({
  isolation = 'read committed',
  readOnly = false,
}: {
  readonly isolation?: string;
  readonly readOnly?: boolean;
}): string => `begin isolation level ${isolation}${readOnly ? ' read only' : ''}`;
