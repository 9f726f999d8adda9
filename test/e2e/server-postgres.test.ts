import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { gzip, tar } from '../support/archive-builder.ts';
import { madeGithubToken } from '../support/made-secrets.ts';
import { hasPostgres, type PostgresServer, startPostgresServer } from '../support/postgres-server.ts';
import { type CliRun, runCli } from '../support/run-cli.ts';
import { type ServerProcess, startServer } from '../support/server-process.ts';
import { type TemporaryFolder, temporaryFolder } from '../support/temporary-folder.ts';

describe.skipIf(!hasPostgres())('a server in several processes on PostgreSQL', () => {
  let postgres: PostgresServer;
  let folder: TemporaryFolder;
  const servers: ServerProcess[] = [];
  const start = async (...args: string[]): Promise<ServerProcess> => {
    const server = await startServer({ cwd: folder.path, args, env: { SIGHTLINE_DATABASE_URL: postgres.url } });
    servers.push(server);
    return server;
  };
  let api: ServerProcess;
  const cli = (...args: string[]): Promise<CliRun> => runCli(args, { cwd: folder.path, env: { SIGHTLINE_SERVER_URL: api.urls['api'] } });

  beforeAll(async () => {
    postgres = await startPostgresServer();
    folder = temporaryFolder();
    const files = [
      { name: 'a.py', content: `token = "${madeGithubToken(81)}"\n` },
      { name: 'b/c.py', content: `token = "${madeGithubToken(82)}"\n` },
      { name: 'b/d.py', content: 'print(42)\n' },
    ];
    writeFileSync(join(folder.path, 'app.tar.gz'), gzip(tar(files)));
  });
  afterAll(async () => {
    await Promise.all(servers.filter((server) => server.isAlive()).map((server) => server.stop('SIGKILL')));
    postgres?.remove();
    folder?.remove();
  });

  it('starts them at once on an empty database', async () => {
    const [first, , worker] = await Promise.all([start('--roles', 'api'), start('--roles', 'scheduler'), start('--roles', 'worker')]);
    api = first;
    const status = await runCli(['db', 'status', '-f', 'json'], { cwd: folder.path, env: { SIGHTLINE_DATABASE_URL: postgres.url } });
    const { migrations } = JSON.parse(status.stdout) as { migrations: { applied_at: string | null }[] };
    expect({ exitCode: status.exitCode, pending: migrations.filter((row) => row.applied_at === null) }).toEqual({
      exitCode: 0,
      pending: [],
    });
    expect(Object.keys(worker.urls)).toEqual(['probes', 'metrics']);
  });

  it('runs a scan that one accepts, another does and the third ends', async () => {
    const { exitCode, stdout, stderr } = await cli('submit', 'app.tar.gz', '--shards', '3', '--wait', '-f', 'json', '--quiet');
    expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: '' });
    expect(JSON.parse(stdout)).toMatchObject({ state: 'completed', tasks_total: 6, tasks_done: 6, findings_total: 2 });
  });

  it('keeps a scan while there is no worker, and another worker takes it', async () => {
    const worker = servers.find((server) => server.log().some(({ message }) => message === 'worker ready'));
    expect((await worker?.stop())?.exitCode).toBe(0);
    const submitted = await cli('submit', 'app.tar.gz', '-f', 'json', '--force');
    const { id, state } = JSON.parse(submitted.stdout) as { id: string; state: string };
    expect(state).toBe('queued');
    await start('--roles', 'worker');
    const ended = await cli('scans', 'logs', id, '--follow');
    expect(ended.exitCode).toBe(0);
    expect((await cli('scans', 'show', id, '--exit-code')).exitCode).toBe(1);
  });

  it('waits for PostgreSQL when it restarts, and goes on', async () => {
    postgres.stop('immediate');
    const ready = await fetch(`${api.urls['probes']}/ready`);
    expect(ready.status).toBe(503);
    expect((await fetch(`${api.urls['probes']}/health`)).status).toBe(200);
    postgres.start();
    const run = await cli('submit', 'app.tar.gz', '--wait', '--force', '--quiet');
    expect(run.exitCode).toBe(1);
  });

  it('tells the doctor the truth while it runs, and ends in order', async () => {
    const doctor = await runCli(['doctor'], { cwd: folder.path, env: { SIGHTLINE_DATABASE_URL: postgres.url } });
    expect({ exitCode: doctor.exitCode, broken: doctor.stdout.split('\n').filter((line) => /failed|broken/.test(line)) }).toEqual({
      exitCode: 0,
      broken: [],
    });
    const ends = await Promise.all(servers.filter((server) => server.isAlive()).map((server) => server.stop()));
    expect(ends.map(({ exitCode }) => exitCode)).toEqual(ends.map(() => 0));
  });
});
