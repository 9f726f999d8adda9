import { isIP } from 'node:net';

/** Where a server listens; port 0 takes a free one. */
export interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

const standardHost = '127.0.0.1';

export const listenAddressForm = 'HOST:PORT, a port alone (of 127.0.0.1), or off';

/** `8080`, `:8080`, `localhost:8080`, `[::1]:8080` or `off`; undefined when the text is none of them. */
export const parseListenAddress = (text: string): ListenAddress | 'off' | undefined => {
  if (text.toLowerCase() === 'off') return 'off';
  const match = /^(?:(?<host>[A-Za-z0-9.-]{1,253}|\[[0-9a-fA-F:.]{2,45}\])?:)?(?<port>\d{1,5})$/.exec(text);
  const port = Number(match?.groups?.['port']);
  if (match === null || port > 65_535) return undefined;
  const host = (match.groups?.['host'] ?? standardHost).replace(/^\[|\]$/g, '');
  return text.startsWith('[') && isIP(host) !== 6 ? undefined : { host, port };
};

export const formatListenAddress = (address: ListenAddress | 'off'): string =>
  address === 'off' ? 'off' : `${isIP(address.host) === 6 ? `[${address.host}]` : address.host}:${address.port}`;

/** True when only programs of this machine can reach it. */
export const isLoopbackHost = (host: string): boolean =>
  host.toLowerCase() === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
