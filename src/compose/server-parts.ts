import type { AppDependencies } from '../app/dependencies.ts';
import { createKeyring } from '../app/keyring/keyring.ts';
import { loadMasterKey, parseMasterKey } from '../app/keyring/master-key.ts';
import { createServerMetrics, type ServerMetrics } from '../app/metrics/server-metrics.ts';
import type { ServerValues } from '../cli/server-control.ts';
import { messageOf } from '../lib/errors.ts';
import type { Logger } from '../lib/log.ts';
import type { Metrics } from '../lib/metrics.ts';
import { openBlobStore } from '../ports/blob-store/registry.ts';
import { openDispatcher } from '../ports/dispatcher/registry.ts';
import { createPinoLogger } from '../vendors/pino.ts';
import { createPrometheusMetrics } from '../vendors/prom-client.ts';
import type { ServerEnvironment } from './server-environment.ts';
import { serverLimits } from './server-limits.ts';
import type { ServerPaths } from './server-paths.ts';
import { isEmbedded, type Storage } from './storage.ts';

/** Uploads must not fill the disk that an embedded database lies on too. */
const keepFreeBytes = 128 * 1024 ** 2;

/** What the roles of one process share. */
export interface ServerParts {
  readonly world: ServerEnvironment;
  readonly values: ServerValues;
  readonly paths: ServerPaths;
  readonly storage: Storage;
  readonly deps: AppDependencies;
  readonly metrics: Metrics;
  readonly serverMetrics: ServerMetrics;
}

export const createServerLog = (world: ServerEnvironment, { logLevel, logFormat }: ServerValues): Logger =>
  createPinoLogger({ level: logLevel, format: logFormat ?? 'json', write: world.writeLog });

/** Everything between an open database and the roles. Lives until `signal` ends; what must be closed is `deps.dispatcher`. */
export const openParts = async (
  from: Pick<ServerParts, 'world' | 'values' | 'paths' | 'storage'> & { readonly log: Logger },
  { signal }: { readonly signal: AbortSignal },
): Promise<ServerParts> => {
  const { world, values, paths, storage, log } = from;
  const masterKey =
    values.masterKey === undefined ? await loadMasterKey(paths.masterKeyFile, { signal }) : parseMasterKey(values.masterKey);
  const keyring = createKeyring(masterKey);
  const blobs = await openBlobStore({ kind: 'fs', directory: paths.blobsDir, keepFreeBytes }, { clock: world.clock, signal });
  const dispatcher = await openDispatcher(
    isEmbedded(values) ? { kind: 'in-process' } : { kind: 'postgres-notify', database: storage.database },
    { signal, onTrouble: (what, error) => log.warn(what, { error: messageOf(error) }) },
  );
  const metrics = createPrometheusMetrics();
  return {
    world,
    values,
    paths,
    storage,
    metrics,
    serverMetrics: createServerMetrics(metrics),
    deps: {
      asOrganization: storage.doors.asOrganization,
      clock: world.clock,
      newId: world.newId,
      random: world.random,
      dispatcher,
      blobs,
      keyring,
      log,
      limits: serverLimits(values),
    },
  };
};
