import { BlockList, isIP, isIPv6, type Socket } from 'node:net';
import { AppError } from '../../../lib/errors.ts';
import type { NetworkEnvironment } from '../checkout.ts';
import { classifyAddress, classifyName } from './address-policy.ts';
import { plainHostname } from './host-pin.ts';
import type { RemoteUrl } from './remote-url.ts';

/** The proxy of the person's network. It resolves the names itself, so what it connects to cannot be pinned. */
export interface Proxy {
  readonly protocol: 'http' | 'https';
  readonly hostname: string;
  readonly port: number;
  /** What git is given; may hold a password. */
  readonly href: string;
  /** Value of `Proxy-Authorization`, where the URL holds a user. */
  readonly authorization?: string;
}

/** @throws AppError `config_invalid`; the message does not repeat the value, which may hold a password. */
const parseProxy = (text: string): Proxy => {
  const spelled = text.includes('://') ? text : `http://${text}`;
  const url = URL.canParse(spelled) ? new URL(spelled) : undefined;
  if (url === undefined || url.hostname === '' || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    throw new AppError('config_invalid', 'HTTPS_PROXY is not the URL of an http:// or https:// proxy', {
      hint: 'For example: HTTPS_PROXY=http://proxy.example.com:3128',
    });
  }
  const protocol = url.protocol === 'https:' ? 'https' : 'http';
  const port = Number(url.port) || (protocol === 'https' ? 443 : 80);
  const user = url.username === '' ? '' : `${url.username}:${url.password}@`;
  return {
    protocol,
    hostname: url.hostname.replace(/^\[|\]$/g, ''),
    port,
    href: `${protocol}://${user}${url.hostname}:${port}`,
    ...(user === '' ? {} : { authorization: `Basic ${Buffer.from(decodeURIComponent(user.slice(0, -1))).toString('base64')}` }),
  };
};

const isInSubnet = (hostname: string, network: string, prefix: number): boolean => {
  const family = isIPv6(network) ? 'ipv6' : 'ipv4';
  if (isIP(network) === 0 || isIP(hostname) !== isIP(network) || prefix > (family === 'ipv6' ? 128 : 32)) return false;
  const list = new BlockList();
  list.addSubnet(network, prefix, family);
  return list.check(hostname, family);
};

/** `*`, `host`, `.domain`, `*.domain`, an address, a subnet; any of the first with `:port`. A domain stands for everything below it too. */
const excludes = (entry: string, hostname: string, port: number): boolean => {
  if (entry === '*') return true;
  const [, network, prefix] = /^([0-9a-f:.]+)\/(\d{1,3})$/i.exec(entry) ?? [];
  if (network !== undefined && prefix !== undefined) return isInSubnet(hostname, network, Number(prefix));
  const [, host = entry, entryPort] = isIPv6(entry) ? [] : (/^(.+?)(?::(\d{1,5}))?$/.exec(entry) ?? []);
  const name = plainHostname(host.replace(/^\*?\./, ''));
  return (entryPort === undefined || Number(entryPort) === port) && name !== '' && (hostname === name || hostname.endsWith(`.${name}`));
};

/**
 * The proxy by which a server is reached; undefined for a direct connection. Only https goes through one: plain http is for hosts the
 * person named, ssh has no proxy, and this machine's own addresses are not the business of another.
 */
export const proxyFor = (url: RemoteUrl, { httpsProxy = '', noProxy = '' }: NetworkEnvironment): Proxy | undefined => {
  if (url.protocol !== 'https' || httpsProxy === '') return undefined;
  const { hostname, port } = url;
  if ((isIP(hostname) === 0 ? classifyName(hostname) : classifyAddress(hostname)) === 'loopback') return undefined;
  return noProxy.split(/[\s,]+/).some((entry) => entry !== '' && excludes(entry, hostname, port)) ? undefined : parseProxy(httpsProxy);
};

/** A connection to a server through the proxy, before its TLS begins. */
export const connectThrough = async (
  proxy: Proxy,
  target: { readonly hostname: string; readonly port: number },
  { signal }: { readonly signal: AbortSignal },
): Promise<Socket> => {
  const { request } = proxy.protocol === 'https' ? await import('node:https') : await import('node:http');
  const authority = `${target.hostname.includes(':') ? `[${target.hostname}]` : target.hostname}:${target.port}`;
  const connected = Promise.withResolvers<Socket>();
  request({
    host: proxy.hostname,
    port: proxy.port,
    method: 'CONNECT',
    path: authority,
    agent: false,
    signal,
    headers: { host: authority, ...(proxy.authorization === undefined ? {} : { 'proxy-authorization': proxy.authorization }) },
  })
    .once('connect', ({ statusCode }, socket: Socket) => {
      if (statusCode === 200) return connected.resolve(socket);
      socket.destroy();
      connected.reject(new Error(`the proxy answered ${statusCode ?? 'nothing'}`));
    })
    .once('error', connected.reject)
    .end();
  return connected.promise;
};
