import { readFile } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import type { RequestOptions } from 'node:https';
import { isIP, isIPv6 } from 'node:net';
import { throwIfAborted } from '../../../lib/abort.ts';
import { AppError, isAppError, isSystemError } from '../../../lib/errors.ts';
import type { GitCredential } from '../git-settings.ts';
import type { PinnedHost } from './host-pin.ts';
import { connectThrough, type Proxy } from './proxy.ts';
import { parseRemoteUrl, type RemoteUrl } from './remote-url.ts';

const discovery = '/info/refs?service=git-upload-pack';
const answerTimeoutMs = 20_000;

/** How the server is reached: at the addresses that were checked, or wherever the proxy finds it. */
export type Route =
  | { readonly kind: 'direct'; readonly addresses: PinnedHost['addresses'] }
  | { readonly kind: 'proxy'; readonly proxy: Proxy };

interface ProbeOptions {
  readonly route: Route;
  /** Belongs to the origin of the URL that is asked. */
  readonly credential?: GitCredential;
  readonly caFile?: string;
  readonly signal: AbortSignal;
}

/** Certificate problems that the system's own authorities, which git trusts, may solve. */
const unknownAuthority = [
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
];

/** Options of a request that takes the route and no other. */
const along = async (route: Route, url: RemoteUrl, ca: { readonly ca?: string[] }, signal: AbortSignal): Promise<RequestOptions> => {
  if (route.kind === 'proxy') {
    const socket = await connectThrough(route.proxy, url, { signal });
    const { connect } = await import('node:tls');
    return {
      createConnection: () => connect({ ...ca, socket, host: url.hostname, servername: isIP(url.hostname) === 0 ? url.hostname : '' }),
    };
  }
  const addresses = route.addresses.map((address) => ({ address, family: isIPv6(address) ? 6 : 4 }));
  return {
    ...ca,
    agent: false,
    // Only the addresses that were checked; the name is not looked up again.
    lookup: (_name, options, callback) => {
      const [first] = addresses;
      if (options.all === true || first === undefined) callback(null, addresses);
      else callback(null, first.address, first.family);
    },
  };
};

const ask = async (url: RemoteUrl, authorities: readonly string[] | undefined, options: ProbeOptions): Promise<IncomingMessage> => {
  const { route, credential } = options;
  const signal = AbortSignal.any([options.signal, AbortSignal.timeout(answerTimeoutMs)]);
  // Loaded here: a scan of a directory starts without the network stack.
  const { request: send } = url.protocol === 'https' ? await import('node:https') : await import('node:http');
  const answered = Promise.withResolvers<IncomingMessage>();
  const request = send(`${url.href}${discovery}`, {
    ...(await along(route, url, authorities === undefined ? {} : { ca: [...authorities] }, signal)),
    signal,
    maxHeaderSize: 16 * 1024,
    headers: {
      'user-agent': 'git/2 (sightline)',
      'git-protocol': 'version=2',
      ...(credential === undefined
        ? {}
        : { authorization: `Basic ${Buffer.from(`${credential.username}:${credential.token}`).toString('base64')}` }),
    },
  });
  request.once('response', answered.resolve).once('error', answered.reject).end();
  return answered.promise;
};

interface AnswerHead {
  readonly statusCode: number;
  readonly location: string | undefined;
  readonly contentType: string | undefined;
}

/** Only the head of the answer matters; its body may be endless and is never read. */
const headOf = async (url: RemoteUrl, options: ProbeOptions): Promise<AnswerHead> => {
  const own = options.caFile === undefined ? undefined : [await readFile(options.caFile, 'utf8')];
  const answer = await ask(url, own, options).catch(async (error: unknown) => {
    if (own !== undefined || !isSystemError(error, ...unknownAuthority)) throw error;
    const { getCACertificates } = await import('node:tls');
    return ask(url, getCACertificates('system'), options);
  });
  answer.on('error', () => undefined).destroy();
  return { statusCode: answer.statusCode ?? 0, location: answer.headers.location, contentType: answer.headers['content-type'] };
};

const askHead = (url: RemoteUrl, options: ProbeOptions): Promise<AnswerHead> =>
  headOf(url, options).catch((error: unknown) => {
    throwIfAborted(options.signal);
    throw isAppError(error) ? error : new AppError('git_failed', `${url.origin} does not answer`, { cause: error });
  });

/** False for a web server that answers anything with a page, which git takes for a repository without branches. */
export const speaksGit = async (url: RemoteUrl, options: ProbeOptions): Promise<boolean> =>
  (await askHead(url, options)).contentType === 'application/x-git-upload-pack-advertisement';

const deny = (message: string, cause?: unknown): AppError =>
  new AppError('redirect_denied', message, { cause, hint: 'Give the URL the server redirects to, if you trust it.' });

/**
 * Where the server at `url` redirects git to; nothing there has been contacted or checked yet.
 * @throws AppError `redirect_denied` when the answer leads to no git URL, or from https to http; `git_failed`.
 */
export const redirectTarget = async (url: RemoteUrl, options: ProbeOptions): Promise<RemoteUrl> => {
  const { statusCode, location } = await askHead(url, options);
  if (statusCode < 300 || statusCode > 399 || location === undefined) throw deny(`${url.origin} redirects, but not to a place it names`);
  const absolute = URL.canParse(location, `${url.href}${discovery}`) ? new URL(location, `${url.href}${discovery}`).href : '';
  if (!absolute.endsWith(discovery)) throw deny(`${url.origin} redirects to something that is no git repository`);
  let target: RemoteUrl;
  try {
    target = parseRemoteUrl(absolute.slice(0, -discovery.length));
  } catch (error) {
    throw deny(`${url.origin} redirects to a URL that is not fetched`, error);
  }
  if (target.protocol === 'ssh' || (url.protocol === 'https' && target.protocol !== 'https')) {
    throw deny(`${url.origin} redirects to ${target.protocol}, which is not followed`);
  }
  return target;
};
