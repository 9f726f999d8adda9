import { createHash, randomUUID } from 'node:crypto';
import { type FileHandle, link, open, rm, statfs } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { throwIfAborted } from '../../../lib/abort.ts';
import { abortable } from '../../../lib/abortable.ts';
import { AppError, isSystemError } from '../../../lib/errors.ts';
import type { BlobStat, PutOptions } from '../blob-store.ts';
import { openBlob, statBlob, trailerOf } from './blob-file.ts';
import { makeFolder, syncFolder } from './folders.ts';
import { onDisk, storageFull } from './storage-errors.ts';

const integrity = (message: string): AppError =>
  new AppError('artifact_integrity', message, { hint: 'Send exactly the bytes whose size and SHA-256 were declared.' });

const writeAll = async (handle: FileHandle, bytes: Uint8Array): Promise<void> => {
  for (let at = 0; at < bytes.length; ) at += (await handle.write(bytes, at, bytes.length - at)).bytesWritten;
};

/** Several uploads at once may go beyond what is kept free by so much each. */
const lookEveryBytes = 8 * 1024 * 1024;

/** Writes the bytes as they come and says what they were; anything that is not as expected ends it at the first byte that tells. */
const receive = async (
  handle: FileHandle,
  bytes: AsyncIterable<Uint8Array>,
  { signal, maxBytes, expect }: PutOptions,
  checkRoom: () => Promise<void>,
): Promise<{ readonly sizeBytes: number; readonly sha256: string }> => {
  if (expect?.sizeBytes !== undefined && expect.sizeBytes > maxBytes)
    throw new AppError('size_limit', `${expect.sizeBytes} bytes are more than the ${maxBytes} that may be stored at once`);
  const hash = createHash('sha256');
  let sizeBytes = 0;
  let lookAtBytes = 0;
  for await (const chunk of abortable(bytes, signal)) {
    sizeBytes += chunk.length;
    if (sizeBytes > maxBytes) throw new AppError('size_limit', `there are more than the ${maxBytes} bytes that may be stored at once`);
    if (expect?.sizeBytes !== undefined && sizeBytes > expect.sizeBytes)
      throw integrity(`there are more than the ${expect.sizeBytes} bytes that were declared`);
    hash.update(chunk);
    if (sizeBytes >= lookAtBytes) {
      await checkRoom();
      lookAtBytes = sizeBytes + lookEveryBytes;
    }
    await onDisk(() => writeAll(handle, chunk));
  }
  const sha256 = hash.digest('hex');
  if (expect?.sizeBytes !== undefined && sizeBytes !== expect.sizeBytes)
    throw integrity(`there were ${sizeBytes} bytes, not the ${expect.sizeBytes} that were declared`);
  if (expect?.sha256 !== undefined && sha256 !== expect.sha256)
    throw integrity(`the bytes have the SHA-256 ${sha256}, not the declared ${expect.sha256}`);
  return { sizeBytes, sha256 };
};

/** Somebody may remove the empty folder between making it and using it. */
const linkAttempts = 5;

/** Gives the finished file its name, which fails when the name is taken: unlike a rename it never replaces what is there. */
const publish = async (draft: string, path: string): Promise<'published' | 'taken'> => {
  for (let attempt = 1; ; attempt += 1) {
    await makeFolder(dirname(path));
    try {
      await link(draft, path);
      await syncFolder(dirname(path));
      return 'published';
    } catch (error) {
      if (isSystemError(error, 'EEXIST')) return 'taken';
      if (!isSystemError(error, 'ENOENT') || attempt === linkAttempts) throw error;
    }
  }
};

const storedStat = async (path: string): Promise<BlobStat> => {
  const handle = await openBlob(path);
  try {
    return await statBlob(handle);
  } finally {
    await handle.close();
  }
};

/**
 * Written in full beside the objects, made to last, then linked to its name: whoever looks sees all of it or nothing, also after a loss of
 * power. What a killed process leaves is in `incoming`, and swept.
 */
export const putBlob = async (
  places: { readonly incoming: string; readonly path: string; readonly key: string; readonly keepFreeBytes: number },
  bytes: AsyncIterable<Uint8Array>,
  options: PutOptions,
): Promise<BlobStat> => {
  throwIfAborted(options.signal);
  const draft = join(places.incoming, randomUUID());
  const checkRoom = async (): Promise<void> => {
    if (places.keepFreeBytes === 0) return;
    const { bavail, bsize } = await onDisk(() => statfs(places.incoming));
    if (bavail * bsize < places.keepFreeBytes) throw storageFull();
  };
  const handle = await onDisk(() => open(draft, 'wx', 0o600));
  try {
    const received = await receive(handle, bytes, options, checkRoom);
    return await onDisk(async () => {
      await writeAll(handle, trailerOf(received.sha256));
      await handle.sync();
      throwIfAborted(options.signal);
      const outcome = await publish(draft, places.path);
      const stored = await storedStat(places.path);
      if (outcome === 'taken' && (stored.sha256 !== received.sha256 || stored.sizeBytes !== received.sizeBytes))
        throw new AppError('artifact_conflict', `other bytes are already stored as ${places.key}`);
      return stored;
    });
  } finally {
    await handle.close().catch(() => undefined);
    await rm(draft, { force: true }).catch(() => undefined);
  }
};
