import { existsSync } from 'node:fs';
import { diagnose } from '../app/health/diagnose.ts';
import { makeOperatorToken } from '../app/instance/new-operator-token.ts';
import type { MigrationState, ServerControl, ServerValues } from '../cli/server-control.ts';
import { AppError, isAppError } from '../lib/errors.ts';
import { openBlobStore } from '../ports/blob-store/registry.ts';
import { assertKnown, type MigrationStatus, migrate, migrationStatus } from '../store/migrate.ts';
import { keepToken } from './data-directory.ts';
import { aboutStorage, readinessOf, versionsHere } from './examine-storage.ts';
import type { ServerEnvironment } from './server-environment.ts';
import { type ServerPaths, serverPaths } from './server-paths.ts';
import { describeStorage, isEmbedded, openStorage, type Storage } from './storage.ts';

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
export const createMaintenance = ({ cwd, environment, clock, toolVersion }: ServerEnvironment): Omit<ServerControl, 'serve'> => ({
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

  makeToken: async (values, { revokeOthers, signal }) => {
    const paths = serverPaths(values, cwd(), environment);
    assertPresent(values, paths);
    const made = await withStorage(values, paths, { signal }, async ({ database, doors }) => {
      const status = await migrationStatus(database, { signal });
      assertKnown(status);
      if (status.pending.length > 0) {
        throw new AppError('config_invalid', 'the database is not up to date', { hint: 'Run "sightline db migrate" first.' });
      }
      return makeOperatorToken({ system: doors.system, clock }, { revokeOthers, signal });
    });
    // The folder of an embedded database here is not that of a PostgreSQL elsewhere.
    const isItsFolder = existsSync(paths.dataDir) && existsSync(paths.databaseDir) === isEmbedded(values);
    if (!isItsFolder) return made;
    // A file that cannot be written must not lose the token: then it is only shown.
    return keepToken(paths.tokenFile, made.token).then(
      () => ({ ...made, keptIn: paths.tokenFile }),
      () => made,
    );
  },

  diagnose: async (values, options) => {
    const paths = serverPaths(values, cwd(), environment);
    try {
      assertPresent(values, paths);
      return await withStorage(values, paths, options, async (storage) => {
        const blobs = await openBlobStore({ kind: 'fs', directory: paths.blobsDir }, { clock, ...options });
        return diagnose({ ...readinessOf(storage, blobs), ...aboutStorage(storage, toolVersion) }, options);
      });
    } catch (error) {
      // A database that does not open is what a doctor is there to say; who has it open can be asked instead.
      if (!isAppError(error) || error.code === 'data_dir_locked' || options.signal.aborted) throw error;
      const check = { name: 'database', isOk: false, detail: error.message, ...(error.hint === undefined ? {} : { hint: error.hint }) };
      return {
        isHealthy: false,
        database: describeStorage(values, paths),
        versions: versionsHere(toolVersion),
        checks: [check],
        invariants: [],
      };
    }
  },
});
