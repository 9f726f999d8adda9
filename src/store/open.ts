import {
  type CompiledQuery,
  DummyDriver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type RawBuilder,
} from 'kysely';
import type { Database, Transaction } from '../ports/database/database.ts';
import type { Schema } from './schema.ts';
import type { SystemDb } from './system-tx.ts';
import type { AsOrganization, Runnable, Tx } from './tx.ts';

export interface Doors {
  readonly asOrganization: AsOrganization;
  /** For the scheduler, retention, migrations and authentication: see the layer rules for who may have it. */
  readonly system: SystemDb;
}

/** Kysely as a builder and compiler only; it never gets a connection. */
const createBuilder = (): Kysely<Schema> =>
  new Kysely<Schema>({
    dialect: {
      createAdapter: () => new PostgresAdapter(),
      createDriver: () => new DummyDriver(),
      createIntrospector: (db) => new PostgresIntrospector(db),
      createQueryCompiler: () => new PostgresQueryCompiler(),
    },
  });

const isRaw = <Row>(query: Runnable<Row>): query is RawBuilder<Row> => 'isRawBuilder' in query;

const createTx = (build: Kysely<Schema>, transaction: Transaction): Tx => {
  const compile = <Row>(query: Runnable<Row>): CompiledQuery<Row> => (isRaw(query) ? query.compile(build) : query.compile());
  const send = async <Row>(query: Runnable<Row>) => {
    const { sql, parameters } = compile(query);
    return transaction.query<Row>(sql, parameters);
  };
  return {
    build,
    run: async (query) => (await send(query)).rows,
    one: async (query) => {
      const { rows } = await send(query);
      if (rows.length > 1) throw new TypeError(`a query for one row gave ${rows.length}`);
      return rows[0];
    },
    change: async (query) => (await send(query)).affectedRows,
  };
};

/** The two doors to a database. An organisation's transaction carries its id as `app.organization_id`, for the row-level security that comes with accounts. */
export const openDoors = (database: Database): Doors => {
  const build = createBuilder();
  return {
    asOrganization: (organizationId) => ({
      organizationId,
      transaction: (work, options) =>
        database.transaction(async (transaction) => {
          await transaction.query(`select set_config('app.organization_id', $1, true)`, [organizationId]);
          return work({ ...createTx(build, transaction), door: 'organization', organizationId });
        }, options),
    }),
    system: {
      transaction: (work, options) =>
        database.transaction((transaction) => work({ ...createTx(build, transaction), door: 'system' }), options),
    },
  };
};
