import { PassThrough } from 'node:stream';
import { fileURLToPath } from 'node:url';
import type { CliContext } from '../../src/cli/context.ts';

const refuse = (what: string) => (): Promise<never> => Promise.reject(new Error(`this test has no ${what}`));

/** The world of a command as a test wants it: nobody looks at its terminals, nothing is in its environment. */
export const cliContext = (wishes: Partial<CliContext> = {}): CliContext => ({
  args: [],
  cwd: '/',
  environment: {},
  stdout: new PassThrough(),
  stderr: new PassThrough(),
  clock: { now: () => Date.now() },
  newId: () => 'test',
  rulesDir: fileURLToPath(new URL('../../rules', import.meta.url)),
  toolVersion: '1.2.3',
  runScan: refuse('scanner'),
  serverControl: refuse('server'),
  allowGrace: () => undefined,
  signal: new AbortController().signal,
  ...wishes,
});
