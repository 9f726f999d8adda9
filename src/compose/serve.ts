import { existsSync } from 'node:fs';
import { ensureInstance } from '../app/instance/instance.ts';
import type { ServerControl, ServerValues, Started, TokenState } from '../cli/server-control.ts';
import { formatListenAddress } from '../config/listen-address.ts';
import { throwIfAborted } from '../lib/abort.ts';
import { monotonicMs } from '../lib/clock.ts';
import { AppError, messageOf } from '../lib/errors.ts';
import type { Logger } from '../lib/log.ts';
import { isDatabaseError } from '../ports/database/database.ts';
import { runScheduler } from '../roles/scheduler.ts';
import { migrate } from '../store/migrate.ts';
import { ensurePartitions } from '../store/partitions.ts';
import { checkServerSettings } from './check-settings.ts';
import { keepToken, makeDataDirectory } from './data-directory.ts';
import { partitionMonthsAhead, schedulerJobs } from './scheduler-jobs.ts';
import type { ServerEnvironment } from './server-environment.ts';
import { createServerLog, openParts, type ServerParts } from './server-parts.ts';
import { type ServerPaths, serverPaths } from './server-paths.ts';
import { startListeners } from './start-listeners.ts';
import { startWorker } from './start-worker.ts';
import { openStorage, type Storage } from './storage.ts';

type Options = Parameters<ServerControl['serve']>[1];

/** Brings the database to where this version needs it; several servers may do it at once. */
const prepareDatabase = async ({ database, doors }: Storage, log: Logger, signal: AbortSignal): Promise<void> => {
  const applied = await migrate(database, { signal });
  if (applied.length > 0) log.info('database migrated', { migrations: applied.join(', ') });
  try {
    await doors.system.transaction((tx) => ensurePartitions(tx, { monthsAhead: partitionMonthsAhead }), { signal });
  } catch (error) {
    // Another server is at it, and rows find a place without it; the scheduler tries again.
    if (!isDatabaseError(error, '55P03')) throw error;
  }
};

/** A file that cannot be written must not lose a token that was made just now: it is shown all the same. */
const prepareInstance = async ({ storage, deps, paths }: ServerParts, signal: AbortSignal): Promise<TokenState> => {
  const { tokenFile: path } = paths;
  const { newOperatorToken: made } = await ensureInstance(storage.doors.system, { keyring: deps.keyring, signal });
  if (made === undefined) return { path, isKept: existsSync(path) };
  await keepToken(path, made).catch((error: unknown) => {
    deps.log.error('the operator token could not be kept', { error: messageOf(error), path });
  });
  return { path, isKept: existsSync(path), made };
};

/**
 * Runs the roles until the signal, or until one of them breaks; then all stop: listeners and worker first, the scheduler last, so that what the
 * worker still commits is taken care of.
 */
const runRoles = async (parts: ServerParts, options: Options, started: Omit<Started, 'urls'>, startedAtMs: number): Promise<void> => {
  const { values, deps } = parts;
  const { log } = deps;
  const stop = new AbortController();
  const stopping = AbortSignal.any([options.signal, stop.signal]);
  const schedulerStop = new AbortController();
  let failure: unknown;
  /** A role ends when it is told to; anything else ends the others too. */
  const watch = (name: string, role: Promise<void>): Promise<void> =>
    role
      .then(() => {
        if (!stopping.aborted && !schedulerStop.signal.aborted) throw new AppError('internal', `the role ${name} ended by itself`);
      })
      .catch((error: unknown) => {
        failure ??= error;
        stop.abort(new AppError('cancelled', `the role ${name} broke`));
      });

  const listeners = await startListeners(parts, { signal: stopping });
  const ending = [watch('api', listeners.ended)];
  if (values.roles.includes('worker')) ending.push(watch('worker', startWorker(parts, { signal: stopping })));
  const scheduler = values.roles.includes('scheduler')
    ? watch('scheduler', runScheduler(schedulerJobs(parts), deps, { signal: schedulerStop.signal }))
    : Promise.resolve();

  const urls = Object.fromEntries(
    Object.entries(listeners.addresses).map(([name, address]) => [name, `http://${formatListenAddress(address)}`]),
  );
  options.onStarted({ ...started, urls, startedInMs: monotonicMs() - startedAtMs });
  log.info('server started', { roles: values.roles.join(','), database: started.database, ...urls });

  stopping.addEventListener('abort', () => log.info('server stops', { grace_ms: values.graceMs }), { once: true });
  await Promise.all(ending);
  schedulerStop.abort(new AppError('cancelled', 'the server stops'));
  await scheduler;
  if (failure !== undefined) throw failure;
};

const openAndRun = async (world: ServerEnvironment, values: ServerValues, paths: ServerPaths, options: Options): Promise<void> => {
  const { signal } = options;
  const startedAtMs = monotonicMs();
  const log = createServerLog(world, values);
  const storage = await openStorage(values, paths, { signal });
  /** Outlives the signal that stops the server, by the time it takes to drain. */
  const life = new AbortController();
  try {
    await prepareDatabase(storage, log, signal);
    const parts = await openParts({ world, values, paths, storage, log }, { signal: life.signal });
    try {
      options.onToken(await prepareInstance(parts, signal));
      throwIfAborted(signal);
      const { dataDir, tokenFile: tokenPath } = paths;
      const started = { roles: values.roles, database: storage.description, dataDir, tokenPath, startedInMs: 0 };
      await runRoles(parts, options, started, startedAtMs);
    } finally {
      await parts.deps.dispatcher.close();
    }
  } finally {
    life.abort(new AppError('cancelled', 'the server stops'));
    await storage.database.close();
  }
  log.info('server stopped');
};

/**
 * A server, from its lock to its last row. Started in an order in which each part finds what it needs, stopped in the reverse.
 * @throws AppError for settings that cannot be, an address or data directory in use, a database that cannot be used
 */
export const serve = async (world: ServerEnvironment, values: ServerValues, options: Options): Promise<void> => {
  checkServerSettings(values);
  const paths = serverPaths(values, world.cwd(), world.environment);
  await makeDataDirectory(paths);
  await openAndRun(world, values, paths, options);
};
