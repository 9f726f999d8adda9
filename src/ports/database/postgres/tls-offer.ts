import { connect } from 'node:net';
import { abortReason, throwIfAborted } from '../../../lib/abort.ts';
import { unavailable } from './failures.ts';
import type { ConnectionSettings } from './settings.ts';

/** `SSLRequest` of the PostgreSQL protocol: its length, and the number that stands in the place of a version. */
const sslRequest = Buffer.from([0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f]);

/**
 * Asks a server whether it speaks TLS, over a connection of its own that ends with the answer.
 * @throws AppError `database_unavailable`, the signal's reason
 */
export const offersTls = async ({ config, place }: ConnectionSettings, { signal }: { readonly signal: AbortSignal }): Promise<boolean> => {
  throwIfAborted(signal);
  // A socket of this machine: there is nothing to encrypt.
  if (config.host?.startsWith('/') === true) return false;
  const socket = connect({ host: config.host ?? 'localhost', port: config.port ?? 5432 });
  const answered = Promise.withResolvers<string>();
  const onAbort = (): void => answered.reject(abortReason(signal));
  signal.addEventListener('abort', onAbort, { once: true });
  socket.setTimeout(config.connectionTimeoutMillis ?? 0, () => answered.reject(new Error('no answer')));
  socket.once('connect', () => socket.write(sslRequest));
  socket.once('data', (bytes) => answered.resolve(bytes.toString('latin1')));
  socket.once('close', () => answered.reject(new Error('the connection was closed')));
  socket.on('error', (error) => answered.reject(error));
  try {
    const answer = await answered.promise;
    if (answer !== 'S' && answer !== 'N') throw new Error('what answers there is no PostgreSQL server');
    return answer === 'S';
  } catch (error) {
    throw signal.aborted ? abortReason(signal) : unavailable(place, error);
  } finally {
    signal.removeEventListener('abort', onAbort);
    socket.destroy();
  }
};
