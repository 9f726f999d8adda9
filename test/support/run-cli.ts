import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** The launcher at the root: the program as a person starts it. */
export const launcher = fileURLToPath(new URL('../../sightline', import.meta.url));

export interface CliRun {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CliOptions {
  readonly cwd?: string;
  /** Added to the environment; undefined removes. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Another program than the launcher. */
  readonly program?: string;
  /** Sees the running process, to send it signals. */
  readonly onStart?: (child: ChildProcess) => void;
}

/** The environment of this process without what would change how the program behaves. */
export const cleanEnvironment = (): Record<string, string | undefined> =>
  Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) => !/^(SIGHTLINE_|VITEST|(NO_COLOR|FORCE_COLOR|TERM|NODE_ENV|NODE_OPTIONS|NODE_COMPILE_CACHE)$)/.test(name),
    ),
  );

/** Runs one command line to its end. */
export const runCli = (args: readonly string[], { cwd, env = {}, program = launcher, onStart }: CliOptions = {}): Promise<CliRun> =>
  new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd, env: { ...cleanEnvironment(), ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
    child.on('error', reject);
    child.on('close', (exitCode) =>
      resolve({ exitCode, stdout: Buffer.concat(out).toString('utf8'), stderr: Buffer.concat(err).toString('utf8') }),
    );
    onStart?.(child);
  });
