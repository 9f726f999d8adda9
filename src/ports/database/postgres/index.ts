import { AppError } from '../../../lib/errors.ts';
import type { Database, DatabaseAdapter, PostgresLocation } from '../database.ts';
import { createConnections } from './connections.ts';
import { listenOn } from './listener.ts';
import { runScript, runTransaction } from './session.ts';
import { type ConnectionSettings, connectionSettings } from './settings.ts';
import { offersTls } from './tls-offer.ts';

const defaultMaxConnections = 10;
/** After the grace period: cancelled statements and their connections are over within this. */
const cutOffMs = 2000;

const wait = async (work: Promise<unknown>, limitMs: number): Promise<void> => {
  let timer: NodeJS.Timeout | undefined;
  await Promise.race([
    work,
    new Promise((resolve) => {
      timer = setTimeout(resolve, limitMs);
    }),
  ]);
  clearTimeout(timer);
};

/** Asked once: what was found at the start holds for all connections, so that nobody can talk one of them out of it later. */
const settleTls = async (settings: ConnectionSettings, options: { readonly signal: AbortSignal }): Promise<ConnectionSettings> =>
  settings.prefersTls && !(await offersTls(settings, options)) ? { ...settings, config: { ...settings.config, ssl: false } } : settings;

const openPostgres = async (location: PostgresLocation, { signal }: { readonly signal: AbortSignal }): Promise<Database> => {
  const settings = await settleTls(connectionSettings(location.url), { signal });
  const connections = createConnections(settings, location.maxConnections ?? defaultMaxConnections);
  const running = new Set<Promise<unknown>>();
  const shutdown = new AbortController();
  const ended = Promise.withResolvers<void>();
  let closing: Promise<void> | undefined;
  const closed = (): AppError =>
    new AppError('database_unavailable', 'the database is closed', { hint: 'The server is shutting down; try again later.' });

  /** With the signal of the caller and the end of the database; counted, so that `close` can wait for it. */
  const track = <Result>(callerSignal: AbortSignal, work: (signal: AbortSignal) => Promise<Result>): Promise<Result> => {
    if (closing !== undefined) return Promise.reject(closed());
    const result = work(AbortSignal.any([callerSignal, shutdown.signal]));
    running.add(result);
    const forget = (): void => void running.delete(result);
    result.then(forget, forget);
    return result;
  };

  const transaction: Database['transaction'] = (work, options) =>
    track(options.signal, async (either) => runTransaction(await connections.take(either), work, { ...options, signal: either }, settings));

  const finish = async (graceMs: number): Promise<void> => {
    await wait(Promise.allSettled(running), graceMs);
    shutdown.abort(closed());
    await wait(Promise.allSettled(running).then(connections.close), cutOffMs);
    ended.resolve();
  };

  let serverVersion: string;
  try {
    serverVersion = await transaction(
      async (tx) =>
        (await tx.query<{ version: string }>(`select split_part(current_setting('server_version'), ' ', 1) as version`)).rows[0]?.version ??
        '',
      { signal, readOnly: true },
    );
  } catch (error) {
    await finish(0);
    throw error;
  }

  return {
    kind: 'postgres',
    serverVersion,
    transaction,
    script: (sql, options) => track(options.signal, async (either) => runScript(await connections.take(either), sql, either, settings)),
    listen: (channel, onNotice, options) => listenOn(settings, channel, onNotice, AbortSignal.any([options.signal, shutdown.signal])),
    // Autovacuum does it.
    maintain: () => Promise.resolve(),
    ended: ended.promise,
    share: () => ({ kind: 'postgres', url: location.url }),
    close: ({ graceMs = 5000 } = {}) => (closing ??= finish(graceMs)),
  };
};

export const postgresAdapter: DatabaseAdapter<PostgresLocation> = { open: openPostgres };
