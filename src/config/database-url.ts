import type { SettingsOf, serverSettings } from './schema.ts';

type DatabaseSettings = Pick<
  SettingsOf<typeof serverSettings>,
  'databaseUrl' | 'databaseHost' | 'databasePort' | 'databaseUser' | 'databasePassword' | 'databaseName' | 'databaseSslMode'
>;

/** The URL as it was set, or one made of its parts; undefined means the embedded database. */
export const databaseUrlOf = (settings: DatabaseSettings): string | undefined => {
  const { databaseUrl, databaseHost: host, databasePassword: password, databaseSslMode: sslMode } = settings;
  if (databaseUrl !== undefined || host === undefined) return databaseUrl;
  const isSocket = host.startsWith('/');
  const login = encodeURIComponent(settings.databaseUser) + (password === undefined ? '' : `:${encodeURIComponent(password)}`);
  const place = isSocket ? 'localhost' : host.includes(':') ? `[${host}]` : host;
  const query = new URLSearchParams({ ...(isSocket ? { host } : {}), ...(sslMode === undefined ? {} : { sslmode: sslMode }) }).toString();
  return `postgres://${login}@${place}:${settings.databasePort}/${encodeURIComponent(settings.databaseName)}${query === '' ? '' : `?${query}`}`;
};
