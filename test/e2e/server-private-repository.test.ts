import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDatabase } from '../../src/ports/database/registry.ts';
import { openDoors } from '../../src/store/open.ts';
import { createRepository } from '../support/git-repository.ts';
import { type LoopbackServer, startGitServer } from '../support/git-server.ts';
import { madeAwsKeyId, madeGithubToken } from '../support/made-secrets.ts';
import { needsTool } from '../support/needs.ts';
import { createServerClient, type ServerClient } from '../support/server-client.ts';
import { type ServerProcess, startServer } from '../support/server-process.ts';
import { type TemporaryFolder, temporaryFolder } from '../support/temporary-folder.ts';

const filesBelow = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));

const unpacked = (path: string): Buffer => {
  const bytes = readFileSync(path);
  try {
    return Buffer.concat([bytes, gunzipSync(bytes)]);
  } catch {
    return bytes;
  }
};

/** Every row of every table, as text. */
const dump = async (directory: string): Promise<string> => {
  const { signal } = new AbortController();
  const database = await openDatabase({ kind: 'pglite', directory }, { signal });
  try {
    return await openDoors(database).system.transaction(
      async (tx) => {
        const tables = await tx.run<{ name: string }>(sql`
          select relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
          where n.nspname = 'public' and c.relkind in ('r', 'p')`);
        const rows: string[] = [];
        for (const { name } of tables) {
          rows.push(
            ...(await tx.run<{ line: string }>(sql`select t::text as line from ${sql.table(name)} t`)).map(({ line }) => `${name} ${line}`),
          );
        }
        return rows.join('\n');
      },
      { signal, readOnly: true },
    );
  } finally {
    await database.close();
  }
};

describe.skipIf(!needsTool('git'))('a private repository', () => {
  const canary = ['canary', madeGithubToken(501).slice(4)].join('-');
  const planted = madeAwsKeyId(502);
  let folder: TemporaryFolder;
  let git: LoopbackServer;
  /** Asks for a password too, and belongs to somebody else. */
  let foreign: LoopbackServer;
  let server: ServerProcess;
  let client: ServerClient;
  const answers: string[] = [];
  const ask = async <Body>(method: string, path: string, body?: unknown): Promise<Body> => {
    const answer = await client.ask<Body>(method, path, body);
    expect(answer.status).toBeLessThan(300);
    answers.push(JSON.stringify([answer.body, ...answer.headers]));
    return answer.body;
  };

  beforeAll(async () => {
    folder = temporaryFolder();
    createRepository(join(folder.path, 'git', 'private.git')).commit({ 'src/config.py': `key = "${planted}"\n` });
    git = await startGitServer({ root: join(folder.path, 'git'), auth: { token: canary } });
    foreign = await startGitServer({ root: join(folder.path, 'git'), auth: { token: 'another' } });
    const env = { SIGHTLINE_LOG_LEVEL: 'debug', SIGHTLINE_QUEUE_MAX_ATTEMPTS: '1' };
    server = await startServer({ cwd: folder.path, args: ['--allow-host', git.host, '--allow-host', foreign.host], env });
    client = createServerClient(server, folder.path);
  });
  afterAll(async () => {
    if (server?.isAlive()) await server.stop('SIGKILL');
    await git?.close();
    await foreign?.close();
    folder?.remove();
  });

  it('is scanned with the credentials of its project, and not without', async () => {
    const url = `${git.url}/private.git`;
    const { id: projectId } = await ask<{ id: string }>('POST', '/api/v1/projects', { name: 'Private', repository_url: url });
    const body = { project_id: projectId, source: { type: 'git', url }, engines: ['secrets'], force: true };
    const without = await ask<{ id: string }>('POST', '/api/v1/scans', body);
    expect((await client.waitForScan(without.id)).state).toBe('failed');

    await ask('PUT', `/api/v1/projects/${projectId}/credentials`, { username: 'robot', token: canary });
    expect(await ask('GET', `/api/v1/projects/${projectId}`)).toMatchObject({ has_credentials: true });
    const scan = await ask<{ id: string }>('POST', '/api/v1/scans', body);
    expect(await client.waitForScan(scan.id)).toMatchObject({ state: 'completed', findings_total: 1 });
    for (const part of ['', '/logs', '/findings']) await ask('GET', `/api/v1/scans/${scan.id}${part}`);
    await ask('GET', '/api/v1/projects');
  });

  it('does not have its credentials sent to another host, whoever names one', async () => {
    const { items } = await ask<{ items: { id: string }[] }>('GET', '/api/v1/projects');
    const path = `/api/v1/projects/${items[0]?.id}`;
    const url = `${foreign.url}/private.git`;
    const body = { project_id: items[0]?.id, source: { type: 'git', url }, engines: ['secrets'], force: true };
    const named = await ask<{ id: string }>('POST', '/api/v1/scans', body);
    expect((await client.waitForScan(named.id)).state).toBe('failed');
    await ask('PATCH', path, { repository_url: url });
    const moved = await ask<{ id: string }>('POST', '/api/v1/scans', body);
    expect((await client.waitForScan(moved.id)).state).toBe('failed');
    expect(foreign.requests.length).toBeGreaterThan(0);
    expect(foreign.requests.filter(({ headers }) => headers['authorization'] !== undefined)).toEqual([]);
  });

  it('has its credentials in no answer, no log, no object, no file and no row', async () => {
    expect((await server.stop()).exitCode).toBe(0);
    const places: Readonly<Record<string, string>> = {
      answers: answers.join('\n'),
      log: JSON.stringify(server.log()),
      stderr: server.stderr(),
      rows: await dump(join(folder.path, 'sightline-data', 'database')),
    };
    // What is searched holds what it should: a search of nothing finds nothing.
    expect(places['rows']).toContain('private.git');
    expect(places['answers']).toContain('has_credentials');
    for (const [place, text] of Object.entries(places)) {
      for (const secret of [canary, planted]) expect({ place, found: text.includes(secret) }).toEqual({ place, found: false });
    }
    const files = filesBelow(join(folder.path, 'sightline-data'));
    expect(files.some((path) => path.includes('/blobs/'))).toBe(true);
    const forms = [canary, Buffer.from(canary).toString('base64'), Buffer.from(`robot:${canary}`).toString('base64')];
    const holders = files.filter((path) => {
      const bytes = unpacked(path);
      return forms.some((form) => bytes.includes(form));
    });
    expect(holders).toEqual([]);
  });
});
