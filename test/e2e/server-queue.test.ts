import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { defaultOrganizationId } from '../../src/domain/caller.ts';
import { openDatabase } from '../../src/ports/database/registry.ts';
import { openDoors } from '../../src/store/open.ts';
import { gzip, tar } from '../support/archive-builder.ts';
import { madeGithubToken } from '../support/made-secrets.ts';
import { hasPostgres, type PostgresServer, startPostgresServer } from '../support/postgres-server.ts';
import { runCli } from '../support/run-cli.ts';
import { createServerClient, type ServerClient } from '../support/server-client.ts';
import { type ServerProcess, startServer } from '../support/server-process.ts';
import { type TemporaryFolder, temporaryFolder } from '../support/temporary-folder.ts';

const archive = gzip(tar([{ name: 'src/config.py', content: `token = "${madeGithubToken(601)}"\n` }]));

/** Copies a queued scan and its tasks, with all that belongs to them, so many times: as if so many had been submitted. */
const copyQueuedScan = async (url: string, scanId: string, copies: number): Promise<void> => {
  const { signal } = new AbortController();
  const database = await openDatabase({ kind: 'postgres', url, maxConnections: 1 }, { signal });
  try {
    await openDoors(database).system.transaction(
      async (tx) => {
        await tx.change(sql`
          create temporary table copies on commit drop as
          select n, (substr(${scanId}::text, 1, 24) || lpad(to_hex(n), 12, '0'))::uuid as scan_id from generate_series(1, ${copies}::int) n`);
        const columns = async (table: string, ...but: string[]) => {
          const rows = await tx.run<{ name: string }>(sql`
            select column_name as name from information_schema.columns
            where table_schema = 'public' and table_name = ${table} and is_generated = 'NEVER' and column_name <> all(${but})`);
          return sql.join(rows.map(({ name }) => sql.ref(name)));
        };
        const scan = await columns('scans', 'id', 'priority');
        await tx.change(sql`insert into scans (id, priority, ${scan})
          select c.scan_id, 'batch', ${scan} from scans s, copies c where s.id = ${scanId}::uuid`);
        const task = await columns('tasks', 'id', 'scan_id', 'priority');
        await tx.change(sql`insert into tasks (id, scan_id, priority, ${task})
          select (substr(t.id::text, 1, 24) || lpad(to_hex(c.n), 12, '0'))::uuid, c.scan_id, 'batch', ${task}
          from tasks t, copies c where t.scan_id = ${scanId}::uuid`);
        await tx.change(sql`update organization_load set active_scans = active_scans + ${copies}
          where organization_id = ${defaultOrganizationId}::uuid`);
      },
      { signal },
    );
  } finally {
    await database.close();
  }
};

describe.skipIf(!hasPostgres())('a long queue', () => {
  let postgres: PostgresServer;
  let folder: TemporaryFolder;
  let server: ServerProcess;
  let client: ServerClient;
  const start = async (args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<void> => {
    server = await startServer({ cwd: folder.path, args, env: { DATABASE_URL: postgres.url, ...env } });
    client = createServerClient(server, folder.path);
  };
  const submit = async (projectId: string, artifactId: string) =>
    client.ask<{ id: string; code?: string }>('POST', '/api/v1/scans', {
      project_id: projectId,
      source: { type: 'artifact', artifact_id: artifactId },
      engines: ['secrets'],
      force: true,
    });

  beforeAll(async () => {
    postgres = await startPostgresServer();
    folder = temporaryFolder();
  });
  afterAll(async () => {
    if (server?.isAlive()) await server.stop('SIGKILL');
    postgres?.remove();
    folder?.remove();
  });

  it('is bounded: what is too much is refused with when to come back, and exactly that', async () => {
    await start(['--roles', 'api'], { SIGHTLINE_QUEUE_MAX_ACTIVE_SCANS: '5' });
    const projectId = await client.createProject('Bounded');
    const artifactId = await client.upload(projectId, archive);
    const answers = await Promise.all(Array.from({ length: 20 }, () => submit(projectId, artifactId)));
    expect(answers.filter(({ status }) => status === 202)).toHaveLength(5);
    const refused = answers.filter(({ status }) => status === 429);
    expect(refused).toHaveLength(15);
    for (const { headers, body } of refused) {
      expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
      expect(body).toMatchObject({ code: 'queue_full' });
    }
    // A place that gets free is given away again.
    const [accepted] = answers.filter(({ status }) => status === 202);
    expect((await client.ask('POST', `/api/v1/scans/${accepted?.body.id}/cancel`)).status).toBe(200);
    expect((await submit(projectId, artifactId)).status).toBe(202);
    expect((await submit(projectId, artifactId)).status).toBe(429);
    expect((await server.stop()).exitCode).toBe(0);
  });

  it('of 10,000 scans does not keep a server from starting, nor somebody who waits from being served', async () => {
    await start(['--roles', 'api']);
    const projectId = await client.createProject('Long');
    const artifactId = await client.upload(projectId, archive);
    const { body: first } = await submit(projectId, artifactId);
    await server.stop();
    await copyQueuedScan(postgres.url, first.id, 10_000);

    await start(['--slots', '2']);
    const { body: summary } = await client.ask<{ active: number }>('GET', '/api/v1/scans/summary');
    expect(summary.active).toBeGreaterThan(9_900);
    const other = await client.createProject('Somebody');
    const { body: urgent } = await submit(other, await client.upload(other, archive));
    expect(await client.waitForScan(urgent.id)).toMatchObject({ state: 'completed', findings_total: 1 });
    const page = await client.ask<{ items: unknown[]; total: { value: number; relation: string } }>(
      'GET',
      '/api/v1/scans?state=queued&limit=10',
    );
    expect(page.body.items).toHaveLength(10);
    expect(page.body.total.value).toBeGreaterThan(9_900);
    expect((await server.stop()).exitCode).toBe(0);
    const { stdout } = await runCli(['doctor', '-f', 'json'], { cwd: folder.path, env: { DATABASE_URL: postgres.url } });
    const { invariants } = JSON.parse(stdout) as { invariants: { id: string; offenders: string[] }[] };
    expect(invariants.filter(({ offenders }) => offenders.length > 0)).toEqual([]);
  });
});
