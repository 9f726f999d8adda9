import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeCertificate } from '../../../../test/support/certificate.ts';
import { needsTool } from '../../../../test/support/needs.ts';
import { hasPostgres, type PostgresServer, startPostgresServer } from '../../../../test/support/postgres-server.ts';
import { openDatabase } from '../registry.ts';

const { signal } = new AbortController();

/** With `host` and parameters in the place of those the URL has. */
const withParts = (url: string, host: string, query: Readonly<Record<string, string>>): string => {
  const changed = new URL(url);
  changed.hostname = host;
  changed.search = new URLSearchParams(query).toString();
  return changed.href;
};

/** Whether the connection is encrypted, or the code and message of the refusal. */
const askSsl = async (url: string): Promise<boolean | string> => {
  try {
    const database = await openDatabase({ kind: 'postgres', url, maxConnections: 1 }, { signal });
    try {
      return await database.transaction(
        async (tx) =>
          (await tx.query<{ ssl: boolean }>('select ssl from pg_stat_ssl where pid = pg_backend_pid()')).rows[0]?.ssl ?? 'unknown',
        { signal },
      );
    } finally {
      await database.close();
    }
  } catch (error) {
    const { code, message } = error as { readonly code: string; readonly message: string };
    return `${code}: ${message}`;
  }
};

describe.skipIf(!hasPostgres() || !needsTool('openssl'))('TLS to PostgreSQL', () => {
  let folder: string;
  let caFile: string;
  let withTls: PostgresServer;
  let withoutTls: PostgresServer;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'sightline-tls-'));
    ({ caFile } = makeCertificate(folder, 'localhost'));
    // The server reads its key as its own user, and refuses one that others own.
    if (process.getuid?.() === 0) spawnSync('chown', ['-R', 'postgres', folder]);
    withTls = await startPostgresServer({ ssl: 'on', ssl_cert_file: caFile, ssl_key_file: join(folder, 'localhost.key') });
    withoutTls = await startPostgresServer();
  });
  afterAll(() => {
    withTls?.remove();
    withoutTls?.remove();
    rmSync(folder, { recursive: true, force: true });
  });
  const toTls = (host: string, query: Readonly<Record<string, string>>) => askSsl(withParts(withTls.url, host, query));
  const toPlain = (query: Readonly<Record<string, string>>) => askSsl(withParts(withoutTls.url, '127.0.0.1', query));

  it('encrypts as far as was asked for', async () => {
    expect(await toTls('localhost', {})).toBe(false);
    expect(await toTls('localhost', { sslmode: 'disable' })).toBe(false);
    expect(await toTls('localhost', { sslmode: 'prefer' })).toBe(true);
    expect(await toTls('localhost', { sslmode: 'require' })).toBe(true);
    expect(await toTls('localhost', { sslmode: 'verify-full', sslrootcert: caFile })).toBe(true);
    expect(await toTls('127.0.0.1', { sslmode: 'verify-ca', sslrootcert: caFile })).toBe(true);
  });

  it('talks to nobody whose certificate is not as was asked for', async () => {
    expect(await toTls('localhost', { sslmode: 'verify-full' })).toMatch(/^database_unavailable: .*self-signed certificate/);
    expect(await toTls('localhost', { sslmode: 'verify-ca' })).toMatch(/^database_unavailable: .*self-signed certificate/);
    expect(await toTls('127.0.0.1', { sslmode: 'verify-full', sslrootcert: caFile })).toMatch(
      /^database_unavailable: .*does not match certificate/,
    );
  });

  it('falls back to clear text only where TLS was merely preferred', async () => {
    expect(await toPlain({ sslmode: 'prefer' })).toBe(false);
    for (const sslmode of ['require', 'verify-ca', 'verify-full']) {
      expect(await toPlain({ sslmode })).toMatch(/^database_unavailable: .*does not support SSL/);
    }
    expect(await toPlain({ sslmode: 'allow' })).toMatch(/^config_invalid: sslmode "allow"/);
  });

  it('says so when nobody, or no PostgreSQL, answers the question', async () => {
    const listening = async (answer: string): Promise<{ readonly server: Server; readonly port: number }> => {
      const server = createServer((socket) => {
        socket.on('error', () => undefined);
        socket.once('data', () => socket.end(answer));
      });
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      const address = server.address();
      return { server, port: typeof address === 'object' && address !== null ? address.port : 0 };
    };
    for (const [answer, text] of [
      ['HTTP/1.1 400 Bad Request\r\n\r\n', 'no PostgreSQL server'],
      ['', 'the connection was closed'],
    ] as const) {
      const { server, port } = await listening(answer);
      expect(await askSsl(`postgres://u@127.0.0.1:${port}/x?sslmode=prefer`)).toMatch(
        `database_unavailable: PostgreSQL at 127.0.0.1:${port}/x`,
      );
      expect(await askSsl(`postgres://u@127.0.0.1:${port}/x?sslmode=prefer`)).toContain(text);
      server.close();
    }
    expect(await askSsl('postgres://u@127.0.0.1:1/x?sslmode=prefer')).toMatch(/^database_unavailable: .*ECONNREFUSED/);
  });

  it('ends with the signal while a server is silent', async () => {
    const server = createServer((socket) => void socket.on('error', () => undefined));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const controller = new AbortController();
    server.once('connection', () => controller.abort());
    const url = `postgres://u@127.0.0.1:${typeof address === 'object' ? address?.port : 0}/x?sslmode=prefer`;
    await expect(openDatabase({ kind: 'postgres', url }, { signal: controller.signal })).rejects.toMatchObject({ code: 'cancelled' });
    server.close();
  });
});
