import { homedir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';

/** Environment variables, by name. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The only place where the environment of this process is read; everything else gets it handed over. */
export const readEnvironment = (): Environment => ({ ...process.env });

/** Where this user's caches lie: `SIGHTLINE_CACHE_DIR`, else the XDG cache directory. Relative values are ignored, as XDG says. */
export const cacheDirectory = (environment: Environment): string => {
  const own = environment['SIGHTLINE_CACHE_DIR'];
  if (own !== undefined && isAbsolute(own)) return own;
  const xdg = environment['XDG_CACHE_HOME'];
  return join(xdg !== undefined && isAbsolute(xdg) ? xdg : join(homedir(), '.cache'), 'sightline');
};

/** True or false where the environment decides about colours; undefined leaves it to the terminal. `NO_COLOR` wins. */
export const colourWish = (environment: Environment): boolean | undefined => {
  const force = environment['FORCE_COLOR'];
  if ((environment['NO_COLOR'] ?? '') !== '' || force === '0' || force === 'false') return false;
  if (force !== undefined) return true;
  return environment['TERM'] === 'dumb' ? false : undefined;
};

/** True on a terminal that can move its cursor. */
export const hasCursor = (environment: Environment): boolean => environment['TERM'] !== 'dumb' && (environment['TERM'] ?? '') !== '';

/**
 * What git, ssh and TLS programs of this machine go by to reach servers, as the checkout takes it. The lower-case names are as common as
 * the others; a relative certificate file would be looked for wherever a child process happens to be.
 */
export const networkEnvironment = (
  environment: Environment,
): { readonly sshAgentSocket?: string; readonly caFile?: string; readonly httpsProxy?: string; readonly noProxy?: string } => {
  const { SSH_AUTH_SOCK: sshAgentSocket, SSL_CERT_FILE: certificates } = environment;
  const httpsProxy = environment['https_proxy'] ?? environment['HTTPS_PROXY'];
  const noProxy = environment['no_proxy'] ?? environment['NO_PROXY'];
  return {
    ...(sshAgentSocket === undefined ? {} : { sshAgentSocket }),
    ...(certificates === undefined || certificates === '' ? {} : { caFile: resolve(certificates) }),
    ...(httpsProxy === undefined ? {} : { httpsProxy }),
    ...(noProxy === undefined ? {} : { noProxy }),
  };
};

/** Variables of other conventions that are honoured; for the reference page. */
export const conventionalVariables: readonly { readonly name: string; readonly description: string }[] = [
  { name: 'NO_COLOR', description: 'Any value that is not empty turns colours off.' },
  { name: 'FORCE_COLOR', description: 'Turns colours on where the output is no terminal; 0 turns them off.' },
  { name: 'TERM', description: '"dumb" turns colours and live progress off.' },
  { name: 'XDG_CACHE_HOME', description: 'Parent of the cache directory, where SIGHTLINE_CACHE_DIR is not set.' },
  { name: 'HTTPS_PROXY', description: 'Proxy through which git servers are reached over https; `https_proxy` too.' },
  { name: 'NO_PROXY', description: 'Hosts, domains and subnets that are reached without the proxy; `no_proxy` too.' },
  { name: 'SSL_CERT_FILE', description: 'Certificate authorities to trust for git servers instead of those of the system.' },
  { name: 'SSH_AUTH_SOCK', description: 'The ssh agent for git servers over ssh.' },
  {
    name: 'NODE_COMPILE_CACHE',
    description: 'Where Node.js keeps compiled code; the launcher sets it to a folder of the cache directory.',
  },
];
