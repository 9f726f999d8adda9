import type { DiagnosisDependencies } from '../app/health/diagnose.ts';
import type { ReadinessDependencies } from '../app/health/readiness.ts';
import { assertKnown, migrationStatus } from '../store/migrate.ts';
import type { Storage } from './storage.ts';

/** What is asked to know whether a server could work with this storage. */
export const readinessOf = ({ database, doors }: Storage, blobs: ReadinessDependencies['blobs']): ReadinessDependencies => ({
  system: doors.system,
  blobs,
  pendingMigrations: async (options) => {
    const status = await migrationStatus(database, options);
    assertKnown(status);
    return status.pending;
  },
});

/** What a diagnosis says of itself. */
export const aboutStorage = (
  { database, description }: Storage,
  toolVersion: string,
): Pick<DiagnosisDependencies, 'database' | 'versions'> => ({
  database: description,
  versions: { ...versionsHere(toolVersion), postgresql: database.serverVersion },
});

export const versionsHere = (toolVersion: string): DiagnosisDependencies['versions'] => ({
  sightline: toolVersion,
  node: process.versions.node,
  platform: `${process.platform}-${process.arch}`,
});
