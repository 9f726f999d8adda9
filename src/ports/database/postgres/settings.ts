import { readFileSync } from 'node:fs';
import type { ClientConfig } from 'pg';
import { AppError, messageOf } from '../../../lib/errors.ts';

/** What a connection needs, and the name of the server that may be shown: never the user's name or the password. */
export interface ConnectionSettings {
  readonly config: ClientConfig;
  readonly place: string;
  /** The server is to be asked whether it speaks TLS; without it the connection is in clear text. */
  readonly prefersTls: boolean;
}

type Tls = NonNullable<ClientConfig['ssl']>;

const refuse = (message: string): never => {
  // Without the parser's error: that holds the whole URL, password included.
  throw new AppError('config_invalid', message, { hint: 'Give postgres://user:password@host:port/database?sslmode=verify-full.' });
};

const fileOf = (query: URLSearchParams, name: string): { readonly content?: string } => {
  const path = query.get(name);
  if (path === null) return {};
  try {
    return { content: readFileSync(path, 'utf8') };
  } catch (error) {
    return refuse(`the file of ${name} in the database URL cannot be read: ${messageOf(error)}`);
  }
};

/**
 * The words mean what they mean to libpq, but that the default is `disable` and not `prefer`: that falls back to clear text, whoever brings
 * it about, and so has to be asked for. `allow` is refused.
 */
const tlsOf = (query: URLSearchParams): Tls => {
  const mode = query.get('sslmode') ?? 'disable';
  if (mode === 'disable') return false;
  const ca = fileOf(query, 'sslrootcert').content;
  const cert = fileOf(query, 'sslcert').content;
  const key = fileOf(query, 'sslkey').content;
  const files = { ...(ca === undefined ? {} : { ca }), ...(cert === undefined ? {} : { cert }), ...(key === undefined ? {} : { key }) };
  if (mode === 'verify-full') return { ...files, rejectUnauthorized: true };
  if (mode === 'verify-ca') return { ...files, rejectUnauthorized: true, checkServerIdentity: () => undefined };
  if (mode === 'prefer') return { ...files, rejectUnauthorized: false };
  if (mode === 'require') return { ...files, rejectUnauthorized: ca !== undefined, checkServerIdentity: () => undefined };
  return refuse(`sslmode "${mode}" in the database URL is none of disable, prefer, require, verify-ca, verify-full`);
};

const known = new Set(['sslmode', 'sslrootcert', 'sslcert', 'sslkey', 'host', 'application_name', 'connect_timeout']);

const parse = (url: string): URL => {
  try {
    return new URL(url);
  } catch {
    return refuse('the database URL is malformed');
  }
};

/** Decodes what a URL escapes; a stray percent sign is refused without showing what surrounds it. */
const decode = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return refuse('the database URL holds a percent sign that is no escape; write it as %25');
  }
};

/** @throws AppError `config_invalid` */
export const connectionSettings = (url: string): ConnectionSettings => {
  const parsed = parse(url);
  if (parsed.protocol !== 'postgres:' && parsed.protocol !== 'postgresql:') refuse('the database URL does not begin with postgres://');
  const query = parsed.searchParams;
  for (const name of query.keys()) if (!known.has(name)) refuse(`the database URL has an unknown parameter "${name}"`);
  const host = query.get('host') ?? (decode(parsed.hostname).replace(/^\[(.*)\]$/, '$1') || 'localhost');
  const port = parsed.port === '' ? 5432 : Number(parsed.port);
  const user = decode(parsed.username) || 'postgres';
  const database = decode(parsed.pathname.slice(1)) || user;
  const timeoutSeconds = Number(query.get('connect_timeout') ?? '10');
  if (!(timeoutSeconds > 0 && timeoutSeconds <= 600)) refuse('connect_timeout in the database URL is no number of seconds from 1 to 600');
  return {
    place: `${host}:${port}/${database}`,
    prefersTls: query.get('sslmode') === 'prefer',
    config: {
      host,
      port,
      user,
      database,
      // Given even when empty: a driver must not go looking for one in the environment or in a file.
      password: decode(parsed.password),
      ssl: tlsOf(query),
      application_name: query.get('application_name') ?? 'sightline',
      connectionTimeoutMillis: timeoutSeconds * 1000,
      keepAlive: true,
      keepAliveInitialDelayMillis: 10_000,
    },
  };
};
