import type { Database, DatabaseLocation } from './database.ts';

/**
 * Opens a database; an adapter and its driver are loaded only when asked for.
 * @throws AppError `database_unavailable`, `database_unsupported`, `data_dir_locked`, `config_invalid`
 */
export const openDatabase = async (location: DatabaseLocation, options: { readonly signal: AbortSignal }): Promise<Database> =>
  location.kind === 'postgres'
    ? (await import('./postgres/index.ts')).postgresAdapter.open(location, options)
    : (await import('./pglite/index.ts')).pgliteAdapter.open(location, options);
