import { type ChildProcess, spawn } from 'node:child_process';
import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { delimiter, isAbsolute, join } from 'node:path';
import { Duplex } from 'node:stream';
import { abortReason, throwIfAborted, withDeadline } from './abort.ts';
import { AppError, isSystemError } from './errors.ts';
import { lifelineScript } from './lifeline.ts';
import { plainOutput } from './text-safety.ts';

/** One run of a program whose output is not trusted. */
export interface BoundedRun {
  /** A name looked up on `env.PATH`, or an absolute path. */
  readonly command: string;
  readonly args: readonly string[];
  /** Absolute; never a directory of a scanned tree. */
  readonly cwd: string;
  /** The whole environment: nothing is inherited. */
  readonly env: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  /** Bytes of stdout and stderr together. */
  readonly maxOutputBytes: number;
}

export interface BoundedResult {
  readonly exitCode: number | null;
  readonly signal: string | null;
  readonly stdout: Uint8Array;
  /** At most {@link maxStderrCharacters}, control characters removed. */
  readonly stderr: string;
}

const lifelineDescriptor = 3;
const maxStderrCharacters = 16_384;
/** How long output pipes may stay open after the program itself ended (a grandchild that left the group can hold them). */
const pipeGraceMs = 250;

/**
 * Absolute path of a program, or undefined. Only absolute entries of `searchPath` count: an empty or relative entry means "the current
 * directory", which may be a scanned tree.
 */
export const findProgram = async (command: string, searchPath: string): Promise<string | undefined> => {
  if (command === '' || command.includes('\0')) return undefined;
  const candidates = isAbsolute(command)
    ? [command]
    : command.includes('/')
      ? []
      : searchPath
          .split(delimiter)
          .filter((entry) => isAbsolute(entry))
          .map((entry) => join(entry, command));
  for (const candidate of candidates) {
    try {
      await access(candidate, constants.X_OK);
      if ((await stat(candidate)).isFile()) return candidate;
    } catch (error) {
      if (!isSystemError(error, 'ENOENT', 'EACCES', 'ENOTDIR', 'ELOOP', 'ENAMETOOLONG')) throw error;
    }
  }
  return undefined;
};

/** Text of a program for people: escape sequences, control and direction-changing characters removed, length bounded. */
export const printableOutput = (bytes: Uint8Array): string =>
  plainOutput(new TextDecoder().decode(bytes)).slice(0, maxStderrCharacters).trim();

/** SIGKILL to every process of the group; a group that is gone already is no error. */
export const killGroup = (pid: number): void => {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch (error) {
    if (!isSystemError(error, 'ESRCH', 'EPERM')) throw error;
  }
};

/** The pipe behind a descriptor of a child, if it has one: a child that no descriptors were left for has not even a list of them. */
export const pipeOf = (child: ChildProcess, descriptor: number): Duplex | undefined => {
  const streams: ChildProcess['stdio'] | undefined = child.stdio;
  const pipe = streams?.[descriptor];
  return pipe instanceof Duplex ? pipe : undefined;
};

/**
 * Runs a program without a shell, in its own process group, with nothing on stdin. When it ends for any reason (its own exit, abort,
 * deadline, too much output, the end of this process) the whole group is killed, so nothing it started stays behind. A program that moves itself to another session
 * escapes that: only a sandbox holds those.
 *
 * A non-zero exit code is a result, not an error.
 * @throws AppError `tool_missing` when there is no such program, `tool_failed` when it cannot be started or writes more than
 * `maxOutputBytes`, `deadline_exceeded`, or the reason of `signal`.
 */
export const runBounded = async (run: BoundedRun, options: { readonly signal: AbortSignal }): Promise<BoundedResult> => {
  throwIfAborted(options.signal);
  const program = await findProgram(run.command, run.env['PATH'] ?? '');
  if (program === undefined) {
    throw new AppError('tool_missing', `${run.command} is not installed`, {
      hint: `Install ${run.command} and make sure it is on PATH.`,
      details: { tool: run.command },
    });
  }
  const seconds = Math.ceil(run.timeoutMs / 1000);
  const deadline = withDeadline(options.signal, run.timeoutMs, 'deadline_exceeded', `${run.command} did not finish within ${seconds} s`);
  try {
    return await runProgram(program, run, deadline.signal);
  } finally {
    deadline.clear();
  }
};

/** The shell that was to become the program speaks instead of it. */
const couldNotStart = (exitCode: number | null, stderr: string, program: string): boolean =>
  (exitCode === 126 || exitCode === 127) && stderr.startsWith('sh: ') && (stderr.split('\n', 1)[0] ?? '').includes(program);

const runProgram = (program: string, run: BoundedRun, signal: AbortSignal): Promise<BoundedResult> =>
  new Promise((resolve, reject) => {
    if (signal.aborted) {
      reject(abortReason(signal));
      return;
    }
    const child = spawn('/bin/sh', ['-c', lifelineScript(lifelineDescriptor), 'sh', program, ...run.args], {
      cwd: run.cwd,
      env: run.env,
      detached: true,
      shell: false,
      stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    });
    const stdout: Uint8Array[] = [];
    const stderr: Uint8Array[] = [];
    let outputBytes = 0;
    let failure: AppError | undefined;
    let graceTimer: NodeJS.Timeout | undefined;

    const stop = (reason: AppError): void => {
      failure ??= reason;
      if (child.pid !== undefined) killGroup(child.pid);
    };
    const onAbort = (): void => stop(abortReason(signal));
    const collect = (pieces: Uint8Array[]) => (piece: Uint8Array) => {
      outputBytes += piece.length;
      if (outputBytes > run.maxOutputBytes) stop(new AppError('tool_failed', `${run.command} wrote more than ${run.maxOutputBytes} bytes`));
      else pieces.push(piece);
    };

    signal.addEventListener('abort', onAbort, { once: true });
    const lifeline = pipeOf(child, lifelineDescriptor);
    lifeline?.on('error', () => undefined);
    child.stdout?.on('data', collect(stdout));
    child.stderr?.on('data', collect(stderr));
    child.once('error', (cause) => {
      signal.removeEventListener('abort', onAbort);
      clearTimeout(graceTimer);
      reject(failure ?? new AppError('tool_failed', `${run.command} could not be started: ${cause.message}`, { cause }));
    });
    child.once('exit', () => {
      if (child.pid !== undefined) killGroup(child.pid);
      lifeline?.destroy();
      graceTimer = setTimeout(() => {
        child.stdout?.destroy();
        child.stderr?.destroy();
      }, pipeGraceMs);
    });
    child.once('close', (exitCode, killedBy) => {
      signal.removeEventListener('abort', onAbort);
      clearTimeout(graceTimer);
      const stderrText = printableOutput(Buffer.concat(stderr));
      if (failure !== undefined) reject(failure);
      else if (couldNotStart(exitCode, stderrText, program)) {
        reject(new AppError('tool_failed', `${run.command} could not be started`, { details: { stderr: stderrText.slice(0, 500) } }));
      } else resolve({ exitCode, signal: killedBy, stdout: Buffer.concat(stdout), stderr: stderrText });
    });
  });
