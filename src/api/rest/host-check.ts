import { isIP } from 'node:net';
import { AppError } from '../../lib/errors.ts';

const nameOf = (host: string): string =>
  host
    .replace(/:\d{1,5}$/, '')
    .replace(/\.$/, '')
    .toLowerCase();

/**
 * A page in somebody's browser can let its own host name point at this server (DNS rebinding) and then read it as its own. So only names that
 * people gave the server are served. An address is no name and cannot be pointed anywhere.
 */
export const createHostCheck = (hostNames: readonly string[]): ((host: string | undefined) => void) => {
  const known = new Set(['localhost', ...hostNames.map(nameOf)]);
  return (host) => {
    // Browsers always send it.
    if (host === undefined) return;
    const name = nameOf(host);
    if (known.has(name) || isIP(name.replace(/^\[(.*)\]$/, '$1')) !== 0) return;
    throw new AppError('host_unknown', 'the request names a host that this server is not known by', {
      hint: 'Use its address, or start it with --host-name.',
    });
  };
};
