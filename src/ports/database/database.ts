import type { MessagePort } from 'node:worker_threads';

/**
 * The seam to PostgreSQL, the dialect of every mode: a real server, or the embedded one (PGlite), which is the same engine in a thread.
 * Above it everything is SQL; below it are connections, types and cancellation.
 *
 * Values come back the same from every adapter: `int2|int4|int8` as number (one that a number cannot hold exactly is an error, never
 * rounded: cast to text where that can be), `numeric` as string, `timestamptz` as Date, `date` and `interval` as string, `bytea` as Uint8Array,
 * `uuid` and `text` as string, `json|jsonb` parsed, arrays as arrays of these. A `jsonb` parameter is passed as JSON text, arrays as arrays.
 */
export interface QueryResult<Row> {
  readonly rows: readonly Row[];
  /** Rows that an insert, update or delete touched; 0 for others. */
  readonly affectedRows: number;
}

export interface Transaction {
  /** @throws AppError `database_unavailable`, `cancelled`; a {@link DatabaseError} for what the server refused. */
  readonly query: <Row>(sql: string, parameters?: readonly unknown[]) => Promise<QueryResult<Row>>;
}

export interface TransactionOptions {
  /** Ends the transaction (rolled back) within 1 s, also in the middle of a statement where the adapter can. */
  readonly signal: AbortSignal;
  readonly isolation?: 'read committed' | 'repeatable read' | 'serializable';
  readonly readOnly?: boolean;
}

/** Names a database so that another thread or process can open the same one. Structured-cloneable; a port must be in the transfer list. */
export type DatabaseAddress = { readonly kind: 'postgres'; readonly url: string } | { readonly kind: 'pglite'; readonly port: MessagePort };

export interface Database {
  readonly kind: 'pglite' | 'postgres';
  /** As the server says it: `18.6`, `15.18`. */
  readonly serverVersion: string;
  /**
   * Runs `work` in one transaction: committed when it resolves, rolled back when it throws or `signal` ends. Never retried. The transaction
   * object must not be used after `work` is over.
   */
  readonly transaction: <Result>(work: (tx: Transaction) => Promise<Result>, options: TransactionOptions) => Promise<Result>;
  /** Several statements as one text, with their own transaction control. For migrations. */
  readonly script: (sql: string, options: { readonly signal: AbortSignal }) => Promise<void>;
  /**
   * Notices of a channel (NOTIFY), after the commit that sent them. Resolves once listening. Notices can be lost where a connection was; it
   * is then made again, and `onNotice` is called once without payload. Ends with the signal.
   */
  readonly listen: (
    channel: string,
    onNotice: (payload: string | undefined) => void,
    options: { readonly signal: AbortSignal },
  ) => Promise<void>;
  /** Upkeep that has no process of its own on the embedded database (VACUUM, ANALYZE): nothing else runs meanwhile. On PostgreSQL nothing. */
  readonly maintain: (options: { readonly signal: AbortSignal }) => Promise<void>;
  /**
   * Resolves when this database will not answer again without being opened anew: closed, or the embedded engine ended by itself (out of
   * memory, a defect). A process that runs on it should end then.
   */
  readonly ended: Promise<void>;
  /** For another thread of this process. */
  readonly share: () => DatabaseAddress;
  /** Waits for running transactions, at most `graceMs` (default 5000), then cuts them off. Idempotent. */
  readonly close: (options?: { readonly graceMs?: number }) => Promise<void>;
}

export interface PgliteLocation {
  readonly kind: 'pglite';
  /** Absolute folder of the database; made when missing. Absent: in memory, gone with `close`. */
  readonly directory?: string;
  /** Absolute folder for template images, which make a first start ten times faster. Absent: none are kept. */
  readonly templateDirectory?: string;
}

export interface PostgresLocation {
  readonly kind: 'postgres';
  /** `postgres://user:password@host:port/database?sslmode=…` */
  readonly url: string;
  /** Connections of this process, default 10. */
  readonly maxConnections?: number;
}

/** What to open: a place, or what {@link Database.share} gave. */
export type DatabaseLocation = PgliteLocation | PostgresLocation | Extract<DatabaseAddress, { kind: 'pglite' }>;

/**
 * What the server refused, with its SQLSTATE: callers branch on `code` (`23505` unique violation, `40001` serialisation, ...). Plain data on
 * an Error, made by `databaseError` of this file so that both adapters give the same.
 */
export interface DatabaseError extends Error {
  readonly name: 'DatabaseError';
  /** SQLSTATE, five characters. */
  readonly code: string;
  readonly constraint?: string;
  readonly table?: string;
}

export const databaseError = (
  message: string,
  fields: { readonly code: string; readonly constraint?: string | undefined; readonly table?: string | undefined },
  cause?: unknown,
): DatabaseError =>
  Object.assign(new Error(message, { cause }), {
    name: 'DatabaseError' as const,
    code: fields.code,
    ...(fields.constraint === undefined ? {} : { constraint: fields.constraint }),
    ...(fields.table === undefined ? {} : { table: fields.table }),
  });

/** True for an error of the server with one of the SQLSTATEs; without any, for each. */
export const isDatabaseError = (error: unknown, ...codes: readonly string[]): error is DatabaseError =>
  error instanceof Error && error.name === 'DatabaseError' && (codes.length === 0 || codes.includes((error as DatabaseError).code));

/**
 * Obligations of every adapter (checked by `database.contract.ts`): the value rules above; a transaction is isolated, rolled back on any
 * failure and abandoned within 1 s of abort; a statement outside a transaction never joins one; notices come after the commit only; the
 * server's refusals arrive as {@link DatabaseError}; a server that is not there is `database_unavailable` (retryable), and is found again
 * when it comes back without opening anew.
 */
export interface DatabaseAdapter<Location extends DatabaseLocation> {
  /** @throws AppError `database_unavailable`, `database_unsupported` (too old), `data_dir_locked` */
  readonly open: (location: Location, options: { readonly signal: AbortSignal }) => Promise<Database>;
}
