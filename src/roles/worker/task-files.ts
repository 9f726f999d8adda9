import { createHash } from 'node:crypto';
import { constants, createWriteStream } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { taskResultLimits } from '../../analysis/task/task-result.ts';
import { type LeasedSource, type LeaseName, resultKeyOf } from '../../domain/lease-service.ts';
import { AppError } from '../../lib/errors.ts';
import type { BlobStore } from '../../ports/blob-store/blob-store.ts';

type ArtifactSource = Extract<LeasedSource, { type: 'artifact' }>;

const extension = /\.(?:zip|tar|tar\.gz|tgz|sarif|json)$/i;

/**
 * Brings an artifact to this disk. Only the ending of its name is kept, to tell its kind.
 * @throws AppError `artifact_integrity` when the bytes are not those that were accepted, `artifact_expired` when they are gone, storage codes
 */
export const fetchArtifact = async (
  source: ArtifactSource,
  folder: string,
  blobs: BlobStore,
  { signal }: { readonly signal: AbortSignal },
): Promise<string> => {
  const bytes = await blobs.get(source.storageKey, { signal });
  if (bytes === undefined) throw new AppError('artifact_expired', 'the bytes of the artifact are not in the blob store any more');
  const path = join(folder, `source${extension.exec(source.filename)?.[0].toLowerCase() ?? ''}`);
  const digest = createHash('sha256');
  let sizeBytes = 0;
  const verify = async function* (chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of chunks) {
      sizeBytes += chunk.byteLength;
      if (sizeBytes > source.sizeBytes)
        throw new AppError('artifact_integrity', `the artifact has more than its ${source.sizeBytes} bytes`);
      digest.update(chunk);
      yield chunk;
    }
  };
  await pipeline(bytes, verify, createWriteStream(path, { flags: 'wx', mode: 0o600 }), { signal });
  if (sizeBytes !== source.sizeBytes || digest.digest('hex') !== source.sha256) {
    throw new AppError('artifact_integrity', 'the stored bytes of the artifact are not those that were uploaded');
  }
  return path;
};

export interface StoredResult {
  readonly resultKey: string;
  readonly resultSha256: string;
  readonly resultBytes: number;
}

/** What the engine process left is no more trusted than its messages: a regular file of bounded size, or nothing. */
const openResult = async (path: string): Promise<{ readonly file: FileHandle; readonly sizeBytes: number }> => {
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK).catch((cause: unknown) => {
    throw new AppError('engine_output_invalid', 'the engine process left no result', { cause });
  });
  const status = await file.stat();
  if (status.isFile() && status.size <= taskResultLimits.compressedBytes) return { file, sizeBytes: status.size };
  await file.close();
  throw new AppError('engine_output_invalid', status.isFile() ? 'the result is too large' : 'the result is no regular file');
};

/**
 * Puts a result where the server will read it. Its key says whose attempt it is, so that two attempts never meet; storing it again is
 * harmless.
 * @throws AppError `engine_output_invalid`, storage codes
 */
export const storeResult = async (
  path: string,
  lease: LeaseName,
  blobs: BlobStore,
  { signal }: { readonly signal: AbortSignal },
): Promise<StoredResult> => {
  const { file, sizeBytes } = await openResult(path);
  const read = () => file.createReadStream({ start: 0, autoClose: false });
  try {
    const digest = createHash('sha256');
    await pipeline(read(), digest, { signal });
    const resultSha256 = digest.digest('hex');
    const resultKey = resultKeyOf(lease, resultSha256);
    await blobs.put(resultKey, read(), { maxBytes: taskResultLimits.compressedBytes, expect: { sizeBytes, sha256: resultSha256 }, signal });
    return { resultKey, resultSha256, resultBytes: sizeBytes };
  } finally {
    await file.close();
  }
};
