import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { abortReason } from '../../../lib/abort.ts';
import { AppError, isAppError } from '../../../lib/errors.ts';
import { type AddressPolicy, admitsAddress, classifyAddress, classifyName } from './address-policy.ts';

/** All addresses of a name. Rejects when it has none. */
export type ResolveHost = (name: string) => Promise<readonly string[]>;

/** As every program of this machine resolves names, `/etc/hosts` included. */
export const systemResolver: ResolveHost = async (name) =>
  (await lookup(name, { all: true, order: 'verbatim' })).map(({ address }) => address);

/** A host with the addresses that were checked; nothing else may be connected to. */
export interface PinnedHost {
  readonly hostname: string;
  readonly port: number;
  readonly addresses: readonly [string, ...string[]];
}

interface AllowedHost {
  readonly hostname: string;
  /** Absent: any port. */
  readonly port: number | undefined;
}

/** `HOST`, `HOST:PORT`, `[IPV6]` or `[IPV6]:PORT`. @throws AppError `usage_invalid`. */
export const parseAllowedHost = (entry: string): AllowedHost => {
  const parts = /^(\[[0-9a-f:.]+\]|[^:/@?#\s\\[\]]+)(?::(\d{1,5}))?$/i.exec(entry);
  const host = parts?.[1] === undefined || !URL.canParse(`http://${parts[1]}/`) ? undefined : new URL(`http://${parts[1]}/`).hostname;
  const port = parts?.[2] === undefined ? undefined : Number(parts[2]);
  if (host === undefined || (port !== undefined && (port === 0 || port > 65_535))) {
    throw new AppError('usage_invalid', 'an allowed host is not of the form HOST or HOST:PORT', {
      hint: 'For example: --allow-host 127.0.0.1:8080',
    });
  }
  return { hostname: plainHostname(host), port };
};

/** Without brackets and the root dot. */
export const plainHostname = (hostname: string): string =>
  hostname
    .replace(/^\[|\]$/g, '')
    .replace(/\.$/, '')
    .toLowerCase();

export const isAllowedHost = (allowed: readonly AllowedHost[], hostname: string, port: number): boolean =>
  allowed.some((entry) => entry.hostname === hostname && (entry.port === undefined || entry.port === port));

const resolveWithin = async (resolve: ResolveHost, name: string, signal: AbortSignal): Promise<readonly string[]> => {
  const aborted = Promise.withResolvers<never>();
  const onAbort = (): void => aborted.reject(abortReason(signal));
  signal.addEventListener('abort', onAbort, { once: true });
  if (signal.aborted) onAbort();
  try {
    return await Promise.race([resolve(name), aborted.promise]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
};

/**
 * Resolves a host once and checks every answer; one that is denied denies the host.
 * @throws AppError `address_denied`, `host_unresolved`.
 */
export const pinHost = async (
  target: { readonly hostname: string; readonly port: number },
  options: {
    readonly policy: AddressPolicy;
    readonly allowHosts: readonly AllowedHost[];
    readonly resolveHost: ResolveHost;
    readonly signal: AbortSignal;
  },
): Promise<PinnedHost> => {
  const { hostname, port } = target;
  const allowed = isAllowedHost(options.allowHosts, hostname, port);
  const deny = (what: string, kind: string): AppError =>
    new AppError('address_denied', `${hostname} ${what} (${kind.replace('_', ' ')})`, {
      details: { kind },
      ...(kind === 'loopback'
        ? { hint: `If you mean it, name the host: --allow-host ${hostname.includes(':') ? `[${hostname}]` : hostname}:${port}` }
        : {}),
    });

  if (isIP(hostname) !== 0) {
    const kind = classifyAddress(hostname);
    if (!admitsAddress(kind, options.policy, allowed)) throw deny('is an address that is not reached', kind);
    return { hostname, port, addresses: [hostname] };
  }
  const said = classifyName(hostname);
  if (said !== undefined && !admitsAddress(said, options.policy, allowed)) throw deny('is a name that is not reached', said);

  let addresses: readonly string[];
  try {
    addresses = await resolveWithin(options.resolveHost, hostname, options.signal);
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw new AppError('host_unresolved', `${hostname} has no address`, {
      cause: error,
      hint: 'Check the spelling of the host and your network.',
    });
  }
  for (const address of addresses) {
    const kind = classifyAddress(address);
    if (!admitsAddress(kind, options.policy, allowed)) throw deny('has an address that is not reached', kind);
  }
  const [first, ...rest] = addresses;
  if (first === undefined) throw new AppError('host_unresolved', `${hostname} has no address`);
  return { hostname, port, addresses: [first, ...rest] };
};

/**
 * The same checks for a host that a proxy connects to. Where the name resolves here, a denied address denies it; a name that only the
 * proxy can resolve is left to it when a person typed it.
 * @throws AppError `address_denied`, `host_unresolved`.
 */
export const checkProxiedHost = async (...[target, options]: Parameters<typeof pinHost>): Promise<void> => {
  try {
    await pinHost(target, options);
  } catch (error) {
    if (!isAppError(error, 'host_unresolved') || options.policy === 'public-only') throw error;
  }
};

/** Value of `http.curloptResolve`; undefined when the host is an address itself. */
export const curlPin = (host: PinnedHost): string | undefined =>
  isIP(host.hostname) !== 0
    ? undefined
    : `${host.hostname}:${host.port}:${host.addresses.map((address) => (address.includes(':') ? `[${address}]` : address)).join(',')}`;
