import { AppError, type ErrorCode } from '../../../lib/errors.ts';
import { causeIn } from '../git-text.ts';

interface Diagnosis {
  readonly code: ErrorCode;
  readonly pattern: RegExp;
  readonly hint?: string;
}

const privateHint = 'If the repository is private, set SIGHTLINE_GIT_TOKEN to a token that may read it.';

/** What git's words mean, in the order they are tried. Git has no machine-readable errors; its messages are stable with LC_ALL=C. */
const diagnoses: readonly Diagnosis[] = [
  { code: 'path_denied', pattern: /: (?:hasDot|hasDotdot|hasDotgit|fullPathname|hasTrailing\w*):|invalid path '/ },
  {
    code: 'authentication_required',
    pattern:
      /Authentication failed|could not read (?:Username|Password)|returned error: 40[13]|terminal prompts disabled|Permission denied \(/,
    hint: privateHint,
  },
  { code: 'redirect_denied', pattern: /returned error: 3\d\d|redirect/i, hint: 'Give the URL the server redirects to, if you trust it.' },
  {
    code: 'target_not_found',
    pattern: /^fatal: repository '.*' not found|returned error: 404|does not appear to be a git repository/m,
    hint: privateHint,
  },
  { code: 'ref_not_found', pattern: /not our ref|unadvertised object|couldn't find remote ref|no such remote ref/ },
  {
    code: 'size_limit',
    pattern: /No space left on device|Disk quota exceeded/,
    hint: 'Free some space, or set TMPDIR to a larger disk.',
  },
  { code: 'size_limit', pattern: /File too large|SIGXFSZ|died of signal 25|[Oo]ut of memory|cannot allocate|exceeds maximum allowed size/ },
  { code: 'checkout_timeout', pattern: /Operation too slow|timed out|Timeout was reached|Less than \d+ bytes\/sec/ },
  {
    code: 'git_integrity',
    pattern:
      /fsck|bad object|did not send all necessary|missing necessary|unresolved delta|COLLISION|corrupt|bad pack|inflate|invalid object|pack signature|pack version|hash mismatch|bad tree|missing (?:blob|tree|commit)|index-pack failed|invalid index-pack output|unable to read|wrong object|mismatch/,
  },
  { code: 'protocol_denied', pattern: /transport '.*' not allowed|is not supported or disabled/ },
  {
    code: 'git_failed',
    pattern: /Host key verification failed|No .* host key is known/,
    hint: 'Connect once with ssh and accept the host key, so that it is in your known_hosts.',
  },
  {
    code: 'git_failed',
    pattern: /CONNECT tunnel failed|from proxy after CONNECT|Proxy CONNECT|resolve proxy/,
    hint: 'Check HTTPS_PROXY, and whether the proxy wants a user name and password; NO_PROXY names hosts that are reached without it.',
  },
  {
    code: 'git_failed',
    pattern: /SSL|certificate|TLS/,
    hint: 'Check the certificate; SSL_CERT_FILE may name your own certificate authorities.',
  },
];

/** What the server says is not evidence of what happened. */
const withoutRemoteLines = (stderr: string): string =>
  stderr
    .split('\n')
    .filter((line) => !/^\s*remote:/.test(line))
    .join('\n');

/** The error a failed git command stands for. `stderr` is plain text already. */
export const gitFailure = (stderr: string, action: string): AppError => {
  const own = withoutRemoteLines(stderr);
  // A pack that is cut off by a broken connection also leaves half an object behind.
  const broken = /early EOF|unexpected disconnect|hung up unexpectedly|Connection (?:reset|refused)|RPC failed|Could not resolve/.test(own);
  const diagnosis = diagnoses.find(({ code, pattern }) => pattern.test(own) && !(broken && code === 'git_integrity'));
  const hint = diagnosis?.hint;
  return new AppError(diagnosis?.code ?? 'git_failed', `${action}: ${causeIn(own)}`, hint === undefined ? {} : { hint });
};
