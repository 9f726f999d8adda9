import type { PoolClient, QueryArrayConfig } from 'pg';
import type { WireParameter } from '../parameters.ts';
import type { RawResult } from '../statement-result.ts';

/** Values stay as the server wrote them; this port reads them by its own table. */
const asWritten = { getTypeParser: () => (text: string | Buffer) => text };

const tagOf = (command: string | null, rowCount: number | null): string => {
  if (command === null) return '';
  if (command === 'INSERT') return `INSERT 0 ${rowCount ?? 0}`;
  return rowCount === null ? command : `${command} ${rowCount}`;
};

/** One statement in the extended protocol: never more than one, whatever its text holds. */
export const runStatement = async (client: PoolClient, text: string, parameters: readonly WireParameter[]): Promise<RawResult> => {
  const values = parameters.map((value) =>
    value instanceof Uint8Array ? Buffer.from(value.buffer, value.byteOffset, value.byteLength) : value,
  );
  const query: QueryArrayConfig & { readonly queryMode: 'extended' } = {
    text,
    values,
    rowMode: 'array',
    types: asWritten,
    queryMode: 'extended',
  };
  const { fields, rows, command, rowCount } = await client.query<(string | null)[]>(query);
  return { columns: fields.map(({ name, dataTypeID }) => ({ name, typeOid: dataTypeID })), rows, tag: tagOf(command, rowCount) };
};
