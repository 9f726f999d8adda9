import { isIP } from 'node:net';
import { AppError, type ErrorCode } from '../../../lib/errors.ts';
import { plainHostname } from './host-pin.ts';

/** A git URL that was understood completely; nothing of the person's spelling is left in it. */
export interface RemoteUrl {
  readonly protocol: 'https' | 'http' | 'ssh';
  /** Lower case, without brackets and root dot; numbers of any spelling as an address. */
  readonly hostname: string;
  readonly port: number;
  /** What git is given, and people are shown: holds no password. */
  readonly href: string;
  /** `scheme://host[:port]`, as git prints it when it asks for a password. */
  readonly origin: string;
}

const maxUrlLength = 8192;
const schemePattern = /^([a-z][a-z0-9+.-]*):\/\//i;
/** `helper::address` runs a program of git's choosing. An escaped colon is no way around. */
const helperPattern = /^[a-z0-9+.-]+(?:::|%3a)/i;
const scpPattern = /^([^/@:\s]+)@(\[[0-9a-f:.]+\]|[^/@:\s[\]]+):(?!\/\/)(.+)$/is;
/** Host and port as they were typed. */
const authorityPattern = /^[^:]+:\/\/(?:[^/@]*@)?(\[[^\]]*\]|[^/:@[\]]+)(?::(\d*))?(?:\/|$)/;
const controlCharacter = /[\u0000-\u0020\u007f-\u009f\\]|%(?:[01][0-9a-f]|7f)/i;
const sshUser = /^[a-z0-9_][a-z0-9_.+-]{0,63}$/i;

const quote = (text: string): string => JSON.stringify(text.length > 80 ? `${text.slice(0, 79)}…` : text);
const refuse = (code: ErrorCode, message: string, hint?: string): AppError =>
  new AppError(code, message, hint === undefined ? {} : { hint });
const askForUrl = 'Give an https:// or ssh:// URL, or user@host:path.';

/** True when the text can only be meant as a URL (also as one that will be refused). */
export const looksLikeUrl = (text: string): boolean => schemePattern.test(text) || helperPattern.test(text) || scpPattern.test(text);
/** `user@host:path` is also a legal file name. */
export const mayBeFileName = (text: string): boolean => !schemePattern.test(text) && !helperPattern.test(text);

/** @throws AppError `url_invalid`. A name or address as one spelling; the URL parser knows all of them. */
const normaliseHost = (host: string): string => {
  if (host.startsWith('-') || host.includes('%') || !URL.canParse(`http://${host}/`))
    throw refuse('url_invalid', `${quote(host)} is no host name`);
  const hostname = plainHostname(new URL(`http://${host}/`).hostname);
  if (isIP(hostname) === 0 && !/^[a-z0-9_](?:[a-z0-9._-]*[a-z0-9_])?$/.test(hostname))
    throw refuse('url_invalid', `${quote(host)} is no host name`);
  return hostname;
};

const bracketed = (hostname: string): string => (hostname.includes(':') ? `[${hostname}]` : hostname);

const checkSsh = (user: string, path: string): void => {
  if (!sshUser.test(user)) throw refuse('url_invalid', 'the user name of an ssh URL may hold letters, digits and . _ + - only');
  if (path === '' || path === '/' || path.startsWith('-')) throw refuse('url_invalid', 'the ssh URL names no repository', askForUrl);
};

const parseScp = (user: string, host: string, path: string): RemoteUrl => {
  if (user.includes(':')) throw refuse('url_has_credentials', 'the URL holds a password');
  checkSsh(user, path);
  const hostname = normaliseHost(host);
  return { protocol: 'ssh', hostname, port: 22, href: `${user}@${bracketed(hostname)}:${path}`, origin: `ssh://${bracketed(hostname)}` };
};

const defaultPorts = { https: 443, http: 80, ssh: 22 } as const;

/**
 * The grammar of git URLs: https, ssh, `user@host:path`, and http (which the caller admits only for allowed hosts).
 * @throws AppError `url_invalid`, `url_has_credentials`, `protocol_denied`.
 */
export const parseRemoteUrl = (text: string): RemoteUrl => {
  if (text.length > maxUrlLength) throw refuse('url_invalid', `the URL is longer than ${maxUrlLength} characters`);
  if (text === '' || text.startsWith('-')) throw refuse('url_invalid', 'a git URL does not start with "-"', askForUrl);
  if (controlCharacter.test(text))
    throw refuse('url_invalid', 'the URL holds white space, control characters or a backslash, plain or escaped');
  const scheme = schemePattern.exec(text)?.[1]?.toLowerCase();
  if (scheme === undefined) {
    if (helperPattern.test(text)) throw refuse('protocol_denied', 'remote helpers (name::address) are never run', askForUrl);
    const [, user, host, path] = scpPattern.exec(text) ?? [];
    if (user === undefined || host === undefined || path === undefined)
      throw refuse('url_invalid', `${quote(text)} is no git URL`, askForUrl);
    return parseScp(user, host, path);
  }
  if (scheme !== 'https' && scheme !== 'http' && scheme !== 'ssh') {
    throw refuse('protocol_denied', `the protocol ${quote(scheme)} is never fetched`, askForUrl);
  }
  // Host and path of ssh URLs are read as those of http ones: `new URL` leaves hosts of unknown schemes as they were typed.
  const spelled = `${scheme === 'ssh' ? 'http' : scheme}${text.slice(scheme.length)}`;
  const url = URL.canParse(spelled) ? new URL(spelled) : undefined;
  const [, typedHost = '', typedPort = ''] = authorityPattern.exec(text) ?? [];
  if (url === undefined || typedHost === '') throw refuse('url_invalid', 'the URL is malformed', askForUrl);
  if (url.search !== '' || url.hash !== '' || /[?#]/.test(text)) throw refuse('url_invalid', 'a git URL has no "?" or "#" part');
  if (url.password !== '' || (scheme !== 'ssh' && url.username !== '')) {
    throw refuse(
      'url_has_credentials',
      'the URL holds a user name or password',
      'Leave them out and set SIGHTLINE_GIT_TOKEN; a URL ends up in logs and reports.',
    );
  }
  const hostname = normaliseHost(typedHost);
  const port = typedPort === '' ? defaultPorts[scheme] : Number(typedPort);
  if (port === 0) throw refuse('url_invalid', 'port 0 cannot be reached');
  const origin = `${scheme}://${bracketed(hostname)}${port === defaultPorts[scheme] ? '' : `:${port}`}`;
  if (scheme !== 'ssh') return { protocol: scheme, hostname, port, href: `${origin}${url.pathname}`, origin };
  const user = url.username === '' ? 'git' : url.username;
  checkSsh(user, url.pathname.slice(1));
  return { protocol: 'ssh', hostname, port, href: `${origin.replace('://', `://${user}@`)}${url.pathname}`, origin };
};
