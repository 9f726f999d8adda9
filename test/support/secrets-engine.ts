import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FileAnalyser, PreparedEngine } from '../../src/engines/engine.ts';
import { createRandom, expandExample } from '../../src/engines/secrets/examples.ts';
import { secretsEngine } from '../../src/engines/secrets/index.ts';

/** What tests of this engine share. */
export const packDir = join(import.meta.dirname, '..', '..', 'rules', 'secrets');
export const testSignal = (): AbortSignal => AbortSignal.timeout(300_000);
export const testKey = { id: 'test', key: Buffer.alloc(32, 7), ephemeral: false };

/** Runs `work` with a directory that holds the files, and removes it. */
export const withFiles = async <Result>(
  files: Readonly<Record<string, string>>,
  work: (directory: string) => Promise<Result>,
): Promise<Result> => {
  const directory = await mkdtemp(join(tmpdir(), 'sightline-secrets-'));
  try {
    for (const [name, text] of Object.entries(files)) await writeFile(join(directory, name), text);
    return await work(directory);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
};

export const prepareConfig = (toml: string): Promise<PreparedEngine> =>
  withFiles({ 'rules.toml': toml }, (directory) =>
    secretsEngine.prepare({ rulesDir: packDir, configPath: join(directory, 'rules.toml'), hmacKey: testKey }, { signal: testSignal() }),
  );

export const analyserFor = async (toml: string): Promise<FileAnalyser> => secretsEngine.openAnalyser((await prepareConfig(toml)).options);

export const packAnalyser = async (): Promise<FileAnalyser> =>
  secretsEngine.openAnalyser((await secretsEngine.prepare({ rulesDir: packDir, hmacKey: testKey }, { signal: testSignal() })).options);

/** A value of the given template, `{{alnum:40}}`; equal seeds give equal values. */
export const sample = (template: string, seed = 1): string => expandExample(template, createRandom(seed));
