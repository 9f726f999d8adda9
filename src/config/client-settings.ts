import { matching, setting } from './setting.ts';

/** How commands reach a server. */
export const clientSettings = {
  serverUrl: setting<string>({
    ...matching(/^https?:\/\/[A-Za-z0-9.[\]:_-]{1,300}(?:\/[A-Za-z0-9._~/-]{0,500})?$/, 'http://HOST:PORT or https://HOST'),
    key: 'server.url',
    flag: '--server',
    default: 'http://127.0.0.1:8080',
    description: 'The server that commands talk to.',
  }),
  token: setting<string>({
    ...matching(/^[\x21-\x7e]{1,4096}$/, 'printable characters without spaces'),
    key: 'server.token',
    aliases: ['SIGHTLINE_TOKEN'],
    default: undefined,
    defaultText: 'operator-token of the data directory',
    secret: true,
    description: 'Token that commands show to the server. Has no flag, so that it is in no process list.',
  }),
} as const;
