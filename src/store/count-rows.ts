import { type Expression, sql } from 'kysely';
import type { Tx } from './tx.ts';

/** Lists are counted exactly so far; counting on would make a large list slow. */
export const countedExactly = 10_000;

/** Rows of a query; where it is not asked to be exact, it stops at one more than {@link countedExactly}. */
export const countRows = async (tx: Tx, rows: Expression<unknown>, options: { readonly exact: boolean }): Promise<number> => {
  const limit = options.exact ? sql`` : sql`limit ${sql.lit(countedExactly + 1)}`;
  const row = await tx.one<{ readonly n: number }>(sql`select count(*) as n from (select 1 from ${rows} as listed ${limit}) as counted`);
  return row?.n ?? 0;
};
