import pg, { type PoolClient } from 'pg';
import { abortReason, throwIfAborted } from '../../../lib/abort.ts';
import { AppError } from '../../../lib/errors.ts';
import { sessionSettings } from '../text-values.ts';
import { asPortError, unavailable } from './failures.ts';
import type { ConnectionSettings } from './settings.ts';

export interface Connection {
  readonly client: PoolClient;
  readonly backendPid: number;
  /** Back to the pool; a `broken` one (in an unknown state) is closed instead. */
  readonly release: (how: 'usable' | 'broken') => void;
}

export interface Connections {
  readonly take: (signal: AbortSignal) => Promise<Connection>;
  readonly close: () => Promise<void>;
}

const oldestVersion = 150_000;

/**
 * Beside the forms of values: a statement whose client died is ended by the server within seconds, and a client that was stopped in the
 * middle of a transaction does not hold its locks for ever. Systems that cannot watch a socket refuse the first; then it is left out.
 */
const guards = { client_connection_check_interval: '2s', idle_in_transaction_session_timeout: '60s' } as const;

const prepare = async (client: PoolClient): Promise<number> => {
  const { rows } = await client.query<{ version: string; pid: string }>(
    `select current_setting('server_version_num') as version, pg_backend_pid()::text as pid, ${Object.entries({ ...sessionSettings })
      .map(([name, value]) => `set_config('${name}', '${value}', false)`)
      .join(', ')}`,
  );
  const [row] = rows;
  if (row === undefined || Number(row.version) < oldestVersion) {
    throw new AppError(
      'database_unsupported',
      `PostgreSQL ${Math.floor(Number(row?.version ?? 0) / 10_000)} is too old: 15 is the oldest that is supported`,
      {
        hint: 'Upgrade the server, or leave the database URL out to use the embedded database.',
      },
    );
  }
  for (const [name, value] of Object.entries(guards)) await client.query(`set ${name} = '${value}'`).catch(() => undefined);
  return Number(row.pid);
};

export const createConnections = ({ config, place }: ConnectionSettings, maxConnections: number): Connections => {
  const pool = new pg.Pool({ ...config, max: maxConnections, idleTimeoutMillis: 30_000 });
  // A connection that breaks while nobody uses it leaves the pool; the next user gets another.
  pool.on('error', () => undefined);
  const prepared = new WeakMap<PoolClient, number>();

  const connect = async (): Promise<Connection> => {
    const client = await pool.connect().catch((error: unknown) => {
      throw unavailable(place, error);
    });
    // While it is out the pool does not listen, and an error event nobody takes would end the process.
    const onError = (): void => undefined;
    client.on('error', onError);
    const release = (how: 'usable' | 'broken'): void => {
      client.off('error', onError);
      client.release(how === 'broken');
    };
    try {
      const backendPid = prepared.get(client) ?? (await prepare(client));
      prepared.set(client, backendPid);
      return { client, backendPid, release };
    } catch (error) {
      release('broken');
      throw asPortError(error, place);
    }
  };

  return {
    take: async (signal) => {
      throwIfAborted(signal);
      const taken = connect();
      const aborted = Promise.withResolvers<never>();
      const onAbort = (): void => aborted.reject(abortReason(signal));
      signal.addEventListener('abort', onAbort, { once: true });
      try {
        return await Promise.race([taken, aborted.promise]);
      } catch (error) {
        // Still on its way: it goes back when it arrives.
        if (signal.aborted) {
          taken.then(
            ({ release }) => release('usable'),
            () => undefined,
          );
        }
        throw error;
      } finally {
        signal.removeEventListener('abort', onAbort);
      }
    },
    close: () => pool.end(),
  };
};
