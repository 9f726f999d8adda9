import { type ChildProcess, spawn } from 'node:child_process';
import { Readable, Transform, type Writable } from 'node:stream';
import { abortReason, throwIfAborted } from '../../lib/abort.ts';
import { AppError, messageOf } from '../../lib/errors.ts';
import { argumentsOf, type GitCommand } from './git-command.ts';
import { type GitNetwork, gitEnvironment, tokenDescriptor } from './git-settings.ts';
import { causeIn, plainGitText } from './git-text.ts';
import { residentBytesOfTree } from './process-memory.ts';

/**
 * The only place that starts git. Every process has a cleared environment, settings that beat any configuration file, its own process
 * group (killed as a whole), bounded output and an explicit git directory.
 */

const stderrLimitBytes = 64 * 1024;
const memoryPollMs = 100;

export interface GitLimits {
  /** Largest file the process may write (RLIMIT_FSIZE). */
  readonly fileBytes?: number;
  /** Resident memory the process and its children may have at the moment; measured where `/proc` exists. */
  readonly memoryBytes?: () => number;
}

export interface GitOptions {
  /** Absolute. It may belong to a hostile repository. No command looks at a work tree. */
  readonly gitDir: string;
  /** Folders to find git in, as in `PATH`. */
  readonly searchPath: string;
  readonly timeoutMs: number;
  /** Output beyond this ends the process with `size_limit`. */
  readonly maxOutputBytes: number;
  /** Without it no transport works. */
  readonly network?: GitNetwork;
  readonly limits?: GitLimits;
  readonly signal: AbortSignal;
}

export interface GitResult {
  readonly exitCode: number;
  readonly stdout: Buffer;
  /** Plain text: no control characters, no credentials, at most 64 KiB. */
  readonly stderr: string;
}

export interface GitStream {
  readonly stdout: Readable;
  readonly stdin: Writable;
  /**
   * Settles when the process is gone; await it. @throws AppError `git_failed` on a failing exit, the signal's reason, or what a limit
   * says. When it rejects, `stdout` is destroyed with the same error.
   */
  readonly done: Promise<void>;
  /** Ends the process group now; `done` then resolves. For a reader that has seen enough. */
  readonly stop: () => void;
}

interface Ended {
  readonly exitCode: number;
  readonly stderr: string;
}

interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  readonly fail: (error: AppError) => void;
  readonly stop: () => void;
}

const missing = (cause?: unknown): AppError =>
  new AppError('git_missing', 'git is not installed', { hint: 'Install git 2.37 or later and make sure it is in PATH.', cause });

/** Limits are set by a shell that then becomes git: no other program is needed for it, on any system. */
const limiter = 'ulimit -c 0; [ "$1" = 0 ] || ulimit -f "$1" 2>/dev/null || :; shift; command -v git >/dev/null || exit 127; ';
const lifelineDescriptor = 4;
/**
 * A server can keep git waiting for ever, and when this process is killed outright nobody is left to end it: so a shell beside it waits
 * for the lifeline to break, which the system does for us, and takes the whole group with it.
 */
const untilLifelineBreaks = `{ read -r _ <&${lifelineDescriptor}; kill -9 0; } </dev/null >/dev/null 2>&1 & `;
const limitedGit = `${limiter}exec git "$@"`;
const limitedNetworkGit = `${limiter}${untilLifelineBreaks}exec git "$@" ${lifelineDescriptor}<&-`;

const killGroup = (child: ChildProcess): void => {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    child.kill('SIGKILL');
  }
};

const start = (command: GitCommand, options: Omit<GitOptions, 'maxOutputBytes'>, onFailure?: (error: AppError) => void): Running => {
  throwIfAborted(options.signal);
  const credential = options.network?.credential;
  const fileBlocks = options.limits?.fileBytes === undefined ? 0 : Math.max(1, Math.ceil(options.limits.fileBytes / 512));
  const script = options.network === undefined ? limitedGit : limitedNetworkGit;
  const child = spawn('/bin/sh', ['-c', script, 'git', String(fileBlocks), ...argumentsOf(command)], {
    cwd: '/',
    env: { ...gitEnvironment(options) },
    detached: true,
    stdio: [
      'pipe',
      'pipe',
      'pipe',
      ...(options.network === undefined ? [] : [credential === undefined ? ('ignore' as const) : ('pipe' as const), 'pipe' as const]),
    ],
  });
  const lifeline = child.stdio[lifelineDescriptor];
  lifeline?.on('error', () => undefined);
  child.once('exit', () => lifeline?.destroy());

  let failure: AppError | undefined;
  const fail = (error: AppError): void => {
    failure ??= error;
    onFailure?.(failure);
    killGroup(child);
  };
  const onAbort = (): void => fail(abortReason(options.signal));
  options.signal.addEventListener('abort', onAbort, { once: true });
  const timer = setTimeout(
    () => fail(new AppError('checkout_timeout', `git ${command.name} took longer than ${options.timeoutMs} ms`)),
    options.timeoutMs,
  );

  const memoryBytes = options.limits?.memoryBytes;
  const memoryTimer =
    memoryBytes === undefined
      ? undefined
      : setInterval(() => {
          if (child.pid !== undefined && residentBytesOfTree(child.pid) > memoryBytes()) {
            fail(
              new AppError('size_limit', `git ${command.name} needed more than ${memoryBytes()} bytes of memory for what the server sent`),
            );
          }
        }, memoryPollMs);

  const stderr: Buffer[] = [];
  let stderrBytes = 0;
  child.stderr?.on('data', (chunk: Buffer) => {
    if (stderrBytes < stderrLimitBytes) stderr.push(chunk.subarray(0, stderrLimitBytes - stderrBytes));
    stderrBytes += chunk.length;
  });
  // A process that ends early closes its end: the exit code tells why, not EPIPE.
  child.stdin?.on('error', () => undefined);
  if (credential !== undefined) {
    const channel = child.stdio[tokenDescriptor];
    channel?.on('error', () => undefined);
    if (channel !== null && channel !== undefined && 'end' in channel) channel.end(`${credential.token}\n`);
    if (channel instanceof Readable) channel.resume();
  }

  const ended = new Promise<Ended>((resolve, reject) => {
    child.once('error', (cause) => reject(failure ?? missing(cause)));
    child.once('close', (exitCode, signalName) => {
      if (failure !== undefined) return reject(failure);
      if (exitCode === 127) return reject(missing());
      const text = plainGitText(Buffer.concat(stderr).toString('utf8'), credential === undefined ? [] : [credential.token]);
      resolve({ exitCode: exitCode ?? 128, stderr: signalName === null ? text : `${text}\nfatal: git was ended by ${signalName}` });
    });
  }).finally(() => {
    clearTimeout(timer);
    clearInterval(memoryTimer);
    options.signal.removeEventListener('abort', onAbort);
  });
  return { child, ended, fail, stop: () => killGroup(child) };
};

const tooMuchOutput = (command: GitCommand, maxOutputBytes: number): AppError =>
  new AppError('size_limit', `git ${command.name} answered with more than ${maxOutputBytes} bytes`);

/** Runs git to its end. An exit code other than 0 is a value; limits, abort and a missing git throw. */
export const runGit = async (command: GitCommand, options: GitOptions & { readonly stdin?: Uint8Array | string }): Promise<GitResult> => {
  const running = start(command, options);
  const chunks: Buffer[] = [];
  let bytes = 0;
  running.child.stdout?.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > options.maxOutputBytes) running.fail(tooMuchOutput(command, options.maxOutputBytes));
    else chunks.push(chunk);
  });
  running.child.stdin?.end(options.stdin);
  const ended = await running.ended;
  return { ...ended, stdout: Buffer.concat(chunks) };
};

/**
 * Runs git with its output as a stream, for output that is large by nature: a history, a batch of blobs. The reader sets the pace.
 * `maxOutputBytes: Infinity` means that the reader bounds what it takes.
 */
export const streamGit = (command: GitCommand, options: GitOptions): GitStream => {
  // A stream that was cut must not look complete to a reader that has not come to `done` yet.
  const { child, ended, fail, stop } = start(command, options, (error) => output?.destroy(error));
  let output: Readable | undefined;
  const { stdin, stdout } = child;
  if (stdin === null || stdout === null) throw new AppError('internal', 'a child process without pipes');

  let limited: Transform | undefined;
  if (Number.isFinite(options.maxOutputBytes)) {
    let bytes = 0;
    limited = new Transform({
      transform(chunk: Buffer, _encoding, callback) {
        bytes += chunk.length;
        if (bytes <= options.maxOutputBytes) return callback(null, chunk);
        fail(tooMuchOutput(command, options.maxOutputBytes));
      },
    });
    stdout.pipe(limited);
  }
  const reader: Readable = limited ?? stdout;
  output = reader;
  let stopped = false;
  const done = ended.then(
    ({ exitCode, stderr }) => {
      if (exitCode === 0 || stopped) return;
      const error = new AppError('git_failed', `git ${command.name} failed: ${causeIn(stderr)}`, {
        details: { exitCode, stderr: stderr.slice(0, 1000) },
      });
      reader.destroy(error);
      throw error;
    },
    (error: unknown) => {
      reader.destroy(error instanceof Error ? error : new Error(messageOf(error)));
      throw error;
    },
  );
  // The reader may fail first and never await `done`; that must not end the program.
  done.catch(() => undefined);
  reader.on('error', () => undefined);
  return {
    stdout: reader,
    stdin,
    done,
    stop: () => {
      stopped = true;
      stop();
      reader.resume();
    },
  };
};

/** Releases before the fixes of November 2026 (2.50.2, 2.51.3, 2.56.1 and their sisters). A distribution may have repaired an older number. */
const hasKnownHoles = (major: number, minor: number, patch: number): boolean => {
  if (major !== 2) return major < 2;
  if (minor < 50) return true;
  if (minor === 50) return patch < 2;
  if (minor === 51) return patch < 3;
  return minor <= 56 && patch === 0;
};

/** @throws AppError `git_missing` when git is absent or older than 2.37, the first that can pin addresses. */
export const requireGit = async (
  options: Pick<GitOptions, 'searchPath' | 'signal'>,
): Promise<{ readonly version: string; readonly warning?: string }> => {
  const { stdout } = await runGit(
    { name: 'version', flags: [] },
    { ...options, gitDir: '/dev/null', timeoutMs: 10_000, maxOutputBytes: 4096 },
  );
  const version = /git version (\d+)\.(\d+)(?:\.(\d+))?/.exec(stdout.toString('latin1'));
  if (version === null) throw missing();
  const [major, minor, patch] = [Number(version[1]), Number(version[2]), Number(version[3] ?? 0)];
  const name = `${major}.${minor}.${patch}`;
  if (major < 2 || (major === 2 && minor < 37)) {
    throw new AppError('git_missing', `git ${name} is too old`, {
      hint: 'Install git 2.37 or later: older ones cannot pin the addresses they connect to.',
    });
  }
  return hasKnownHoles(major, minor, patch)
    ? {
        version: name,
        warning: `git ${name} is older than the security fixes of November 2026 (2.50.2, 2.51.3, 2.56.1); Sightline avoids the known holes, an update closes them`,
      }
    : { version: name };
};
