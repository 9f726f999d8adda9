import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, link, mkdir, open, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { throwIfAborted } from '../../lib/abort.ts';
import { AppError, isSystemError, messageOf } from '../../lib/errors.ts';
import { masterKeyBytes } from './keyring.ts';

const base64Form = /^[A-Za-z0-9+/]{43}=$/;
/** A key file holds one line; nothing that is longer is read. */
const longestFileBytes = 256;

const unusable = (message: string, hint: string, cause?: unknown): AppError =>
  new AppError('key_unusable', message, { hint, ...(cause === undefined ? {} : { cause }) });

/** @throws AppError `key_unusable`; the text itself is never part of the message. */
export const parseMasterKey = (text: string): Uint8Array => {
  const line = text.trim();
  const key = base64Form.test(line) ? Buffer.from(line, 'base64') : Buffer.alloc(0);
  if (key.length === masterKeyBytes) return key;
  throw unusable('the master key is not 32 bytes in base64', 'Make one with: openssl rand -base64 32');
};

const readKey = async (handle: FileHandle, path: string): Promise<Uint8Array> => {
  const stat = await handle.stat();
  if (!stat.isFile()) throw unusable(`${path} is no regular file`, 'Put the key itself there, or another path in the settings.');
  if ((stat.mode & 0o077) !== 0)
    throw unusable(
      `${path} can be read or changed by other users (mode ${(stat.mode & 0o777).toString(8)})`,
      `Run "chmod 600 ${path}"; if others had access to this machine, treat what the key protects as known.`,
    );
  if (stat.size > longestFileBytes) throw unusable(`${path} is too long for a master key`, 'It holds 32 bytes in base64, on one line.');
  return parseMasterKey(await handle.readFile('utf8'));
};

const readExisting = async (path: string): Promise<Uint8Array | undefined> => {
  let handle: FileHandle;
  try {
    handle = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW);
  } catch (error) {
    if (isSystemError(error, 'ENOENT')) return undefined;
    throw unusable(
      `the master key ${path} cannot be read: ${messageOf(error)}`,
      'Make it readable for the user who runs the server.',
      error,
    );
  }
  try {
    return await readKey(handle, path);
  } finally {
    await handle.close();
  }
};

const syncFolder = async (path: string): Promise<void> => {
  const handle = await open(path, constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
};

/** Whole or not at all, and never over a key that is there: the file appears under its name by `link`, which one of several processes wins. */
const makeKey = async (path: string): Promise<void> => {
  const folder = dirname(path);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const draft = join(folder, `.master-${randomBytes(8).toString('hex')}`);
  try {
    const handle = await open(draft, 'wx', 0o600);
    try {
      await handle.writeFile(`${randomBytes(masterKeyBytes).toString('base64')}\n`);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await link(draft, path).catch((error: unknown) => {
      if (!isSystemError(error, 'EEXIST')) throw error;
    });
    await syncFolder(folder);
  } finally {
    await rm(draft, { force: true });
  }
};

/**
 * The master key of a file, made with the first start (mode 0600) and never written again. Losing it loses what it sealed: back it up
 * apart from the database. @throws AppError `key_unusable`
 */
export const loadMasterKey = async (path: string, { signal }: { readonly signal: AbortSignal }): Promise<Uint8Array> => {
  throwIfAborted(signal);
  const existing = await readExisting(path);
  if (existing !== undefined) return existing;
  try {
    await makeKey(path);
  } catch (error) {
    throw unusable(`no master key can be made at ${path}: ${messageOf(error)}`, 'Give the server a data directory it can write to.', error);
  }
  const made = await readExisting(path);
  if (made === undefined) throw unusable(`the master key ${path} is gone again`, 'Find out what removes files of the data directory.');
  return made;
};
