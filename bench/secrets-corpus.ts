import { readdir, readFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { secretsEngine } from '../src/engines/secrets/index.ts';
import type { AnalyserOptions } from '../src/engines/secrets/rule-spec.ts';

export interface CorpusFile {
  readonly path: string;
  readonly bytes: Buffer;
}

/** Every regular file below a directory, sorted by path; links are not followed. */
export const readCorpus = async (directory: string): Promise<readonly CorpusFile[]> => {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const files: CorpusFile[] = [];
  for (const entry of entries) {
    if (!entry.isFile()) continue;
    const absolute = join(entry.parentPath, entry.name);
    files.push({ path: relative(directory, absolute).split(sep).join('/'), bytes: await readFile(absolute) });
  }
  return files.sort((left, right) => (left.path < right.path ? -1 : 1));
};

export const isBinary = (file: CorpusFile): boolean => file.bytes.subarray(0, 8000).includes(0);

/** The engine's own options for a rule file (or the pack), for measurements that need them changed. */
export const prepareOptions = async (configPath: string | undefined, key: Uint8Array): Promise<AnalyserOptions> => {
  const rulesDir = join(import.meta.dirname, '..', 'rules', 'secrets');
  const settings = { rulesDir, ...(configPath === undefined ? {} : { configPath }), hmacKey: { id: 'bench', key, ephemeral: true } };
  const prepared = await secretsEngine.prepare(settings, { signal: AbortSignal.timeout(60_000) });
  return prepared.options as AnalyserOptions;
};

export const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((left, right) => left - right);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
};
