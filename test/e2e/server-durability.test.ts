import { readdirSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { gzip, tar } from '../support/archive-builder.ts';
import { processesBelow } from '../support/engine-processes.ts';
import { createRepository } from '../support/git-repository.ts';
import { type LoopbackServer, startGitServer } from '../support/git-server.ts';
import { madeGithubToken } from '../support/made-secrets.ts';
import { needsTool } from '../support/needs.ts';
import { quickestMs } from '../support/quickest.ts';
import { runCli } from '../support/run-cli.ts';
import { createServerClient, type ServerClient } from '../support/server-client.ts';
import { type ServerProcess, startServer } from '../support/server-process.ts';
import { type TemporaryFolder, temporaryFolder } from '../support/temporary-folder.ts';
import { until } from '../support/until.ts';

const files = (seed: number) => [
  { name: 'src/config.py', content: `token = "${madeGithubToken(seed)}"\n` },
  { name: 'src/main.py', content: 'print(42)\n' },
];

/** The answer of another server as one's own: what a held request gets in the end. */
const passOn = async (behind: LoopbackServer, request: IncomingMessage, response: ServerResponse): Promise<void> => {
  if (response.destroyed) return;
  const protocol = request.headers['git-protocol'];
  const answer = await fetch(
    `${behind.url}${request.url ?? ''}`,
    typeof protocol === 'string' ? { headers: { 'git-protocol': protocol } } : {},
  );
  response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? '' });
  response.end(Buffer.from(await answer.arrayBuffer()));
};

/** A lease short enough to wait for, and attempts enough for a machine so busy that a heartbeat is late. */
const settings = { SIGHTLINE_QUEUE_LEASE: '6s', SIGHTLINE_QUEUE_MAX_ATTEMPTS: '20' };

describe.skipIf(!needsTool('git'))('work that is interrupted', () => {
  let folder: TemporaryFolder;
  let git: LoopbackServer;
  let behind: LoopbackServer;
  let server: ServerProcess;
  let client: ServerClient;
  /** Requests wait here while the git server holds its answers back: so long the engine process runs. */
  let held: (() => void)[] = [];
  let isHolding = false;
  const release = (): void => {
    isHolding = false;
    for (const resume of held) resume();
    held = [];
  };
  const start = async (): Promise<void> => {
    const args = ['--allow-host', git.host, '--slots', '2', '--grace', '20s'];
    server = await startServer({ cwd: folder.path, args, env: settings });
    client = createServerClient(server, folder.path);
  };
  const scratch = (): string => join(folder.path, 'sightline-data', 'scratch');
  const submitHeld = async (force = false): Promise<string> => {
    isHolding = true;
    held = [];
    const source = { type: 'git', url: `${git.url}/app.git` };
    const { body, status } = await client.ask<{ id: string }>('POST', '/api/v1/scans', { source, engines: ['secrets'], force });
    expect(status).toBe(202);
    await until(() => expect(held.length).toBeGreaterThan(0));
    return body.id;
  };

  beforeAll(async () => {
    folder = temporaryFolder();
    createRepository(join(folder.path, 'git', 'app.git')).commit(Object.fromEntries(files(91).map(({ name, content }) => [name, content])));
    behind = await startGitServer({ root: join(folder.path, 'git') });
    git = await startGitServer({
      root: join(folder.path, 'git'),
      intercept: (request, response) => {
        if (!isHolding) return false;
        held.push(() => void passOn(behind, request, response));
        return true;
      },
    });
    await start();
  });
  afterAll(async () => {
    release();
    if (server?.isAlive()) await server.stop('SIGKILL');
    await git?.close();
    await behind?.close();
    folder?.remove();
  });

  it('is done by the next process after a kill in the middle, once, with no engine left behind', async () => {
    const projectId = await client.createProject('Interrupted');
    const artifactId = await client.upload(projectId, gzip(tar(files(92))));
    const running = await submitHeld();
    expect(processesBelow(scratch()).length).toBeGreaterThan(0);
    const source = { type: 'artifact', artifact_id: artifactId };
    const body = { project_id: projectId, source, engines: ['secrets'], shard_count: 3, force: true };
    const queued = await Promise.all([1, 2, 3].map(async () => (await client.ask<{ id: string }>('POST', '/api/v1/scans', body)).body.id));

    await server.stop('SIGKILL');
    await until(() => expect(processesBelow(scratch())).toEqual([]));
    release();
    await start();
    for (const id of [running, ...queued])
      expect(await client.waitForScan(id)).toMatchObject({ error: null, state: 'completed', findings_total: 1 });
    const { tasks } = await client.waitForScan(running);
    expect(tasks.map(({ attempts }) => attempts.map(({ outcome }) => outcome))).toEqual([['expired', 'succeeded']]);
  });

  it('is finished before a server ends that is told to, and what waits is kept for the next one', async () => {
    const running = await submitHeld(true);
    const stopped = server.stop('SIGTERM');
    await until(() => expect(server.log().some(({ message }) => message === 'waiting for running tasks')).toBe(true));
    await expect(fetch(`${server.urls['api']}/health`)).rejects.toThrow('fetch failed');
    release();
    expect(await stopped).toEqual({ exitCode: 0, signal: null });
    await start();
    const scan = await client.waitForScan(running);
    expect(scan).toMatchObject({ error: null, state: 'completed', findings_total: 1 });
    expect(scan.tasks.map(({ attempts }) => attempts.map(({ outcome }) => outcome))).toEqual([['succeeded']]);
  });

  it('is handed back when it does not end within the grace period, at no cost', async () => {
    await server.stop();
    const args = ['--allow-host', git.host, '--slots', '2', '--grace', '0s'];
    server = await startServer({ cwd: folder.path, args, env: settings });
    client = createServerClient(server, folder.path);
    const running = await submitHeld(true);
    expect(await server.stop('SIGTERM')).toEqual({ exitCode: 0, signal: null });
    expect(processesBelow(scratch())).toEqual([]);
    expect(readdirSync(scratch())).toEqual([]);
    release();
    await start();
    const scan = await client.waitForScan(running);
    expect(scan.tasks.map(({ attempts }) => attempts.map(({ outcome }) => outcome))).toEqual([['released', 'succeeded']]);
  });

  it('ends within 5 s of its cancellation, whatever it is at, and stores nothing', async () => {
    const limitMs = 5000;
    const cancelMs = async (): Promise<number> => {
      const id = await submitHeld(true);
      const before = processesBelow(scratch());
      expect(before.length).toBeGreaterThan(0);
      const askedAtMs = performance.now();
      expect((await client.ask('POST', `/api/v1/scans/${id}/cancel`)).status).toBe(200);
      await until(() => expect(processesBelow(scratch()).filter((pid) => before.includes(pid))).toEqual([]));
      const tookMs = performance.now() - askedAtMs;
      expect(await client.waitForScan(id)).toMatchObject({ state: 'cancelled', findings_total: 0 });
      return tookMs;
    };
    /** p99 of twenty is the slowest. */
    const slowestMs = async (): Promise<number> => {
      const tookMs: number[] = [];
      while (tookMs.length < 20 && tookMs.every((ms) => ms < limitMs)) tookMs.push(await cancelMs());
      const slowest = Math.round(Math.max(...tookMs));
      process.stderr.write(`cancelled engines were gone after ${Math.round(Math.min(...tookMs))} to ${slowest} ms\n`);
      return slowest;
    };
    expect(await quickestMs(limitMs, slowestMs)).toBeLessThan(limitMs);
    release();
  });

  it('leaves data that keep every promise', async () => {
    expect((await server.stop()).exitCode).toBe(0);
    const { stdout, exitCode } = await runCli(['doctor', '-f', 'json'], { cwd: folder.path });
    const { invariants } = JSON.parse(stdout) as { invariants: { id: string; offenders: string[] }[] };
    expect(invariants.filter(({ offenders }) => offenders.length > 0)).toEqual([]);
    expect(exitCode).toBe(0);
  });
});
