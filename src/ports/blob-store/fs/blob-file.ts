import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { AppError } from '../../../lib/errors.ts';
import type { BlobStat } from '../blob-store.ts';

/** What stands behind the bytes of every object, so that they and their digest appear together or not at all: a mark, then the SHA-256. */
const mark = Buffer.from('sightlb1');
export const trailerBytes = mark.length + 32;

export const trailerOf = (sha256: string): Buffer => Buffer.concat([mark, Buffer.from(sha256, 'hex')]);

export const damaged = (what: string): AppError =>
  new AppError('artifact_integrity', `a stored object is damaged: ${what}`, {
    hint: 'Something other than the server wrote to the blob store, or the disk lost data. Delete the artifact, make it again, and check the disk.',
  });

export const openBlob = (path: string): Promise<FileHandle> => open(path, constants.O_RDONLY | constants.O_NOFOLLOW);

/** @throws AppError `artifact_integrity` when the file is not one of ours, or not whole. */
export const statBlob = async (handle: FileHandle): Promise<BlobStat> => {
  const stat = await handle.stat();
  if (!stat.isFile() || stat.size < trailerBytes) throw damaged('it is too short');
  const trailer = Buffer.alloc(trailerBytes);
  const { bytesRead } = await handle.read(trailer, 0, trailerBytes, stat.size - trailerBytes);
  if (bytesRead !== trailerBytes || !trailer.subarray(0, mark.length).equals(mark)) throw damaged('its end is not there');
  return { sizeBytes: stat.size - trailerBytes, sha256: trailer.subarray(mark.length).toString('hex'), storedAt: stat.mtime };
};
