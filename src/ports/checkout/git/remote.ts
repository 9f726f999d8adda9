import { AppError, isAppError } from '../../../lib/errors.ts';
import type { CheckoutEnvironment } from '../checkout.ts';
import { flag, userValue } from '../git-command.ts';
import { runGit } from '../git-process.ts';
import type { GitNetwork } from '../git-settings.ts';
import type { AddressPolicy } from './address-policy.ts';
import { tokenUsername } from './askpass.ts';
import { gitFailure } from './failures.ts';
import { checkProxiedHost, curlPin, isAllowedHost, parseAllowedHost, pinHost, type ResolveHost } from './host-pin.ts';
import { proxyFor } from './proxy.ts';
import { type Route, redirectTarget, speaksGit } from './redirect.ts';
import { checkRefName } from './ref-name.ts';
import type { RemoteUrl } from './remote-url.ts';
import { sshCommandFor } from './ssh-command.ts';

/** How hosts are judged and found; nothing of it comes from a repository. */
export interface Reachability {
  readonly resolveHost: ResolveHost;
  /** Who chose the host of the target. */
  readonly policy: AddressPolicy;
  readonly knownHostsFile?: string;
}

export interface RemoteOptions {
  readonly reach: Reachability;
  readonly environment: CheckoutEnvironment;
  readonly gitDir: string;
  /** Path of the askpass program. */
  readonly askpass: string;
  readonly token?: string;
  readonly tokenUser?: string;
  readonly allowHosts: readonly string[];
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** A checked server: the URL git is given, and the only way git may reach it. */
export interface Remote {
  readonly url: RemoteUrl;
  readonly route: Route;
  readonly network: GitNetwork;
}

export interface RemoteRefs {
  /** Full name (tags also as `name^{}`) → object id. */
  readonly ids: ReadonlyMap<string, string>;
  /** Full name of the branch that HEAD stands for. */
  readonly headTarget?: string;
}

const discoveryMemoryBytes = 160 * 1024 ** 2;
const maxRefListBytes = 8 * 1024 ** 2;

/** Checks a URL's protocol and addresses. The token goes along only to `tokenOrigin`. */
const admit = async (url: RemoteUrl, policy: AddressPolicy, tokenOrigin: string, options: RemoteOptions): Promise<Remote> => {
  const { environment, reach, signal } = options;
  const allowHosts = options.allowHosts.map(parseAllowedHost);
  if (url.protocol === 'http' && !isAllowedHost(allowHosts, url.hostname, url.port)) {
    throw new AppError('protocol_denied', 'plain http is not fetched: anybody on the way could change what is scanned', {
      hint: `Use https, or name the host: --allow-host ${url.hostname.includes(':') ? `[${url.hostname}]` : url.hostname}:${url.port}`,
    });
  }
  const checks = { policy, allowHosts, resolveHost: reach.resolveHost, signal };
  const proxy = proxyFor(url, environment);
  let route: Route;
  let path: Pick<GitNetwork, 'proxy' | 'pin'> = {};
  if (proxy === undefined) {
    const host = await pinHost(url, checks);
    route = { kind: 'direct', addresses: host.addresses };
    if (url.protocol === 'ssh') {
      const { knownHostsFile } = reach;
      const sshCommand = sshCommandFor(host, { connectTimeoutSeconds: 15, ...(knownHostsFile === undefined ? {} : { knownHostsFile }) });
      const { sshAgentSocket } = environment;
      return { url, route, network: { protocol: 'ssh', sshCommand, ...(sshAgentSocket === undefined ? {} : { sshAgentSocket }) } };
    }
    const pin = curlPin(host);
    if (pin !== undefined) path = { pin };
  } else {
    await checkProxiedHost(url, checks);
    route = { kind: 'proxy', proxy };
    path = { proxy: proxy.href };
  }
  const { token, tokenUser, askpass } = options;
  const credential =
    token === undefined || url.origin !== tokenOrigin
      ? undefined
      : { askpass, origin: url.origin, username: tokenUser ?? tokenUsername(url.hostname), token };
  return {
    url,
    route,
    network: {
      protocol: url.protocol,
      ...path,
      ...(environment.caFile === undefined ? {} : { caFile: environment.caFile }),
      ...(credential === undefined ? {} : { credential }),
    },
  };
};

/** Asks a server for the named references. @throws AppError an intake code. */
export const listRefs = async (remote: Remote, patterns: readonly string[], options: RemoteOptions): Promise<RemoteRefs> => {
  const result = await runGit(
    {
      name: 'ls-remote',
      flags: [flag('--quiet'), flag('--symref')],
      values: [userValue(remote.url.href, 'url_invalid'), ...patterns.map((name) => userValue(name, 'ref_invalid'))],
    },
    {
      gitDir: options.gitDir,
      searchPath: options.environment.searchPath,
      timeoutMs: options.timeoutMs,
      maxOutputBytes: maxRefListBytes,
      network: remote.network,
      limits: { memoryBytes: () => discoveryMemoryBytes, fileBytes: 1024 * 1024 },
      signal: options.signal,
    },
  );
  if (result.exitCode !== 0) throw gitFailure(result.stderr, `cannot read ${remote.url.origin}`);
  const ids = new Map<string, string>();
  let headTarget: string | undefined;
  for (const line of result.stdout.toString('utf8').split('\n')) {
    const symref = /^ref: (\S+)\tHEAD$/.exec(line);
    if (symref?.[1] !== undefined) headTarget = symref[1];
    const [id, name] = line.split('\t');
    if (id !== undefined && name !== undefined && /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(id)) ids.set(name, id);
  }
  try {
    return headTarget === undefined ? { ids } : { ids, headTarget: checkRefName(headTarget) };
  } catch {
    // A name that git itself would not take: the server is free to send it, nobody is obliged to repeat it.
    return { ids };
  }
};

const probeOptions = ({ route, network: { credential, caFile } }: Remote, signal: AbortSignal): Parameters<typeof redirectTarget>[1] => ({
  route,
  signal,
  ...(credential === undefined ? {} : { credential }),
  ...(caFile === undefined ? {} : { caFile }),
});

/** Why HEAD stands for nothing: no git server, nobody committed yet, or the default branch was deleted. */
export const nothingAtHead = async (remote: Remote, options: RemoteOptions): Promise<AppError> => {
  const { ids } = await listRefs(remote, ['refs/heads/*'], options);
  if (ids.size > 0)
    return new AppError('ref_not_found', 'the default branch of the repository does not exist', { hint: 'Name a branch with --ref.' });
  if (remote.url.protocol !== 'ssh' && !(await speaksGit(remote.url, probeOptions(remote, options.signal)))) {
    return new AppError('git_failed', `${remote.url.href} does not answer as a git server`, {
      hint: 'Check the URL: is it the one "git clone" takes?',
    });
  }
  return new AppError('nothing_to_scan', 'the repository has no commit yet');
};

/**
 * Reaches the server of a URL a person gave, following at most one redirect after checking where it leads: the host they typed keeps its
 * privileges, any other host must be public and gets no token.
 */
export const openRemote = async (
  typed: RemoteUrl,
  patterns: readonly string[],
  options: RemoteOptions,
): Promise<{ readonly remote: Remote; readonly refs: RemoteRefs }> => {
  const remote = await admit(typed, options.reach.policy, typed.origin, options);
  try {
    return { remote, refs: await listRefs(remote, patterns, options) };
  } catch (error) {
    if (!isAppError(error, 'redirect_denied') || typed.protocol === 'ssh') throw error;
  }
  const target = await redirectTarget(typed, probeOptions(remote, options.signal));
  try {
    const policy = target.hostname === typed.hostname ? options.reach.policy : 'public-only';
    const second = await admit(target, policy, typed.origin, options);
    return { remote: second, refs: await listRefs(second, patterns, options) };
  } catch (error) {
    if (!isAppError(error)) throw error;
    if (['address_denied', 'protocol_denied', 'redirect_denied', 'host_unresolved'].includes(error.code)) {
      throw new AppError('redirect_denied', `${typed.origin} redirects to ${target.origin}: ${error.message}`, {
        cause: error,
        hint: 'Give that URL itself, if you trust it.',
      });
    }
    throw error;
  }
};
