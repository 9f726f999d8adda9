import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Caller } from '../../domain/caller.ts';
import { throwIfAborted } from '../../lib/abort.ts';
import type { CallOptions } from '../../lib/call-options.ts';
import type { NewId } from '../../lib/clock.ts';
import { AppError, isSystemError } from '../../lib/errors.ts';
import type { Artifacts } from '../artifacts/artifacts.ts';
import type { Scans, Submitted } from '../scans/scans.ts';

export interface ImportTarget {
  readonly projectId: string;
  readonly ref?: string;
  readonly commit?: string;
}

export interface Imports {
  /** A SARIF log as a stream of bytes becomes an artifact and a scan of kind `import`. @throws AppError `size_limit`, `not_found`, `queue_full` */
  readonly fromBytes: (caller: Caller, target: ImportTarget, bytes: AsyncIterable<Uint8Array>, options: CallOptions) => Promise<Submitted>;
}

export interface ImportDependencies {
  readonly artifacts: Artifacts;
  readonly scans: Scans;
  /** Absolute, on a disk with room for what is under way. */
  readonly scratchDir: string;
  readonly newId: NewId;
  readonly maxUploadBytes: number;
}

/** Size and digest belong to an artifact from its beginning, so the bytes rest on disk until both are known; they never fill memory. */
export const createImports = (deps: ImportDependencies): Imports => {
  const spool = async (path: string, bytes: AsyncIterable<Uint8Array>, { signal }: CallOptions) => {
    const file = await open(path, 'wx', 0o600);
    try {
      const hash = createHash('sha256');
      let sizeBytes = 0;
      for await (const chunk of bytes) {
        throwIfAborted(signal);
        sizeBytes += chunk.byteLength;
        if (sizeBytes > deps.maxUploadBytes) {
          throw new AppError('size_limit', `the log has more than ${deps.maxUploadBytes} bytes`, {
            hint: 'Split it by tool or by run and import the parts.',
          });
        }
        hash.update(chunk);
        await file.writeFile(chunk);
      }
      return { sizeBytes, sha256: hash.digest('hex') };
    } catch (error) {
      if (!isSystemError(error, 'ENOSPC', 'EDQUOT')) throw error;
      throw new AppError('storage_full', 'the disk of the server has no room for the log', { cause: error });
    } finally {
      await file.close();
    }
  };

  return {
    fromBytes: async (caller, target, bytes, options) => {
      const path = join(deps.scratchDir, `import-${deps.newId()}.sarif`);
      try {
        const { sizeBytes, sha256 } = await spool(path, bytes, options);
        if (sizeBytes === 0) throw new AppError('request_invalid', 'body: expected a SARIF log', { details: { field: 'body' } });
        const { artifact, upload } = await deps.artifacts.create(
          caller,
          {
            type: 'sarif',
            filename: 'import.sarif',
            contentType: 'application/sarif+json',
            sizeBytes,
            sha256,
            projectId: target.projectId,
          },
          options,
        );
        await deps.artifacts.receive({ method: upload.method, url: upload.path }, createReadStream(path), options);
        return await deps.scans.importSarif(caller, { ...target, artifactId: artifact.id }, options);
      } finally {
        await rm(path, { force: true });
      }
    },
  };
};
