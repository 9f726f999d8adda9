import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { AppError, messageOf } from '../lib/errors.ts';
import { type Database, isDatabaseError } from '../ports/database/database.ts';

export interface AppliedMigration {
  readonly name: string;
  readonly sha256: string;
  readonly appliedAt: Date;
  readonly durationMs: number;
}

export interface MigrationStatus {
  readonly applied: readonly AppliedMigration[];
  /** Names of those to come, in order. */
  readonly pending: readonly string[];
  /** Applied with another text than this version has. */
  readonly changed: readonly string[];
  /** Applied by another, probably newer version. */
  readonly unknown: readonly string[];
}

export interface Migration {
  readonly name: string;
  readonly sql: string;
  readonly sha256: string;
}

export interface MigrateOptions {
  readonly signal: AbortSignal;
  /** The folder of the `.sql` files; default: those of this version. */
  readonly folder?: URL;
}

const shippedFolder = new URL('./migrations/', import.meta.url);
const namePattern = /^\d{4}-[a-z0-9]+(?:-[a-z0-9]+)*\.sql$/;
/** One number for all versions: whoever migrates this database takes this advisory lock. */
const lockKey = 7_305_913;

/** The migrations of this version, in order. Line ends do not count, so that a checkout on any system gives the same digests. */
export const readMigrations = async (folder: URL = shippedFolder): Promise<readonly Migration[]> => {
  const names = (await readdir(folder)).filter((name) => namePattern.test(name)).toSorted();
  return Promise.all(
    names.map(async (name) => {
      const sql = (await readFile(new URL(name, folder), 'utf8')).replaceAll('\r\n', '\n');
      return { name, sql, sha256: createHash('sha256').update(sql).digest('hex') };
    }),
  );
};

const readApplied = (database: Database, signal: AbortSignal): Promise<readonly AppliedMigration[]> =>
  database.transaction(
    async (tx) => {
      const { rows: tables } = await tx.query<{ found: boolean }>(`select to_regclass('migrations') is not null as found`);
      if (tables[0]?.found !== true) return [];
      const { rows } = await tx.query<AppliedMigration>(
        'select name, sha256, applied_at as "appliedAt", duration_ms as "durationMs" from migrations order by name',
      );
      return rows;
    },
    { signal, readOnly: true },
  );

const compare = (migrations: readonly Migration[], applied: readonly AppliedMigration[]): MigrationStatus => {
  const shipped = new Map(migrations.map(({ name, sha256 }) => [name, sha256]));
  const done = new Set(applied.map(({ name }) => name));
  return {
    applied,
    pending: migrations.map(({ name }) => name).filter((name) => !done.has(name)),
    changed: applied.filter(({ name, sha256 }) => shipped.has(name) && shipped.get(name) !== sha256).map(({ name }) => name),
    unknown: applied.filter(({ name }) => !shipped.has(name)).map(({ name }) => name),
  };
};

/** What the database has and what this version would do. Changes nothing. */
export const migrationStatus = async (database: Database, { signal, folder }: MigrateOptions): Promise<MigrationStatus> =>
  compare(await readMigrations(folder), await readApplied(database, signal));

/** @throws AppError `database_migration_mismatch` where this version cannot go on from what the database has. */
export const assertKnown = ({ applied, pending, changed, unknown }: MigrationStatus): void => {
  if (unknown.length > 0) {
    throw new AppError('database_migration_mismatch', `the database has migrations this version does not know: ${unknown.join(', ')}`, {
      hint: 'A newer Sightline has used this database. Run that version or a later one; going back needs a backup from before.',
    });
  }
  if (changed.length > 0) {
    throw new AppError(
      'database_migration_mismatch',
      `migrations were applied in another form than this version has: ${changed.join(', ')}`,
      {
        hint: 'The database was made by a development version or another build. Use the build that made it, or a new database.',
      },
    );
  }
  const last = applied.at(-1)?.name ?? '';
  const late = pending.filter((name) => name < last);
  if (late.length > 0) {
    throw new AppError('database_migration_mismatch', `the database is at ${last} but lacks ${late.join(', ')}`, {
      hint: 'The database was made by a development version or another build. Use the build that made it, or a new database.',
    });
  }
};

/**
 * The file and its row in one transaction under the lock. The row comes first: where another server was faster it is there already, and the
 * duplicate ends the transaction before the file does anything.
 */
const transactionOf = ({ name, sql, sha256 }: Migration): string => `begin;
select pg_advisory_xact_lock(${lockKey});
create table if not exists migrations (
  name text primary key,
  sha256 text not null,
  applied_at timestamptz not null,
  duration_ms integer not null
);
insert into migrations (name, sha256, applied_at, duration_ms) values ('${name}', '${sha256}', clock_timestamp(), 0);
${sql}
;
update migrations set duration_ms = round(extract(epoch from clock_timestamp() - applied_at) * 1000) where name = '${name}';
commit;
`;

const apply = async (database: Database, migration: Migration, signal: AbortSignal): Promise<'applied' | 'was_there'> => {
  try {
    await database.script(transactionOf(migration), { signal });
    return 'applied';
  } catch (error) {
    if (!isDatabaseError(error)) throw error;
    if (error.code === '23505' && error.constraint === 'migrations_pkey') return 'was_there';
    throw new AppError('database_migration_failed', `migration ${migration.name} failed, nothing of it was kept: ${messageOf(error)}`, {
      hint: 'The database is as it was before this migration. Report this with the message; the earlier version still runs.',
      cause: error,
    });
  }
};

/**
 * Brings the schema to this version; servers that start at the same time do it once, and none goes on before it is done.
 *
 * @returns the names of the migrations that this call applied.
 * @throws AppError `database_migration_mismatch`, `database_migration_failed`
 */
export const migrate = async (database: Database, { signal, folder }: MigrateOptions): Promise<readonly string[]> => {
  const migrations = await readMigrations(folder);
  const appliedHere: string[] = [];
  for (;;) {
    const status = compare(migrations, await readApplied(database, signal));
    assertKnown(status);
    const next = migrations.find(({ name }) => name === status.pending[0]);
    if (next === undefined) return appliedHere;
    if ((await apply(database, next, signal)) === 'applied') appliedHere.push(next.name);
  }
};
