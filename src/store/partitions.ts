import { type RawBuilder, sql } from 'kysely';
import type { SystemTx } from './system-tx.ts';

/** Partitioned by month of `created_at`, each with a default partition `<table>_default` that takes what no month's partition does. */
const partitionedTables = ['scans', 'findings'] as const;
type PartitionedTable = (typeof partitionedTables)[number];

/** Taken by whoever makes partitions, so that two servers do it one after the other. */
const lockKey = 7_305_914;

export interface NewPartition {
  readonly name: string;
  /** Rows that had come before their partition, and were moved. */
  readonly movedRows: number;
}

interface Month {
  /** `2026_11` */
  readonly label: string;
  readonly from: string;
  readonly to: string;
}

/** The database's own month and those that follow it. */
const monthsAhead = (tx: SystemTx, count: number): Promise<readonly Month[]> =>
  tx.run(sql<Month>`
    select to_char(month, 'YYYY_MM') as label, to_char(month, 'YYYY-MM-DD') || ' 00:00:00+00' as "from",
      to_char(month + interval '1 month', 'YYYY-MM-DD') || ' 00:00:00+00' as "to"
    from generate_series(
      date_trunc('month', clock_timestamp() at time zone 'UTC'),
      date_trunc('month', clock_timestamp() at time zone 'UTC') + make_interval(months => ${count}::int),
      interval '1 month'
    ) as month
    order by month`);

const exists = async (tx: SystemTx, name: string): Promise<boolean> =>
  (await tx.one(sql<{ found: boolean }>`select to_regclass(${name}) is not null as found`))?.found === true;

const columnsOf = async (tx: SystemTx, table: string): Promise<readonly string[]> =>
  (
    await tx.run(sql<{ name: string }>`
      select attname as name from pg_attribute
      where attrelid = to_regclass(${table}) and attnum > 0 and not attisdropped and attgenerated = ''
      order by attnum`)
  ).map(({ name }) => name);

interface ForeignKey {
  readonly table: string;
  readonly name: string;
  readonly definition: string;
}

/** Foreign keys of other tables that point at this one. */
const foreignKeysTo = (tx: SystemTx, table: string): Promise<readonly ForeignKey[]> =>
  tx.run(sql<ForeignKey>`
    select conrelid::regclass::text as "table", conname as name, pg_get_constraintdef(oid) as definition
    from pg_constraint where confrelid = to_regclass(${table}) and contype = 'f' and conparentid = 0
    order by conname`);

const attach = (tx: SystemTx, table: PartitionedTable, partition: string, month: Month): Promise<unknown> =>
  tx.run(sql`
    alter table ${sql.table(table)} attach partition ${sql.table(partition)}
    for values from (${sql.lit(month.from)}) to (${sql.lit(month.to)})`);

/**
 * With rows that the default partition holds already. Taking a row out of it would carry away what points at it (ON DELETE CASCADE), so the
 * keys are lifted meanwhile and put back, checked, in the same transaction. Rare: the server makes partitions ahead.
 */
const attachWithRows = async (
  tx: SystemTx,
  table: PartitionedTable,
  partition: string,
  month: Month,
  rows: RawBuilder<unknown>,
): Promise<number> => {
  const keys = await foreignKeysTo(tx, table);
  for (const key of keys) await tx.run(sql`alter table ${sql.raw(key.table)} drop constraint ${sql.id(key.name)}`);
  const columns = sql.join((await columnsOf(tx, table)).map((name) => sql.id(name)));
  const moved = await tx.change(sql`
    with taken as (delete from ${rows} returning *)
    insert into ${sql.table(partition)} (${columns}) select ${columns} from taken`);
  await attach(tx, table, partition, month);
  for (const key of keys) {
    await tx.run(sql`alter table ${sql.raw(key.table)} add constraint ${sql.id(key.name)} ${sql.raw(key.definition)}`);
  }
  return moved;
};

const makePartition = async (tx: SystemTx, table: PartitionedTable, month: Month): Promise<NewPartition | undefined> => {
  const name = `${table}_${month.label}`;
  if (await exists(tx, name)) return undefined;
  // Made beside the table and attached: CREATE TABLE … PARTITION OF would lock all of it against readers.
  await tx.run(sql`
    create table ${sql.table(name)} (like ${sql.table(table)}
      including defaults including constraints including generated including indexes including storage including statistics)`);
  const early = sql`${sql.table(`${table}_default`)} where created_at >= ${month.from}::timestamptz and created_at < ${month.to}::timestamptz`;
  const found = await tx.one(sql<{ found: boolean }>`select exists (select from ${early}) as found`);
  if (found?.found === true) return { name, movedRows: await attachWithRows(tx, table, name, month, early) };
  await attach(tx, table, name, month);
  return { name, movedRows: 0 };
};

/**
 * Makes the partitions of this month and the `monthsAhead` next ones where they are missing; moves rows that the default partition holds for
 * them. Several servers may do it at once. Waits at most 5 s for a table that is in use and then throws SQLSTATE `55P03`: try again later.
 */
export const ensurePartitions = async (tx: SystemTx, options: { readonly monthsAhead: number }): Promise<readonly NewPartition[]> => {
  await tx.run(sql`select set_config('lock_timeout', '5s', true)`);
  await tx.run(sql`select pg_advisory_xact_lock(${lockKey}::bigint)`);
  const made: NewPartition[] = [];
  for (const month of await monthsAhead(tx, options.monthsAhead)) {
    for (const table of partitionedTables) {
      const partition = await makePartition(tx, table, month);
      if (partition !== undefined) made.push(partition);
    }
  }
  return made;
};
