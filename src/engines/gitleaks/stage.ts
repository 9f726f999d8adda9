import { constants, createWriteStream } from 'node:fs';
import { type FileHandle, link, mkdir, open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { throwIfAborted } from '../../lib/abort.ts';
import { AppError, isSystemError, messageOf } from '../../lib/errors.ts';
import type { ProjectContext } from '../engine.ts';

/**
 * Puts exactly the listed files under `directory`, as hard links where the file system allows it and as copies elsewhere. So the tool
 * sees no ignored directory, no link, no device, and no configuration of its own at the place where it looks for one.
 */
export const stageFiles = async (
  context: ProjectContext,
  directory: string,
  { signal }: { readonly signal: AbortSignal },
): Promise<void> => {
  const made = new Set<string>();
  const queue = context.files.values();
  const stageRest = async (): Promise<void> => {
    for (const { path } of queue) {
      throwIfAborted(signal);
      const destination = join(directory, path);
      if (!destination.startsWith(`${directory}/`))
        throw new AppError('engine_failed', `the file list holds a path outside the tree: ${path}`);
      const parent = dirname(destination);
      if (!made.has(parent)) {
        await mkdir(parent, { recursive: true });
        made.add(parent);
      }
      await stageFile(context, path, destination, { signal });
    }
  };
  await mkdir(directory, { recursive: true });
  await Promise.all(Array.from({ length: 16 }, stageRest));
};

/** The name's own bytes where the listing shows bytes that are not UTF-8 as `\xNN`. */
const rawName = (path: string): Buffer | undefined =>
  /\\x[0-9a-f]{2}/.test(path)
    ? Buffer.concat(
        path
          .split(/(\\x[0-9a-f]{2})/)
          .map((part) => (/^\\x[0-9a-f]{2}$/.test(part) ? Buffer.from(part.slice(2), 'hex') : Buffer.from(part))),
      )
    : undefined;

const openFile = async (source: string | Buffer): Promise<FileHandle> =>
  open(source, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);

const stageFile = async (
  context: ProjectContext,
  path: string,
  destination: string,
  { signal }: { readonly signal: AbortSignal },
): Promise<void> => {
  const name = rawName(path);
  let source: string | Buffer = join(context.root, path);
  let handle: FileHandle;
  try {
    try {
      handle = await openFile(source);
    } catch (error) {
      if (name === undefined || !isSystemError(error, 'ENOENT')) throw error;
      source = Buffer.concat([Buffer.from(`${context.root}/`), name]);
      handle = await openFile(source);
    }
  } catch (error) {
    const reason = isSystemError(error, 'ENOENT', 'ENOTDIR', 'ELOOP', 'ENXIO') ? 'changed' : 'unreadable';
    context.report({ path, state: 'failed', reason, detail: messageOf(error) });
    return;
  }
  try {
    if (!(await handle.stat()).isFile()) {
      context.report({ path, state: 'failed', reason: 'changed', detail: 'it is no longer a regular file' });
      return;
    }
    try {
      await link(source, destination);
    } catch (error) {
      if (!isSystemError(error, 'EXDEV', 'EPERM', 'EACCES', 'EMLINK', 'ENOTSUP')) throw error;
      await pipeline(handle.createReadStream({ autoClose: false }), createWriteStream(destination, { flags: 'wx', mode: 0o600 }), {
        signal,
      });
    }
  } catch (cause) {
    throwIfAborted(signal);
    throw new AppError('engine_failed', `${path} could not be made ready for gitleaks: ${messageOf(cause)}`, { cause });
  } finally {
    await handle.close();
  }
};
