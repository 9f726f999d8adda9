import { randomBytes, randomInt } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { CliContext } from './cli/context.ts';
import { openScratchRoot } from './cli/scratch-root.ts';
import { type Environment, networkEnvironment } from './config/load.ts';
import { AppError } from './lib/errors.ts';
import { uuidV7 } from './lib/uuid-v7.ts';

const readToolVersion = (): string => {
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string };
  return version;
};

const currentDirectory = (): string => {
  try {
    return process.cwd();
  } catch (cause) {
    throw new AppError('usage_invalid', 'the current directory does not exist any more', { hint: 'Change to one that does.', cause });
  }
};

/** How a person's interruption reaches a command. */
export interface Interruption {
  readonly signal: AbortSignal;
  /** See `CliContext.allowGrace`. */
  readonly allowGrace: (graceMs: number) => void;
}

/** The composition root: the only place that knows clock, randomness, folders and which parts work together. */
export const composeContext = (environment: Environment, { signal, allowGrace }: Interruption): CliContext => {
  const clock = { now: () => Date.now() };
  const newId = (): string => uuidV7(clock.now(), randomBytes(10));
  const rulesDir = fileURLToPath(new URL('../rules', import.meta.url));
  const toolVersion = readToolVersion();
  const toolPath = environment['PATH'] ?? '/usr/local/bin:/usr/bin:/bin';
  const network = networkEnvironment(environment);
  return {
    args: process.argv.slice(2),
    // Asked only by what needs it: with absolute paths a command works from nowhere.
    get cwd() {
      return currentDirectory();
    },
    environment,
    stdout: process.stdout,
    stderr: process.stderr,
    clock,
    newId,
    rulesDir,
    toolVersion,
    runScan: async (request, onProgress, options) => {
      // Worker threads cannot start without one either.
      currentDirectory();
      const [{ runScan }, { sweepStale }] = await Promise.all([import('./analysis/scan.ts'), import('./ports/checkout/scratch.ts')]);
      const scratch = openScratchRoot(tmpdir(), process.getuid?.() ?? 0, process.pid);
      // Also where the process is cut off in the middle.
      process.once('exit', scratch.remove);
      try {
        const dependencies = { clock, newId, rulesDir, toolVersion, scratchRoot: scratch.path, toolPath, network, onProgress };
        return await runScan(request, dependencies, options);
      } finally {
        scratch.remove();
        process.off('exit', scratch.remove);
        await sweepStale(scratch.sharedPath);
      }
    },
    serverControl: async () => {
      const { createServerControl } = await import('./compose/server-control.ts');
      const random = (): number => randomInt(2 ** 32) / 2 ** 32;
      const writeLog = (line: string): void => void process.stdout.write(line);
      return createServerControl({ cwd: currentDirectory, environment, clock, newId, random, rulesDir, toolVersion, toolPath, writeLog });
    },
    allowGrace,
    signal,
  };
};
