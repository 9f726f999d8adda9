import { existsSync } from 'node:fs';
import { diagnose } from '../app/health/diagnose.ts';
import type { MigrationState, ServerControl, ServerValues } from '../cli/server-control.ts';
import { AppError, isAppError } from '../lib/errors.ts';
import { openBlobStore } from '../ports/blob-store/registry.ts';
import { assertKnown, type MigrationStatus, migrate, migrationStatus } from '../store/migrate.ts';
import type { ServerEnvironment } from './server-environment.ts';
import { type ServerPaths, serverPaths } from './server-paths.ts';
import { isEmbedded, openStorage, type Storage } from './storage.ts';

type Options = { readonly signal: AbortSignal };

/** Looking must not make a database: an empty one would hide that the folder is the wrong one. */
const assertPresent = (values: ServerValues, paths: ServerPaths): void => {
  if (isEmbedded(values) && !existsSync(paths.databaseDir)) {
    throw new AppError('config_invalid', `there is no database in ${paths.dataDir}`, {
      hint: 'Name the data directory of a server with --data-dir, or its PostgreSQL with --database-url; "sightline serve" makes one.',
    });
  }
};

const withStorage = async <Result>(
  values: ServerValues,
  paths: ServerPaths,
  options: Options,
  work: (storage: Storage) => Promise<Result>,
): Promise<Result> => {
  const storage = await openStorage(values, paths, options);
  try {
    return await work(storage);
  } finally {
    await storage.database.close();
  }
};

const stateOf = ({ description, database }: Storage, { applied, pending }: MigrationStatus): MigrationState => ({
  database: description,
  serverVersion: database.serverVersion,
  migrations: [...applied.map(({ name, appliedAt }) => ({ name, appliedAt })), ...pending.map((name) => ({ name, appliedAt: undefined }))],
});

/** What commands do to a server's database without running a server. */
export const createMaintenance = ({ cwd, environment, clock }: ServerEnvironment): Omit<ServerControl, 'serve'> => ({
  migrate: (values, options) =>
    withStorage(values, serverPaths(values, cwd(), environment), options, async (storage) => {
      const appliedNow = await migrate(storage.database, options);
      return { ...stateOf(storage, await migrationStatus(storage.database, options)), appliedNow };
    }),

  migrationState: async (values, options) => {
    const paths = serverPaths(values, cwd(), environment);
    assertPresent(values, paths);
    return withStorage(values, paths, options, async (storage) => {
      const status = await migrationStatus(storage.database, options);
      assertKnown(status);
      return stateOf(storage, status);
    });
  },

  diagnose: async (values, options) => {
    const paths = serverPaths(values, cwd(), environment);
    try {
      assertPresent(values, paths);
      return await withStorage(values, paths, options, async ({ database, doors }) =>
        diagnose(
          {
            system: doors.system,
            blobs: await openBlobStore({ kind: 'fs', directory: paths.blobsDir }, { clock, ...options }),
            pendingMigrations: async (limits) => {
              const status = await migrationStatus(database, limits);
              assertKnown(status);
              return status.pending;
            },
          },
          options,
        ),
      );
    } catch (error) {
      // A database that does not open is what a doctor is there to say.
      if (!isAppError(error) || options.signal.aborted) throw error;
      const check = { name: 'database', isOk: false, detail: error.message, ...(error.hint === undefined ? {} : { hint: error.hint }) };
      return { isHealthy: false, checks: [check], invariants: [] };
    }
  },
});
