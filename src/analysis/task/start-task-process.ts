import { type ChildProcess, spawn } from 'node:child_process';
import { getCompileCacheDir } from 'node:module';
import { dirname } from 'node:path';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { killGroup, pipeOf } from '../../lib/child-process.ts';
import { monotonicMs } from '../../lib/clock.ts';
import { isAppError, messageOf } from '../../lib/errors.ts';
import { lifelineScript } from '../../lib/lifeline.ts';
import { clip, plainOutput } from '../../lib/text-safety.ts';
import { residentBytesOfTree } from '../../ports/checkout/process-memory.ts';
import { readJsonLines } from './json-lines.ts';
import { explainEnd, failure, type TaskFailure } from './task-failure.ts';
import { messageLimits, taskMessageSchema } from './task-message-schema.ts';
import { lifelineDescriptor, messageDescriptor, type TaskCommand, type TaskMessage } from './task-messages.ts';
import type { TaskRequest } from './task-request.ts';

export interface TaskLimits {
  readonly timeoutMs: number;
  /** JavaScript heap of the process's main thread. */
  readonly heapBytes: number;
  /** Resident memory of the process and everything it started; measured where `/proc` exists. */
  readonly memoryBytes: number;
  /** Largest file it, or anything it starts, may write. */
  readonly fileBytes: number;
}

export interface TaskHooks {
  /** Plain text of at most 4,000 characters. */
  readonly onLog: (level: 'debug' | 'info' | 'warn', message: string) => void;
  /** Resolves to the commit to look at; undefined ends the task as stopped. */
  readonly onPin: (found: { readonly commit: string; readonly ref?: string }) => Promise<string | undefined>;
}

/** `stopped`: by the signal, or because the lease was lost; nobody wants to know more. */
export type TaskEnd = { readonly state: 'done'; readonly durationMs: number } | { readonly state: 'stopped' } | TaskFailure;

export interface TaskProcess {
  /** Leader of its process group. */
  readonly pid: number;
  /** Never rejects. When it resolves, the process has ended and all of its group has been killed. */
  readonly ended: Promise<TaskEnd>;
}

export interface TaskProcessOptions extends TaskHooks {
  readonly limits: TaskLimits;
  readonly signal: AbortSignal;
  /** Another program than our own; for tests. */
  readonly entry?: URL;
}

export type StartTaskProcess = (request: TaskRequest, options: TaskProcessOptions) => TaskProcess;

const memoryPollMs = 250;
const logCharacters = 4000;
/** What it may print in all; our own code prints nothing. */
const printedBytes = 8 * 1024 ** 2;
const keptBytes = 16 * 1024;
/** How long pipes may stay open after the process has ended. */
const pipeGraceMs = 250;
/** How long a process whose task is done may take to end by itself; it keeps compiled code for the next one meanwhile. */
const goodbyeMs = 2000;

const ownEntry = (): URL => new URL(`./task-process${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url);

/** The folder this process keeps compiled code in, as `enableCompileCache` takes it; '' where it keeps none. */
const compileCache = (): string => {
  const versioned = getCompileCacheDir();
  return versioned === undefined ? '' : dirname(versioned);
};

const start = (request: TaskRequest, { limits, entry = ownEntry() }: TaskProcessOptions): ChildProcess => {
  const { scratchDir, settings } = request;
  const before = `ulimit -c 0; ulimit -f ${Math.ceil(limits.fileBytes / 512)} 2>/dev/null || :; `;
  const script = lifelineScript(lifelineDescriptor, { before, closeInWatcher: [messageDescriptor] });
  const heap = `--max-old-space-size=${Math.ceil(limits.heapBytes / 1024 ** 2)}`;
  return spawn('/bin/sh', ['-c', script, 'sh', process.execPath, heap, fileURLToPath(entry), compileCache()], {
    cwd: scratchDir,
    // Nothing of ours: neither addresses nor keys, nor what would change how Node behaves.
    env: { PATH: settings.toolPath, HOME: scratchDir, TMPDIR: scratchDir, LC_ALL: 'C' },
    // A group of its own, so that it can be ended as a whole.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', 'pipe', 'pipe'],
  });
};

/** Collects what is printed, up to a limit that only a run-away process meets. */
const collectPrinted = (streams: readonly (Readable | null)[], onTooMuch: () => void): (() => string) => {
  const kept: Buffer[] = [];
  let bytes = 0;
  for (const stream of streams) {
    stream?.on('data', (chunk: Buffer) => {
      if (bytes < keptBytes) kept.push(chunk);
      bytes += chunk.length;
      if (bytes > printedBytes) onTooMuch();
    });
  }
  return () => plainOutput(Buffer.concat(kept).subarray(0, keptBytes).toString('utf8')).trim();
};

/**
 * Runs a task in a process of its own: whatever the bytes it looks at do to it (crash, memory without end, endless output, nonsense), one
 * task fails with a stable code and this process goes on. It ends, with everything it started, when its time is over, when the signal says
 * so, and when this process is gone.
 */
export const startTaskProcess: StartTaskProcess = (request, options) => {
  const { limits, onLog, onPin, signal } = options;
  const startedMs = monotonicMs();
  const child = start(request, options);
  const { pid } = child;
  const channel = pipeOf(child, messageDescriptor);
  const lifeline = pipeOf(child, lifelineDescriptor);
  let end: TaskEnd | undefined;
  let goodbye: NodeJS.Timeout | undefined;
  /** The first reason counts; the process is of no more use after it. */
  const finish = (reason: TaskEnd): void => {
    end ??= reason;
    if (pid !== undefined) killGroup(pid);
  };

  const printed = collectPrinted([child.stdout, child.stderr], () =>
    finish(failure('engine_output_invalid', 'the engine process prints without end')),
  );
  const answer = async (message: TaskMessage): Promise<void> => {
    switch (message.type) {
      case 'log':
        return onLog(message.level, clip(plainOutput(message.message), logCharacters));
      case 'pin': {
        const { commit, ref } = message;
        const pinned = await onPin({ commit, ...(ref === undefined ? {} : { ref }) });
        if (pinned === undefined) return finish({ state: 'stopped' });
        return send({ type: 'pinned', commit: pinned });
      }
      case 'done':
        end ??= { state: 'done', durationMs: monotonicMs() - startedMs };
        goodbye = setTimeout(() => finish({ state: 'done', durationMs: 0 }), goodbyeMs);
        return undefined;
      case 'failed':
        return finish(failure(message.code, message.message, message.hint));
    }
  };
  const send = (command: TaskCommand): void => void channel?.write(`${JSON.stringify(command)}\n`);
  const listen = async (): Promise<void> => {
    if (channel === undefined) return;
    try {
      for await (const value of readJsonLines(channel, messageLimits)) {
        const message = taskMessageSchema.safeParse(value);
        if (!message.success) return finish(failure('engine_output_invalid', 'the engine process sent something that is no message'));
        await answer(message.data);
      }
    } catch (error) {
      if (end === undefined && isAppError(error)) finish(failure(error.code, error.message));
      // A pipe that broke: the end of the process tells why.
    }
  };

  const onAbort = (): void => finish({ state: 'stopped' });
  signal.addEventListener('abort', onAbort, { once: true });
  const seconds = Math.ceil(limits.timeoutMs / 1000);
  const timer = setTimeout(() => finish(failure('deadline_exceeded', `the task took longer than ${seconds} s`)), limits.timeoutMs);
  const watcher = setInterval(() => {
    if (pid === undefined || residentBytesOfTree(pid) <= limits.memoryBytes) return;
    finish(failure('memory_limit', `the engine process used more than ${Math.round(limits.memoryBytes / 1024 ** 2)} MiB of memory`));
  }, memoryPollMs);

  const ended = new Promise<TaskEnd>((resolve) => {
    const settle = (reason: TaskEnd): void => {
      signal.removeEventListener('abort', onAbort);
      clearTimeout(timer);
      clearTimeout(goodbye);
      clearInterval(watcher);
      const text = printed();
      if (text !== '') onLog('warn', clip(text, logCharacters));
      resolve(end ?? reason);
    };
    child.once('error', (error) => settle(failure('engine_failed', `the engine process could not be started: ${messageOf(error)}`)));
    child.once('exit', () => {
      // The group outlives its leader while anything is in it.
      if (pid !== undefined) killGroup(pid);
      lifeline?.destroy();
      setTimeout(() => {
        for (const stream of child.stdio) stream?.destroy();
      }, pipeGraceMs).unref();
    });
    child.once('close', (exitCode, killedBy) => settle(explainEnd({ exitCode, killedBy, printed: printed() })));
  });

  for (const stream of [channel, lifeline]) stream?.on('error', () => undefined);
  if (signal.aborted) onAbort();
  void listen();
  send({ type: 'start', request });
  return { pid: pid ?? 0, ended };
};
