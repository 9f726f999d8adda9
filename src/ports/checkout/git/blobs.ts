import { Readable } from 'node:stream';
import { AppError } from '../../../lib/errors.ts';
import { flag } from '../git-command.ts';
import { streamGit } from '../git-process.ts';
import type { LocalContext } from './fetch.ts';
import type { TreeFile } from './tree.ts';

/** Receives the content of one file after the other. */
export interface BlobSink {
  readonly begin: (file: TreeFile) => void;
  readonly write: (chunk: Buffer) => void;
  readonly end: () => void;
}

const maxHeaderBytes = 200;

function* requests(files: readonly TreeFile[]): Generator<string> {
  for (const { blobId } of files) yield `${blobId}\n`;
}

/**
 * Reads the content of files straight from the object store: git applies no filter, no attribute and no conversion to it, so the bytes
 * are those of the blobs.
 * @throws AppError `git_integrity` when an object is missing or not as large as the tree listing said.
 */
export const readBlobs = async (files: readonly TreeFile[], sink: BlobSink, context: LocalContext): Promise<void> => {
  if (files.length === 0) return;
  const batch = streamGit(
    { name: 'cat-file', flags: [flag('--batch'), flag('--buffer')] },
    { ...context, maxOutputBytes: Number.POSITIVE_INFINITY },
  );
  Readable.from(requests(files)).pipe(batch.stdin);
  let next = 0;
  let header = Buffer.alloc(0);
  /** Bytes of the current blob that are still to come; undefined between blobs. */
  let left: number | undefined;
  const broken = (): AppError => new AppError('git_integrity', 'the repository lacks an object that its tree names');

  const take = (chunk: Buffer): Buffer => {
    if (left === undefined) {
      const end = chunk.indexOf(10);
      header = Buffer.concat([header, chunk.subarray(0, end < 0 ? chunk.length : end)]);
      if (header.length > maxHeaderBytes) throw broken();
      if (end < 0) return Buffer.alloc(0);
      const file = files[next];
      if (file === undefined || header.toString('latin1') !== `${file.blobId} blob ${file.sizeBytes}`) throw broken();
      header = Buffer.alloc(0);
      left = file.sizeBytes;
      sink.begin(file);
      return chunk.subarray(end + 1);
    }
    if (left > 0) {
      const part = chunk.subarray(0, left);
      left -= part.length;
      sink.write(part);
      return chunk.subarray(part.length);
    }
    // The line feed after the content.
    left = undefined;
    next += 1;
    sink.end();
    return chunk.subarray(1);
  };

  try {
    for await (const chunk of batch.stdout) {
      for (let rest = chunk as Buffer; rest.length > 0; ) rest = take(rest);
    }
    await batch.done;
    if (next !== files.length) throw broken();
  } catch (error) {
    batch.stop();
    throw error;
  } finally {
    await batch.done.catch(() => undefined);
  }
};
