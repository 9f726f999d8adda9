import type { ServerValues } from '../cli/server-control.ts';
import { databaseUrlOf } from '../config/database-url.ts';
import type { Database } from '../ports/database/database.ts';
import { openDatabase } from '../ports/database/registry.ts';
import { type Doors, openDoors } from '../store/open.ts';
import type { ServerPaths } from './server-paths.ts';

export interface Storage {
  readonly database: Database;
  readonly doors: Doors;
  /** By {@link describeStorage}. */
  readonly description: string;
}

const describeUrl = (text: string): string => {
  if (!URL.canParse(text)) return 'PostgreSQL';
  const url = new URL(text);
  return `postgres://${url.username === '' ? '' : `${url.username}@`}${url.host || 'localhost'}${url.pathname}`;
};

/** For people: which database the settings mean, without a password. */
export const describeStorage = (values: ServerValues, paths: ServerPaths): string => {
  const url = databaseUrlOf(values);
  return url === undefined ? `embedded, ${paths.databaseDir}` : describeUrl(url);
};

/** True when the database lies in the data directory and belongs to one process. */
export const isEmbedded = (values: ServerValues): boolean => databaseUrlOf(values) === undefined;

/** @throws AppError `database_unavailable`, `database_unsupported`, `data_dir_locked` */
export const openStorage = async (
  values: ServerValues,
  paths: ServerPaths,
  options: { readonly signal: AbortSignal },
): Promise<Storage> => {
  const url = databaseUrlOf(values);
  const database = await openDatabase(
    url === undefined
      ? { kind: 'pglite', directory: paths.databaseDir, templateDirectory: paths.templateDir }
      : { kind: 'postgres', url, maxConnections: values.databaseMaxConnections },
    options,
  );
  return { database, doors: openDoors(database), description: describeStorage(values, paths) };
};
