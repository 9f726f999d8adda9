import { delimiter, isAbsolute } from 'node:path';

/** How one git process may reach a server; without one, no transport is allowed at all. */
export interface GitNetwork {
  readonly protocol: 'https' | 'http' | 'ssh';
  /** `HOST:PORT:ADDRESS[,ADDRESS]`: the only addresses curl may connect to for that host. */
  readonly pin?: string;
  /** URL of the proxy to go through, which then resolves the name: there is no pin. */
  readonly proxy?: string;
  /** Complete command for `core.sshCommand`, quoted for a shell. */
  readonly sshCommand?: string;
  /** Socket of the person's ssh agent. */
  readonly sshAgentSocket?: string;
  /** PEM file with certificate authorities to trust instead of the system's. */
  readonly caFile?: string;
  readonly credential?: GitCredential;
}

/**
 * A token for one origin. It reaches git through the askpass program only, over an inherited descriptor: it is in no argument, no
 * environment variable and no file.
 */
export interface GitCredential {
  /** Absolute path of the askpass program (`git/askpass.ts` writes it). */
  readonly askpass: string;
  /** Scheme, host and port as git prints them in its prompt. */
  readonly origin: string;
  readonly username: string;
  readonly token: string;
}

/** Descriptor on which the askpass program finds the token. */
export const tokenDescriptor = 3;

/** A relative folder would mean one below wherever the process happens to be. */
const absoluteFolders = (searchPath: string): string =>
  searchPath
    .split(delimiter)
    .filter((folder) => isAbsolute(folder))
    .join(delimiter);

/** fsck findings of honest old repositories: reported by git, but no reason to refuse the objects. */
const toleratedFsck = [
  'badDate',
  'badDateOverflow',
  'badEmail',
  'badName',
  'badTagName',
  'badTimezone',
  'missingEmail',
  'missingNameBeforeEmail',
  'missingSpaceBeforeDate',
  'missingSpaceBeforeEmail',
  'missingTaggerEntry',
  'multipleAuthors',
  'zeroPaddedDate',
  'zeroPaddedFilemode',
];

/** Settings that win over every configuration file, also over that of a hostile repository. */
const settings = (gitDir: string, network: GitNetwork | undefined): readonly (readonly [string, string])[] => [
  ['core.hooksPath', '/dev/null'],
  ['core.fsmonitor', 'false'],
  ['core.untrackedCache', 'false'],
  ['core.symlinks', 'false'],
  ['core.protectNTFS', 'true'],
  ['core.protectHFS', 'true'],
  ['core.attributesFile', '/dev/null'],
  ['core.excludesFile', '/dev/null'],
  ['core.alternateRefsCommand', '/bin/false'],
  ['core.askPass', '/bin/false'],
  ['core.pager', 'cat'],
  ['core.editor', '/bin/false'],
  ['core.gitProxy', ''],
  ['core.sshCommand', network?.sshCommand ?? '/bin/false'],
  ['ssh.variant', 'ssh'],
  // A commit-graph is a cache that a hostile repository may fill with anything.
  ['core.commitGraph', 'false'],
  ['core.bigFileThreshold', '16m'],
  ['core.deltaBaseCacheLimit', '64m'],
  ['core.quotePath', 'true'],
  ['color.ui', 'false'],
  ['credential.helper', ''],
  ['http.followRedirects', 'false'],
  ['http.sslVerify', 'true'],
  ['http.proxy', network?.proxy ?? ''],
  ['http.extraHeader', ''],
  ['http.cookieFile', ''],
  ['http.saveCookies', 'false'],
  ['http.emptyAuth', 'false'],
  ['http.delegation', 'none'],
  ['http.lowSpeedLimit', '1000'],
  ['http.lowSpeedTime', '60'],
  ...(network?.pin === undefined ? [] : ([['http.curloptResolve', network.pin]] as const)),
  ...(network?.caFile === undefined ? [] : ([['http.sslCAInfo', network.caFile]] as const)),
  ['transfer.fsckObjects', 'true'],
  ['transfer.credentialsInUrl', 'die'],
  ['transfer.bundleURI', 'false'],
  ['transfer.unpackLimit', '1'],
  ['fetch.unpackLimit', '1'],
  ['fetch.recurseSubmodules', 'false'],
  ['fetch.writeCommitGraph', 'false'],
  ['fetch.uriProtocols', ''],
  ...toleratedFsck.map((id) => [`fetch.fsck.${id}`, 'warn'] as const),
  ['submodule.recurse', 'false'],
  ['safe.bareRepository', 'explicit'],
  ['safe.directory', gitDir],
  ['gc.auto', '0'],
  ['maintenance.auto', 'false'],
  ['pack.threads', '1'],
  ['index.threads', '1'],
  ['checkout.workers', '1'],
  ['uploadpack.packObjectsHook', ''],
  ['filter.lfs.smudge', ''],
  ['filter.lfs.process', ''],
  ['filter.lfs.clean', ''],
  ['filter.lfs.required', 'false'],
  // What a repository's own configuration could use to change, shorten or hide what `log` and `diff` print.
  ['diff.external', ''],
  ['diff.context', '3'],
  ['diff.interHunkContext', '0'],
  ['diff.noPrefix', 'false'],
  ['diff.mnemonicPrefix', 'false'],
  ['diff.srcPrefix', 'a/'],
  ['diff.dstPrefix', 'b/'],
  ['diff.relative', 'false'],
  ['diff.renames', 'true'],
  ['diff.submodule', 'short'],
  ['diff.suppressBlankEmpty', 'false'],
  ['diff.wordRegex', ''],
  ['diff.orderFile', '/dev/null'],
  ['diff.algorithm', 'myers'],
  ['format.pretty', 'medium'],
  ['format.notes', 'false'],
  ['notes.displayRef', ''],
  ['log.showRoot', 'true'],
  ['log.showSignature', 'false'],
  ['log.follow', 'false'],
  ['log.mailmap', 'false'],
  ['log.decorate', 'false'],
  ['log.diffMerges', 'off'],
  ['mailmap.file', '/dev/null'],
  ['mailmap.blob', ''],
  ['i18n.logOutputEncoding', 'UTF-8'],
  ['gpg.program', '/bin/false'],
  ['gpg.ssh.program', '/bin/false'],
  ['gpg.x509.program', '/bin/false'],
  ['advice.graftFileDeprecated', 'false'],
  ['advice.detachedHead', 'false'],
  ['protocol.version', '2'],
  ['protocol.allow', 'never'],
  ...(network === undefined ? [] : ([[`protocol.${network.protocol}.allow`, 'always']] as const)),
];

/** The whole environment of a git process: nothing is inherited. */
export const gitEnvironment = (options: {
  readonly gitDir: string;
  readonly searchPath: string;
  readonly network?: GitNetwork | undefined;
}): Readonly<Record<string, string>> => {
  const { gitDir, searchPath, network } = options;
  const configured = settings(gitDir, network);
  const credential = network?.credential;
  return {
    PATH: absoluteFolders(searchPath),
    HOME: '/dev/null',
    LC_ALL: 'C',
    TZ: 'UTC',
    GIT_DIR: gitDir,
    GIT_IMPLICIT_WORK_TREE: '0',
    GIT_CEILING_DIRECTORIES: '/',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_SYSTEM: '/dev/null',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_ATTR_NOSYSTEM: '1',
    GIT_GRAFT_FILE: '/dev/null',
    GIT_NO_REPLACE_OBJECTS: '1',
    GIT_NO_LAZY_FETCH: '1',
    GIT_OPTIONAL_LOCKS: '0',
    GIT_LFS_SKIP_SMUDGE: '1',
    GIT_PAGER: 'cat',
    GIT_EDITOR: '/bin/false',
    GIT_TERMINAL_PROMPT: '0',
    GIT_ASKPASS: credential?.askpass ?? '/bin/false',
    SSH_ASKPASS: '/bin/false',
    SSH_ASKPASS_REQUIRE: 'never',
    GIT_PROTOCOL_FROM_USER: '0',
    GIT_ALLOW_PROTOCOL: network?.protocol ?? 'none',
    ...(credential === undefined ? {} : { SIGHTLINE_ASKPASS_ORIGIN: credential.origin, SIGHTLINE_ASKPASS_USERNAME: credential.username }),
    ...(network?.sshAgentSocket === undefined ? {} : { SSH_AUTH_SOCK: network.sshAgentSocket }),
    GIT_CONFIG_COUNT: String(configured.length),
    ...Object.fromEntries(
      configured.flatMap(([key, value], index) => [
        [`GIT_CONFIG_KEY_${index}`, key],
        [`GIT_CONFIG_VALUE_${index}`, value],
      ]),
    ),
  };
};
