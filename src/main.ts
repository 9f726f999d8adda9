import module from 'node:module';
import { join } from 'node:path';
import type { Interruption } from './compose.ts';
import type { Environment } from './config/load.ts';

/**
 * Entry: argv to exit code, and what concerns the process as a whole (signals, broken pipes, defects). The only file that sets the
 * exit code. It loads next to nothing itself, so that the compile cache is on before anything larger comes in.
 */
const oldestNode = 24;

/** After an interruption everything must be over within 2 s; what is not by then is cut off. A server takes the time it asked for. */
const shortGraceMs = 1700;

const interruptible = async (): Promise<Interruption> => {
  const { AppError } = await import('./lib/errors.ts');
  const controller = new AbortController();
  let graceMs = shortGraceMs;
  const interrupt = (name: NodeJS.Signals): void => {
    // The second one is from somebody who will not wait; exit handlers still remove what must not stay.
    if (controller.signal.aborted) process.exit(130);
    controller.abort(new AppError('cancelled', name === 'SIGINT' ? 'interrupted' : `stopped by ${name}`));
    setTimeout(() => process.exit(130), graceMs).unref();
  };
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, interrupt);
  return {
    signal: controller.signal,
    allowGrace: (askedMs) => {
      graceMs = Math.max(shortGraceMs, askedMs);
    },
  };
};

const run = async (environment: Environment): Promise<number> => {
  const interruption = await interruptible();
  const [{ composeContext }, { runCli }, { printDefect }] = await Promise.all([
    import('./compose.ts'),
    import('./cli/run.ts'),
    import('./cli/print-error.ts'),
  ]);
  process.on('uncaughtException', (error) => {
    printDefect(error);
    process.exit(2);
  });
  // Whoever writes gets the error too and deals with it; a reader that went away must not count as a defect.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
  return runCli(composeContext(environment, interruption));
};

if (Number(process.versions.node.split('.')[0]) < oldestNode) {
  process.stderr.write(`error[internal]: Sightline needs Node.js ${oldestNode} or newer, this is ${process.versions.node}\n`);
  process.stderr.write('hint: Start it with its launcher, "sightline", which brings the right one.\n');
  process.exitCode = 4;
} else {
  const { cacheDirectory, readEnvironment } = await import('./config/load.ts');
  const environment = readEnvironment();
  module.enableCompileCache(join(cacheDirectory(environment), 'compile'));
  process.exitCode = await run(environment);
}
