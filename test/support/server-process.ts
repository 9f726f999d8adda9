import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { cleanEnvironment, launcher } from './run-cli.ts';

/** A server as a person starts it, in a process of its own. */
export interface ServerProcess {
  readonly pid: number;
  /** By name of the listener: `api`, `probes`, `metrics`. */
  readonly urls: Readonly<Record<string, string>>;
  /** Every line of its log so far. */
  readonly log: () => readonly Readonly<Record<string, unknown>>[];
  readonly stderr: () => string;
  readonly isAlive: () => boolean;
  /** Sends a signal and waits for the end. */
  readonly stop: (signal?: NodeJS.Signals) => Promise<{ readonly exitCode: number | null; readonly signal: NodeJS.Signals | null }>;
}

export interface ServerProcessOptions {
  readonly cwd: string;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string | undefined>>;
}

const startedMessage = 'server started';

/** Resolves when it says that it is up; rejects with what it printed when it ends before. */
export const startServer = ({ cwd, args = [], env = {} }: ServerProcessOptions): Promise<ServerProcess> =>
  new Promise((resolve, reject) => {
    const free = ['--listen', '0', '--probes-listen', '0', '--metrics-listen', '0'];
    const child: ChildProcess = spawn(launcher, ['serve', ...free, ...args], {
      cwd,
      env: { ...cleanEnvironment(), ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const log: Record<string, unknown>[] = [];
    let stderr = '';
    const ended = new Promise<{ exitCode: number | null; signal: NodeJS.Signals | null }>((done) =>
      child.on('close', (exitCode, signal) => done({ exitCode, signal })),
    );
    child.on('error', reject);
    child.stderr?.on('data', (chunk: Buffer) => void (stderr += chunk.toString('utf8')));
    void ended.then(({ exitCode }) => reject(new Error(`the server ended with code ${exitCode}: ${stderr}`)));
    if (child.stdout === null) return;
    createInterface({ input: child.stdout }).on('line', (text) => {
      const line = JSON.parse(text) as Record<string, unknown>;
      log.push(line);
      if (line['message'] !== startedMessage) return;
      const urls = Object.fromEntries(
        Object.entries(line).filter((entry): entry is [string, string] => String(entry[1]).startsWith('http:')),
      );
      resolve({
        pid: child.pid ?? 0,
        urls,
        log: () => log,
        stderr: () => stderr,
        isAlive: () => child.exitCode === null && child.signalCode === null,
        stop: (signal = 'SIGTERM') => {
          child.kill(signal);
          return ended;
        },
      });
    });
  });
