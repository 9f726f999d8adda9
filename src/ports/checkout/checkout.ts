import type { FileCoverage } from '../../domain/coverage.ts';
import type { OnProgress } from '../../domain/progress.ts';
import type { TargetDescription } from '../../domain/scan.ts';

/** Limits on what a target may cost. What they cut off is in the manifest, or ends the checkout with a stable code. */
export interface CheckoutBudgets {
  /** Wall time of the whole checkout. */
  readonly timeoutMs: number;
  /** Bytes received from a server (git pack) or read from an archive file. */
  readonly transferBytes: number;
  /** Bytes written to disk. */
  readonly checkoutBytes: number;
  readonly files: number;
  /** A larger file is left out (`excluded: too_large`). */
  readonly fileBytes: number;
  readonly pathBytes: number;
  readonly depth: number;
  readonly nameBytes: number;
}

export const defaultBudgets: CheckoutBudgets = {
  timeoutMs: 300_000,
  transferBytes: 1024 ** 3,
  checkoutBytes: 2 * 1024 ** 3,
  files: 200_000,
  fileBytes: 100_000_000,
  pathBytes: 1024,
  depth: 64,
  nameBytes: 255,
};

export interface CheckoutRequest {
  /** As the person typed it: a path, a URL, an archive file. */
  readonly target: string;
  /** Branch, tag or commit; git URLs only. */
  readonly ref?: string;
  /** Full id of the commit to look at; `ref` is then only what it is called. Git URLs only. */
  readonly commit?: string;
  /** Fetch every commit that leads to the revision (`--history`); otherwise depth 1. */
  readonly history: boolean;
  /** A further revision whose tree must be readable from `repository` (`--since`). */
  readonly since?: string;
  /** `HOST[:PORT]` entries that may be loopback and plain http. */
  readonly allowHosts: readonly string[];
  /** Refuse everything that needs the network. */
  readonly offline: boolean;
  /** Sent only to the origin of `target`. */
  readonly token?: string;
  /** User name that goes with the token; absent: the one that is usual at the host. */
  readonly tokenUser?: string;
  /** Somebody else than the person at this machine chose the host: only public addresses, and what `allowHosts` names. */
  readonly publicOnly?: boolean;
  readonly budgets: CheckoutBudgets;
  /** Patterns (gitignore syntax) of paths to leave out, beside the tree's own ignore files. */
  readonly exclude: readonly string[];
  /** Take files in that .gitignore leaves out (`--no-gitignore`). */
  readonly includeIgnored: boolean;
}

/** What the machine offers for reaching servers: handed over, because only the configuration reads the environment of the process. */
export interface NetworkEnvironment {
  /** Socket of the person's ssh agent. */
  readonly sshAgentSocket?: string;
  /** Absolute path of a PEM file with certificate authorities to trust instead of the system's. */
  readonly caFile?: string;
  /** URL of the proxy for https, as in `HTTPS_PROXY`. */
  readonly httpsProxy?: string;
  /** Hosts that are reached without it, as in `NO_PROXY`. */
  readonly noProxy?: string;
}

export interface CheckoutEnvironment extends NetworkEnvironment {
  /** Folders to find git (and what git starts) in, as in `PATH`; relative ones are not used. */
  readonly searchPath: string;
}

export interface CheckoutOptions {
  /** Existing directory below which scratch directories are made. */
  readonly scratch: string;
  readonly environment: CheckoutEnvironment;
  readonly onProgress: OnProgress;
  readonly signal: AbortSignal;
}

/** A regular file inside the root. */
export interface FileEntry {
  /** Relative, `/` between parts; unprintable bytes of a name that is not UTF-8 appear as `\xNN`. */
  readonly path: string;
  /** The name's own bytes, only where they are not valid UTF-8: use these to open it. */
  readonly pathBytes?: Uint8Array;
  readonly sizeBytes: number;
}

export interface GitRepository {
  /** Absolute path of the git directory. It may be hostile: run git by `git-process.ts` only. */
  readonly gitDir: string;
  /** Full id of the revision that was checked out (HEAD for a directory). */
  readonly commit: string;
  /** Where `Checkout.root` lies below the top of the work tree: '' or `sub/folder/`. */
  readonly prefix: string;
  /** Full id of the `since` revision, when one was asked for. */
  readonly sinceCommit?: string;
}

/** A tree to read, and how it came to be. */
export interface Checkout {
  /** Absolute directory. Open files below it without following links. */
  readonly root: string;
  readonly target: TargetDescription;
  /** Sorted by path (code units). */
  readonly files: readonly FileEntry[];
  /** What is there but not in `files`, with the reason; `failed` rows (budget, unreadable) make the scan partial. */
  readonly leftOut: readonly FileCoverage[];
  /** Present when the target is, or lies in, a git repository and its history can be read. */
  readonly repository?: GitRepository;
  readonly warnings: readonly string[];
  /** Removes everything the checkout wrote. Idempotent; never touches a scanned directory itself. */
  readonly dispose: () => Promise<void>;
}

/**
 * Brings a target to where engines can read it.
 *
 * Obligations of every adapter (checked by `checkout.contract.ts`):
 * - Nothing of the target is executed, and nothing outside `root` is read or written.
 * - On failure, abort or a spent budget nothing is left on disk; it ends within 1 s of abort.
 * - The bytes engines see are the bytes the repository or archive holds: no filters, no end-of-line conversion.
 */
export interface CheckoutSource {
  readonly name: 'directory' | 'git' | 'archive';
  /** True when this adapter is the one for the target; looks at the string and at most one `stat`. */
  readonly accepts: (target: string) => Promise<boolean>;
  /** @throws AppError with one of the intake codes of `lib/errors.ts`. */
  readonly open: (request: CheckoutRequest, options: CheckoutOptions) => Promise<Checkout>;
}
