import { Client, type ClientConfig } from 'pg';

/** How long the request to cancel may take on a busy server; nobody need wait for it. */
const cancelLimitMs = 5000;

/**
 * Asks the server to end the statement that runs on another connection of ours, over a connection made for that (a pool may be used up).
 * The caller must not use the other connection again: the request can arrive when the statement is over. Never rejects.
 */
export const cancelStatement = async (config: ClientConfig, backendPid: number): Promise<void> => {
  const client = new Client({ ...config, connectionTimeoutMillis: cancelLimitMs, query_timeout: cancelLimitMs });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query('select pg_cancel_backend($1)', [backendPid]);
  } catch {
    // The connection is closed next, which the server notices by itself (client_connection_check_interval).
  } finally {
    await client.end().catch(() => undefined);
  }
};
