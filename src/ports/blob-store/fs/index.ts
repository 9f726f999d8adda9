import { randomUUID } from 'node:crypto';
import { opendir, rm, stat, statfs } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { throwIfAborted } from '../../../lib/abort.ts';
import type { Clock } from '../../../lib/clock.ts';
import { isAppError, isSystemError } from '../../../lib/errors.ts';
import { checkBlobKey } from '../blob-key.ts';
import type { BlobStat, BlobStore } from '../blob-store.ts';
import { openBlob, statBlob } from './blob-file.ts';
import { makeFolder, pruneFolders, syncFolder } from './folders.ts';
import { blobBytes } from './get.ts';
import { putBlob } from './put.ts';
import { onDisk } from './storage-errors.ts';

/** Behind the name of an object's file: no key holds a `+`, so that `a` and `a/b` never meet. */
const fileSuffix = '+blob';
const probeText = 'is there room?';

const absentIs = async <Result>(absent: Result, work: () => Promise<Result>): Promise<Result> => {
  try {
    return await work();
  } catch (error) {
    if (isSystemError(error, 'ENOENT', 'ENOTDIR')) return absent;
    throw error;
  }
};

const statAt = (path: string): Promise<BlobStat | undefined> =>
  absentIs(undefined, async () => {
    const handle = await openBlob(path);
    try {
      return await statBlob(handle);
    } finally {
      await handle.close();
    }
  });

/** A damaged object is reported to whoever asks for it; it must not hide the others. */
const ifNotDamaged = (error: unknown): undefined => {
  if (!isAppError(error, 'artifact_integrity')) throw error;
};

async function* filesBelow(folder: string, signal: AbortSignal): AsyncGenerator<string, void, undefined> {
  const entries = await onDisk(() => absentIs(undefined, () => opendir(folder)));
  if (entries === undefined) return;
  for await (const entry of entries) {
    throwIfAborted(signal);
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* filesBelow(path, signal);
    else if (entry.isFile()) yield path;
  }
}

/** Objects as files below `directory`, which is made when missing; it must be on one file system that knows hard links. */
export const openFsBlobStore = async (
  { directory, keepFreeBytes = 0 }: { readonly directory: string; readonly keepFreeBytes?: number },
  { clock, signal }: { readonly clock: Clock; readonly signal: AbortSignal },
): Promise<BlobStore> => {
  throwIfAborted(signal);
  const objects = join(directory, 'objects');
  const incoming = join(directory, 'incoming');
  const probes = join(directory, 'probes');
  await onDisk(async () => {
    for (const folder of [objects, incoming, probes]) await makeFolder(folder);
  });

  const pathOf = (key: string): string => {
    checkBlobKey(key);
    return join(objects, `${key}${fileSuffix}`);
  };
  const begin = (key: string, signal: AbortSignal): string => {
    throwIfAborted(signal);
    return pathOf(key);
  };

  return {
    kind: 'fs',
    put: async (key, bytes, options) => putBlob({ incoming, path: begin(key, options.signal), key, keepFreeBytes }, bytes, options),
    get: async (key, { signal }) => {
      const path = begin(key, signal);
      const found = await onDisk(() => statAt(path));
      return found === undefined ? undefined : blobBytes(path, signal);
    },
    stat: async (key, { signal }) => {
      const path = begin(key, signal);
      return onDisk(() => statAt(path));
    },
    delete: async (key, { signal }) => {
      const path = begin(key, signal);
      return onDisk(async () => {
        const isRemoved = await absentIs(false, () => rm(path).then(() => true));
        if (!isRemoved) return false;
        await absentIs(undefined, () => syncFolder(dirname(path)));
        await pruneFolders(dirname(path), objects);
        return true;
      });
    },
    list: async function* (prefix, { signal }) {
      throwIfAborted(signal);
      const start = prefix.slice(0, prefix.lastIndexOf('/') + 1);
      if (start !== '') checkBlobKey(start.slice(0, -1));
      for await (const path of filesBelow(join(objects, start), signal)) {
        const key = relative(objects, path).slice(0, -fileSuffix.length);
        if (!path.endsWith(fileSuffix) || !key.startsWith(prefix)) continue;
        const found = await onDisk(() => statAt(path)).catch(ifNotDamaged);
        if (found !== undefined) yield { key, stat: found };
      }
    },
    sweep: async ({ olderThanMs, signal }) => {
      let swept = 0;
      for await (const path of filesBelow(incoming, signal)) {
        const age = await absentIs(undefined, async () => clock.now() - (await stat(path)).mtimeMs);
        if (age === undefined || age <= olderThanMs) continue;
        await onDisk(() => rm(path, { force: true }));
        swept += 1;
      }
      return swept;
    },
    check: async ({ signal }) => {
      const probe = join(probes, randomUUID());
      const once = async function* (): AsyncGenerator<Uint8Array> {
        yield Buffer.from(probeText);
      };
      try {
        await putBlob({ incoming, path: probe, key: 'the probe', keepFreeBytes: 0 }, once(), { signal, maxBytes: probeText.length });
        for await (const _ of blobBytes(probe, signal)) throwIfAborted(signal);
        const { bavail, bsize } = await onDisk(() => statfs(directory));
        return { freeBytes: bavail * bsize };
      } finally {
        await rm(probe, { force: true });
      }
    },
  };
};
