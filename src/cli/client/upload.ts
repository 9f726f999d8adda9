import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { artifactCreated, artifactShape } from '../../api/wire/artifacts.ts';
import { AppError, isSystemError, messageOf } from '../../lib/errors.ts';
import { formatSize } from '../../report/summary.ts';
import type { CliContext } from '../context.ts';
import type { StatusLine } from '../status-line.ts';
import type { HttpClient } from './http-client.ts';

export interface LocalFile {
  readonly path: string;
  readonly name: string;
  readonly sizeBytes: number;
  readonly sha256: string;
}

const unreadable = (shown: string, error: unknown): AppError =>
  isSystemError(error, 'ENOENT', 'ENOTDIR')
    ? new AppError('target_not_found', `${shown} does not exist`, { cause: error })
    : new AppError('target_unsupported', `${shown} cannot be read: ${messageOf(error)}`, { cause: error });

/** Size and digest of a file that is to be sent. @throws AppError `target_not_found`, `target_unsupported` for what is no file or has nothing in it */
export const examineFile = async (shown: string, { cwd, signal }: Pick<CliContext, 'cwd' | 'signal'>): Promise<LocalFile> => {
  const path = resolve(cwd, shown);
  try {
    const file = await open(path);
    try {
      const stat = await file.stat();
      if (stat.isDirectory()) {
        throw new AppError('target_unsupported', `${shown} is a folder, which a server cannot reach`, {
          hint: `Scan it here with "sightline scan ${shown}", or pack it: git archive -o source.zip HEAD.`,
        });
      }
      if (!stat.isFile()) throw new AppError('target_unsupported', `${shown} is no regular file`);
    } finally {
      await file.close();
    }
    const hash = createHash('sha256');
    let sizeBytes = 0;
    for await (const chunk of createReadStream(path, { signal }) as AsyncIterable<Buffer>) {
      hash.update(chunk);
      sizeBytes += chunk.byteLength;
    }
    if (sizeBytes === 0) throw new AppError('target_unsupported', `${shown} is empty`);
    return { path, name: basename(path), sizeBytes, sha256: hash.digest('hex') };
  } catch (error) {
    if (signal.aborted || error instanceof AppError) throw error;
    throw unreadable(shown, error);
  }
};

const counting = async function* (path: string, sizeBytes: number, status: StatusLine, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  let sentBytes = 0;
  for await (const chunk of createReadStream(path, { signal, highWaterMark: 256 * 1024 }) as AsyncIterable<Buffer>) {
    yield chunk;
    sentBytes += chunk.byteLength;
    status.show(`uploading  ${formatSize(sentBytes)} of ${formatSize(sizeBytes)}`);
  }
};

/** Stores a file as an artifact of the server; its id. The server verifies size and digest. */
export const uploadFile = async (
  client: HttpClient,
  file: LocalFile,
  about: { readonly type: 'source' | 'sarif'; readonly contentType: string; readonly projectId: string },
  { status, signal }: { readonly status: StatusLine; readonly signal: AbortSignal },
): Promise<string> => {
  const { artifact, upload } = await client.ask(artifactCreated, {
    method: 'POST',
    path: '/api/v1/artifacts',
    body: {
      type: about.type,
      filename: file.name.slice(0, 255),
      content_type: about.contentType,
      size_bytes: file.sizeBytes,
      sha256: file.sha256,
      project_id: about.projectId,
    },
  });
  await client.ask(artifactShape, {
    method: upload.method === 'PUT' ? 'PUT' : 'POST',
    path: upload.url,
    headers: upload.headers,
    bytes: counting(file.path, file.sizeBytes, status, signal),
    isSigned: true,
  });
  status.clear();
  return artifact.id;
};
