import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { type FlagTexts, resolvePart } from '../../config/resolve-settings.ts';
import { clientSettings, serverSettings } from '../../config/schema.ts';
import { AppError, isSystemError, messageOf } from '../../lib/errors.ts';
import type { CliContext } from '../context.ts';

/** Where the operator token of a server lies, below its data directory. */
export const tokenFileName = 'operator-token';

export interface Connection {
  /** Without a slash at its end. */
  readonly serverUrl: string;
  readonly token: string | undefined;
  readonly warnings: readonly string[];
}

/** On this machine. Where any other name leads, and who listens there, a data directory here does not say. */
const isLoopback = (serverUrl: string): boolean => /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/.test(new URL(serverUrl).hostname);

/** Whoever started a server here may talk to it: the token it left in its data directory is taken when none is set. */
const storedToken = async (dataDir: string): Promise<string | undefined> => {
  const path = join(dataDir, tokenFileName);
  try {
    return (await readFile(path, 'utf8')).trim() || undefined;
  } catch (error) {
    if (isSystemError(error, 'ENOENT', 'ENOTDIR')) return undefined;
    throw new AppError('config_invalid', `the token in ${path} cannot be read: ${messageOf(error)}`, {
      hint: 'Set SIGHTLINE_TOKEN, or let the user who started the server run this.',
      cause: error,
    });
  }
};

/** The server a command talks to, and the token it shows. */
export const resolveConnection = async (context: Pick<CliContext, 'cwd' | 'environment'>, flags: FlagTexts): Promise<Connection> => {
  const part = { ...clientSettings, dataDir: serverSettings.dataDir };
  const { values, warnings } = resolvePart(part, context.environment, flags);
  const serverUrl = values.serverUrl.replace(/\/+$/, '');
  return {
    serverUrl,
    token: values.token ?? (isLoopback(serverUrl) ? await storedToken(resolve(context.cwd, values.dataDir)) : undefined),
    warnings,
  };
};
