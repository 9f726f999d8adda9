import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../../../test/support/temporary-folder.ts';
import { isAppError } from '../../../lib/errors.ts';
import { blobStoreContract } from '../blob-store.contract.ts';
import { openBlobStore } from '../registry.ts';

const never = new AbortController().signal;
const clock = { now: () => Date.now() };
const openAt = (directory: string, keepFreeBytes = 0) => openBlobStore({ kind: 'fs', directory, keepFreeBytes }, { clock, signal: never });
const fileOf = (directory: string, key: string): string => join(directory, 'objects', `${key}+blob`);
const leftoversIn = (directory: string): number => readdirSync(join(directory, 'incoming')).length;
const zeros = async function* (count: number, pauseMs = 0): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < count; at += 1) {
    yield new Uint8Array(64 * 1024);
    if (pauseMs > 0)
      await new Promise((resolve) => {
        setTimeout(resolve, pauseMs);
      });
  }
};

blobStoreContract('fs', async () => {
  const folder = temporaryFolder();
  return {
    store: await openAt(folder.path),
    openAnother: () => openAt(folder.path),
    damage: async (key) => {
      const file = fileOf(folder.path, key);
      const bytes = readFileSync(file);
      bytes[1000] = (bytes[1000] ?? 0) ^ 1;
      chmodSync(file, 0o600);
      writeFileSync(file, bytes);
    },
    leftovers: async () => leftoversIn(folder.path),
    close: async () => folder.remove(),
  };
});

describe('fs: files', () => {
  const inFolder = async (work: (directory: string) => Promise<void>): Promise<void> => {
    const folder = temporaryFolder();
    try {
      await work(folder.path);
    } finally {
      folder.remove();
    }
  };

  it('can be read by nobody else, and go with their empty folders', () =>
    inFolder(async (directory) => {
      const store = await openAt(directory);
      await store.put('org/scan/a', zeros(1), { signal: never, maxBytes: 100_000 });
      expect(statSync(fileOf(directory, 'org/scan/a')).mode & 0o777).toBe(0o600);
      expect(statSync(join(directory, 'objects', 'org')).mode & 0o777).toBe(0o700);
      await store.delete('org/scan/a', { signal: never });
      expect(readdirSync(join(directory, 'objects'))).toEqual([]);
    }));

  it('that were cut off are damaged, and do not hide the others', () =>
    inFolder(async (directory) => {
      const store = await openAt(directory);
      for (const key of ['org/a', 'org/b']) await store.put(key, zeros(1), { signal: never, maxBytes: 100_000 });
      truncateSync(fileOf(directory, 'org/a'), 1000);
      await expect(store.stat('org/a', { signal: never })).rejects.toSatisfy((error) => isAppError(error, 'artifact_integrity'));
      const keys: string[] = [];
      for await (const { key } of store.list('', { signal: never })) keys.push(key);
      expect(keys).toEqual(['org/b']);
    }));

  it('of a place that cannot be used are a clear refusal', () =>
    inFolder(async (directory) => {
      const file = join(directory, 'file');
      writeFileSync(file, '');
      await expect(openAt(join(file, 'blobs'))).rejects.toSatisfy((error) => isAppError(error, 'storage_unavailable'));
      const store = await openAt(join(directory, 'blobs'));
      rmSync(join(directory, 'blobs', 'incoming'), { recursive: true });
      await expect(store.check({ signal: never })).rejects.toSatisfy((error) => isAppError(error, 'storage_unavailable'));
    }));

  it('are whole or not there when the process is killed in the middle, and the rest is swept', () =>
    inFolder(async (directory) => {
      const store = await openAt(directory);
      const script = `
        import { openBlobStore } from ${JSON.stringify(new URL('../registry.ts', import.meta.url).href)};
        const signal = new AbortController().signal;
        const store = await openBlobStore({ kind: 'fs', directory: process.argv[1] }, { clock: { now: () => Date.now() }, signal });
        const slow = async function* () {
          for (let at = 0; at < 20; at += 1) {
            yield new Uint8Array(64 * 1024).fill(at);
            await new Promise((resolve) => setTimeout(resolve, 2));
          }
        };
        const unfinished = async function* () {
          yield new Uint8Array(1);
          process.stdout.write('ready');
          await new Promise(() => undefined);
        };
        store.put('org/unfinished', unfinished(), { signal, maxBytes: 2e6 });
        for (let round = 0; ; round += 1)
          await Promise.all([0, 1, 2, 3].map((at) => store.put('org/k' + round + '-' + at, slow(), { signal, maxBytes: 2e6 })));`;
      for (const afterMs of [15, 60, 130]) {
        const child: ChildProcess = spawn(process.execPath, ['--input-type=module', '-e', script, directory], {
          stdio: ['ignore', 'pipe', 'inherit'],
        });
        await new Promise((resolve) => {
          child.stdout?.once('data', resolve);
        });
        await new Promise((resolve) => {
          setTimeout(resolve, afterMs);
        });
        child.kill('SIGKILL');
        await new Promise((resolve) => {
          child.once('exit', resolve);
        });
      }
      for await (const { key, stat } of store.list('', { signal: never })) {
        expect(stat.sizeBytes).toBe(20 * 64 * 1024);
        let readBytes = 0;
        for await (const chunk of (await store.get(key, { signal: never })) ?? []) readBytes += chunk.length;
        expect(readBytes).toBe(stat.sizeBytes);
      }
      const left = leftoversIn(directory);
      expect(left).toBeGreaterThanOrEqual(3);
      expect(await store.sweep({ olderThanMs: 3_600_000, signal: never })).toBe(0);
      for (const name of readdirSync(join(directory, 'incoming'))) utimesSync(join(directory, 'incoming', name), 1, 1);
      expect(await store.sweep({ olderThanMs: 60_000, signal: never })).toBe(left);
      expect(leftoversIn(directory)).toBe(0);
    }));

  it('that do not fit are a clear refusal, and leave the room they took', () =>
    inFolder(async (directory) => {
      const small = join(directory, 'small');
      mkdirSync(small);
      try {
        execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', small], { stdio: 'ignore' });
      } catch {
        process.stderr.write('skipped: a full disk (this user may not mount a tmpfs)\n');
        return;
      }
      try {
        const store = await openAt(join(small, 'blobs'));
        await store.put('org/kept', zeros(2), { signal: never, maxBytes: 1e9 });
        await expect(store.put('org/large', zeros(40), { signal: never, maxBytes: 1e9 })).rejects.toSatisfy((error) =>
          isAppError(error, 'storage_full'),
        );
        expect(existsSync(fileOf(join(small, 'blobs'), 'org/large'))).toBe(false);
        expect(leftoversIn(join(small, 'blobs'))).toBe(0);
        await store.put('org/again', zeros(2), { signal: never, maxBytes: 1e9 });
        const modest = await openAt(join(small, 'blobs'), 900 * 1024);
        await expect(modest.put('org/more', zeros(2), { signal: never, maxBytes: 1e9 })).rejects.toSatisfy((error) =>
          isAppError(error, 'storage_full'),
        );
        expect(leftoversIn(join(small, 'blobs'))).toBe(0);
        expect((await modest.check({ signal: never })).freeBytes).toBeGreaterThan(600 * 1024);
        expect((await store.stat('org/kept', { signal: never }))?.sizeBytes).toBe(2 * 64 * 1024);
      } finally {
        execFileSync('umount', [small]);
      }
    }));
});
