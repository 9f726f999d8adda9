import { createHash } from 'node:crypto';
import { throwIfAborted } from '../../../lib/abort.ts';
import { AppError, isSystemError } from '../../../lib/errors.ts';
import { damaged, openBlob, statBlob } from './blob-file.ts';
import { onDisk } from './storage-errors.ts';

const chunkBytes = 128 * 1024;

/** Opened when the first byte is asked for, so that whoever never asks leaves nothing open. */
export async function* blobBytes(path: string, signal: AbortSignal): AsyncGenerator<Uint8Array, void, undefined> {
  const handle = await onDisk(() => openBlob(path)).catch((error: unknown) => {
    if (error instanceof AppError && isSystemError(error.cause, 'ENOENT')) throw new AppError('not_found', 'the object was removed');
    throw error;
  });
  try {
    const { sizeBytes, sha256 } = await onDisk(() => statBlob(handle));
    const hash = createHash('sha256');
    for (let at = 0; at < sizeBytes; ) {
      throwIfAborted(signal);
      const chunk = Buffer.allocUnsafe(Math.min(chunkBytes, sizeBytes - at));
      const { bytesRead } = await onDisk(() => handle.read(chunk, 0, chunk.length, at));
      if (bytesRead === 0) throw damaged('it became shorter');
      const bytes = chunk.subarray(0, bytesRead);
      hash.update(bytes);
      at += bytesRead;
      yield bytes;
    }
    if (hash.digest('hex') !== sha256) throw damaged('its bytes do not have the SHA-256 they were stored with');
  } finally {
    await handle.close();
  }
}
