import { once } from 'node:events';
import { constants, type FileHandle, open, realpath, rename, stat, unlink } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { AppError, isSystemError, messageOf } from '../lib/errors.ts';
import type { Terminal } from './context.ts';

/** Text pieces are gathered to this many characters before they are written. */
const chunkLength = 64 * 1024;

const chunks = function* (pieces: Iterable<string>): Generator<string> {
  let gathered = '';
  for (const piece of pieces) {
    gathered += piece;
    if (gathered.length >= chunkLength) {
      yield gathered;
      gathered = '';
    }
  }
  if (gathered !== '') yield gathered;
};

/**
 * Writes to a standard stream at the reader's pace. A reader that went away (`| head`) is no error: the rest is dropped.
 * @throws AppError `output_unwritable` when it fails otherwise, such as a full disk.
 */
export const writeOut = async (stream: Terminal, pieces: Iterable<string>, { signal }: { readonly signal: AbortSignal }): Promise<void> => {
  for (const chunk of chunks(pieces)) {
    if (stream.destroyed || stream.errored !== null) return;
    const failure = await new Promise<Error | null | undefined>((done) => stream.write(chunk, done));
    if (isSystemError(failure, 'EPIPE', 'ERR_STREAM_DESTROYED', 'ECONNRESET')) return;
    if (failure) throw new AppError('output_unwritable', `standard output cannot be written: ${messageOf(failure)}`, { cause: failure });
    if (stream.writableNeedDrain) await once(stream, 'drain', { signal });
  }
};

/** A place for a report that was found writable. */
export interface OutputFile {
  /** As the person typed it. */
  readonly shown: string;
  readonly path: string;
  /** False for devices and pipes, which are written in place. */
  readonly replaces: boolean;
  readonly mode: number;
}

const diskFull = ['ENOSPC', 'EDQUOT'] as const;

const unwritable = (shown: string, why: string, cause?: unknown): AppError =>
  new AppError('output_unwritable', `cannot write ${shown}: ${why}`, {
    hint: isSystemError(cause, ...diskFull)
      ? 'Free some space, or name a file on a larger disk. A report that was there before is untouched.'
      : 'Name a file in a folder that exists and that you may write to.',
    ...(cause === undefined ? {} : { cause }),
  });

const reasonOf = (error: unknown): string => {
  if (isSystemError(error, 'ENOENT', 'ENOTDIR')) return 'its folder does not exist';
  if (isSystemError(error, 'EACCES', 'EPERM')) return 'permission denied';
  if (isSystemError(error, 'EROFS')) return 'the file system is read-only';
  if (isSystemError(error, ...diskFull)) return 'the disk is full';
  return messageOf(error);
};

const temporaryName = (path: string, id: string): string => join(dirname(path), `.${basename(path).slice(0, 100)}.${id}.tmp`);

/**
 * Finds out, before any work is done, whether a report can be written there. Follows a link to the file it names. Leaves nothing.
 * @throws AppError `output_unwritable`
 */
export const checkOutputFile = async (shown: string, cwd: string, id: string): Promise<OutputFile> => {
  const typed = resolve(cwd, shown);
  try {
    const path = await realpath(typed).catch(() => typed);
    const present = await stat(path).catch((error: unknown) => (isSystemError(error, 'ENOENT') ? undefined : Promise.reject(error)));
    if (present?.isDirectory()) throw unwritable(shown, 'it is a folder');
    if (present !== undefined && !present.isFile()) return { shown, path, replaces: false, mode: present.mode };
    if (present !== undefined) await (await open(path, constants.O_WRONLY)).close();
    const probe = temporaryName(path, id);
    await (await open(probe, 'wx')).close();
    await unlink(probe);
    return { shown, path, replaces: true, mode: present === undefined ? 0o666 : present.mode & 0o777 };
  } catch (error) {
    throw error instanceof AppError ? error : unwritable(shown, reasonOf(error), error);
  }
};

const fill = async (file: FileHandle, pieces: Iterable<string>, signal: AbortSignal): Promise<void> => {
  try {
    for (const chunk of chunks(pieces)) {
      signal.throwIfAborted();
      await file.writeFile(chunk);
    }
  } finally {
    await file.close();
  }
};

/**
 * Writes a report whole or not at all: into a new file beside the place, then renamed over it.
 * @throws AppError `output_unwritable`
 */
export const writeOutputFile = async (
  output: OutputFile,
  pieces: Iterable<string>,
  id: string,
  { signal }: { readonly signal: AbortSignal },
): Promise<void> => {
  const temporary = temporaryName(output.path, id);
  try {
    if (!output.replaces) return await fill(await open(output.path, constants.O_WRONLY), pieces, signal);
    await fill(await open(temporary, 'wx', output.mode), pieces, signal);
    await rename(temporary, output.path);
  } catch (error) {
    await unlink(temporary).catch(() => undefined);
    if (signal.aborted || error instanceof AppError) throw error;
    throw unwritable(output.shown, reasonOf(error), error);
  }
};
