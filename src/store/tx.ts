import type { CompiledQuery, Kysely, RawBuilder } from 'kysely';
import type { Schema } from './schema.ts';

/** Builds SQL, typed by the schema; it has no connection, `Tx.run` executes. */
export type QueryBuilder = Pick<
  Kysely<Schema>,
  'selectFrom' | 'insertInto' | 'updateTable' | 'deleteFrom' | 'with' | 'withRecursive' | 'fn' | 'case' | 'selectNoFrom' | 'dynamic'
>;

/** Anything that compiles to a statement: a built query, or kysely's `sql` template. */
export type Runnable<Row> = { readonly compile: () => CompiledQuery<Row> } | RawBuilder<Row>;

/** An open transaction. */
export interface Tx {
  readonly build: QueryBuilder;
  readonly run: <Row>(query: Runnable<Row>) => Promise<readonly Row[]>;
  /** The only row, or undefined. A second row is a defect. */
  readonly one: <Row>(query: Runnable<Row>) => Promise<Row | undefined>;
  /** Number of rows touched. */
  readonly change: (query: Runnable<unknown>) => Promise<number>;
}

/** Sees and writes one organisation only. */
export interface OrgTx extends Tx {
  readonly door: 'organization';
  readonly organizationId: string;
}

export interface TxOptions {
  readonly signal: AbortSignal;
  readonly isolation?: 'read committed' | 'repeatable read' | 'serializable';
  readonly readOnly?: boolean;
}

export interface OrgDb {
  readonly organizationId: string;
  readonly transaction: <Result>(work: (tx: OrgTx) => Promise<Result>, options: TxOptions) => Promise<Result>;
}

/** The way to one organisation's data. */
export type AsOrganization = (organizationId: string) => OrgDb;
