import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRepository } from '../support/git-repository.ts';
import { type LoopbackServer, startGitServer } from '../support/git-server.ts';
import { madeGithubToken } from '../support/made-secrets.ts';
import { needsTool } from '../support/needs.ts';
import { createServerClient, type ServerClient } from '../support/server-client.ts';
import { type ServerProcess, startServer } from '../support/server-process.ts';
import { type TemporaryFolder, temporaryFolder } from '../support/temporary-folder.ts';

interface StreamEvent {
  readonly id: number;
  readonly type: string;
}

/** The first so many events of a stream; then it is cut off. */
const readEvents = async (
  client: ServerClient,
  path: string,
  count: number,
  headers: Record<string, string> = {},
): Promise<StreamEvent[]> => {
  const cut = new AbortController();
  const response = await client.open(path, { headers: { accept: 'text/event-stream', ...headers }, signal: cut.signal });
  const events: StreamEvent[] = [];
  let text = '';
  const decoder = new TextDecoder();
  for await (const bytes of response.body ?? []) {
    text += decoder.decode(bytes, { stream: true });
    const blocks = text.split('\n\n');
    text = blocks.pop() ?? '';
    for (const block of blocks) {
      const id = /^id: (\d+)$/m.exec(block)?.[1];
      const type = /^event: (\S+)$/m.exec(block)?.[1];
      if (id !== undefined && type !== undefined) events.push({ id: Number(id), type });
    }
    if (events.length >= count) break;
  }
  cut.abort();
  return events.slice(0, count);
};

describe.skipIf(!needsTool('git'))('clients of a server', () => {
  let folder: TemporaryFolder;
  let git: LoopbackServer;
  let server: ServerProcess;
  let client: ServerClient;
  let jobId: string;
  const start = async (): Promise<void> => {
    server = await startServer({ cwd: folder.path, args: ['--allow-host', git.host] });
    client = createServerClient(server, folder.path);
  };

  beforeAll(async () => {
    folder = temporaryFolder();
    createRepository(join(folder.path, 'git', 'app.git'), { defaultBranch: 'trunk' }).commit({
      'src/config.py': `token = "${madeGithubToken(701)}"\n`,
    });
    git = await startGitServer({ root: join(folder.path, 'git') });
    await start();
  });
  afterAll(async () => {
    if (server?.isAlive()) await server.stop('SIGKILL');
    await git?.close();
    folder?.remove();
  });

  it('of scan-agent get a job for a repository, see it end and find it in their lists', async () => {
    const accepted = await client.ask<{ job_id: string; message: string }>('POST', '/scan/repo', { repo_url: `${git.url}/app.git` });
    expect(accepted).toMatchObject({ status: 200, body: { message: expect.any(String) } });
    jobId = accepted.body.job_id;
    expect(await client.waitForScan(jobId)).toMatchObject({ state: 'completed', findings_total: 1 });
    const { body: job } = await client.ask<{ status: string }>('GET', `/jobs/${jobId}`);
    expect(job).toMatchObject({ id: jobId, status: 'completed' });
    const { body: done } = await client.ask<{ id: string }[]>('GET', '/jobs?status=completed&limit=5');
    expect(done.map(({ id }) => id)).toEqual([jobId]);
    expect((await client.ask('GET', '/jobs?status=in_progress&limit=5')).body).toEqual([]);
    expect((await client.ask('POST', `/jobs/${jobId}/cancel`)).status).toBe(409);
    expect((await fetch(`${server.urls['api']}/health`)).status).toBe(200);
  });

  it('follow events, and go on where they were after the server was killed', async () => {
    const path = `/api/v1/scans/${jobId}/events`;
    const all = await readEvents(client, path, 6);
    expect(all.map(({ type }) => type)).toEqual(expect.arrayContaining(['scan.created', 'scan.scheduled', 'scan.status_changed']));
    expect(all.map(({ id }) => id)).toEqual(all.map(({ id }) => id).toSorted((a, b) => a - b));
    const seen = all[2];
    await server.stop('SIGKILL');
    await start();
    const rest = await readEvents(client, path, 3, { 'last-event-id': String(seen?.id) });
    expect(rest).toEqual(all.slice(3));
  });
});
