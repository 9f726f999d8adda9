import { sql } from './database.ts';

const TABLE = 'orders';

interface Database {
  query(text: string, values?: readonly unknown[]): Promise<unknown>;
}

export async function ordersOf(pool: Database, customer: string, status: string) {
  // ruleid: javascript-sql-built-from-text
  await pool.query(`SELECT id, total FROM orders WHERE customer = '${customer}'`);
  // ruleid: javascript-sql-built-from-text
  await pool.query("DELETE FROM orders WHERE customer = '" + customer + "'");
  const update = `
    UPDATE orders SET status = '${status}'
    WHERE customer = $1`;
  // ruleid: javascript-sql-built-from-text
  await pool.query(update, [customer]);
  // ok: javascript-sql-built-from-text
  await pool.query('SELECT id, total FROM orders WHERE customer = $1', [customer]);
  // ok: javascript-sql-built-from-text
  await pool.query(`SELECT count(*) FROM ${TABLE}`);
  // The tag makes parameters of its values.
  // ok: javascript-sql-built-from-text
  await pool.query(sql`SELECT id FROM orders WHERE customer = ${customer}`);
}

export function select(cache: Map<string, string>, name: string) {
  // ok: javascript-sql-built-from-text
  return cache.get(`select ${name}`);
}
