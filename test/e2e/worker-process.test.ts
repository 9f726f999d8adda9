import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readTaskResult } from '../../src/analysis/task/read-task-result.ts';
import type { TaskResultLine } from '../../src/analysis/task/task-result.ts';
import { openBlobStore } from '../../src/ports/blob-store/registry.ts';
import { zip } from '../support/archive-builder.ts';
import { createRepository, type TestRepository } from '../support/git-repository.ts';
import { type LoopbackServer, startGitServer } from '../support/git-server.ts';
import { madeAwsKeyId, madeGithubToken, plantedSecrets } from '../support/made-secrets.ts';
import { runCli } from '../support/run-cli.ts';
import { until } from '../support/until.ts';
import type { DoubleTask } from '../support/worker/lease-double.ts';
import { createWorkerSite, type WorkerSite } from '../support/worker/start-worker.ts';

/** Workers as processes of their own, with engine processes, git and blobs; only the server's side is a stand-in. */
const leaseMs = 60_000;
/** Only for those that are to lose a lease: on a busy machine they may lose it sooner than the test wants. */
const shortLeaseMs = 3000;

let site: WorkerSite;
let git: LoopbackServer;
let repository: TestRepository;
/** Requests to the git server are held back while it is set. */
let isStuck: boolean;

beforeEach(async () => {
  isStuck = false;
  site = await createWorkerSite({ leaseMs });
  repository = createRepository(join(site.folder, 'git', 'app.git'));
  git = await startGitServer({ root: join(site.folder, 'git'), intercept: () => isStuck });
});
afterEach(async () => {
  await site.close();
  await git.close();
});

const plant = (): string =>
  repository.commit(Object.fromEntries(plantedSecrets().files.map(({ path, bytes }) => [path, Buffer.from(bytes)])));
const source = () => ({ type: 'git', url: `${git.url}/app.git` }) as const;
const allDone = () => until(() => expect(site.double.tasks.map(({ state }) => state)).toEqual(site.double.tasks.map(() => 'succeeded')));

const openBlobs = () => {
  const signal = AbortSignal.timeout(60_000);
  return openBlobStore({ kind: 'fs', directory: site.blobDir }, { clock: { now: () => Date.now() }, signal });
};
const linesOf = async (task: DoubleTask): Promise<TaskResultLine[]> => {
  const signal = AbortSignal.timeout(60_000);
  const bytes = await (await openBlobs()).get(task.resultKey ?? '', { signal });
  if (bytes === undefined) throw new Error('the result is not there');
  const lines: TaskResultLine[] = [];
  for await (const line of readTaskResult(bytes, { signal })) lines.push(line);
  return lines;
};
const blobKeys = async (): Promise<string[]> => {
  const blobs = await openBlobs();
  const keys: string[] = [];
  for await (const { key } of blobs.list('', { signal: AbortSignal.timeout(60_000) })) keys.push(key);
  return keys;
};
const fingerprintsOf = async (tasks: readonly DoubleTask[]): Promise<string[]> => {
  const lines = (await Promise.all(tasks.map(linesOf))).flat();
  return lines.flatMap((line) => (line.line === 'finding' ? [line.finding.id] : [])).sort();
};

const scanByHand = async (target: string): Promise<{ readonly ids: string[]; readonly files: string[] }> => {
  const run = await runCli(['scan', target, '--allow-host', git.host, '-f', 'json', '--fail-on', 'none', '--engine', 'secrets']);
  const report = JSON.parse(run.stdout) as {
    readonly findings: readonly { readonly id: string }[];
    readonly coverage: { readonly files: readonly { readonly path: string }[] };
  };
  return { ids: report.findings.map(({ id }) => id).sort(), files: report.coverage.files.map(({ path }) => path).sort() };
};

describe('a worker process', () => {
  it.each([1, 3])('finds what the command line finds, in %i shards, each file in one of them', async (shardCount) => {
    const commit = plant();
    for (let shard = 0; shard < shardCount; shard += 1) site.double.add({ source: source(), shard, shardCount });
    site.start({ allowHosts: [git.host] });
    await allDone();
    const byHand = await scanByHand(source().url);
    expect(byHand.ids.length).toBeGreaterThan(5);
    expect(await fingerprintsOf(site.double.tasks)).toEqual(byHand.ids);
    const lines = (await Promise.all(site.double.tasks.map(linesOf))).flat();
    const paths = lines.flatMap((line) => (line.line === 'paths' ? line.paths : line.line === 'file' ? [line.file.path] : []));
    expect(paths.sort()).toEqual(byHand.files);
    expect(lines[0]).toMatchObject({ line: 'head', commit, ref: 'main', failOn: 'high' });
    expect(site.double.log.map(({ message }) => message)).toContain('phase fetch');
  });

  it('works on as many tasks at once as it has slots, and the next one waits', async () => {
    plant();
    isStuck = true;
    const tasks = Array.from({ length: 5 }, () => site.double.add({ source: source() }));
    site.start({ allowHosts: [git.host], slots: 4 });
    // Each engine process waits for the answer to its first request.
    await until(() => expect(git.requests.length).toBe(4));
    expect(tasks.map(({ state }) => state).sort()).toEqual(['leased', 'leased', 'leased', 'leased', 'queued']);
  });

  it('looks at the commit that was agreed on, though the branch has moved', async () => {
    repository.commit({ 'a.env': `KEY=${madeAwsKeyId(7)}\n` });
    const first = site.double.add({ source: source() });
    site.start({ allowHosts: [git.host], slots: 1 });
    await until(() => expect(first.state).toBe('succeeded'));
    repository.commit({ 'b.env': `KEY=${madeGithubToken(8)}\n` });
    const second = site.double.add({ source: source() });
    await until(() => expect(second.state).toBe('succeeded'));
    expect(await fingerprintsOf([second])).toEqual(await fingerprintsOf([first]));
    expect((await linesOf(second))[0]).toMatchObject({ commit: site.double.pinned() });
  });

  it('refuses hosts that are not public, and what is no git URL', async () => {
    plant();
    const refused = [
      [source().url, 'protocol_denied'],
      [`https://${git.host}/app.git`, 'address_denied'],
      ['https://10.0.0.1/app.git', 'address_denied'],
      [`file://${repository.path}`, 'protocol_denied'],
      [repository.path, 'url_invalid'],
    ] as const;
    const tasks = refused.map(([url]) => site.double.add({ source: { type: 'git', url } }));
    site.start();
    await until(() => expect(tasks.map(({ state }) => state)).toEqual(tasks.map(() => 'failed')));
    expect(tasks.map(({ failure }) => [failure?.code, failure?.retryable])).toEqual(refused.map(([, code]) => [code, false]));
    expect(git.requests).toEqual([]);
  });

  it('reads an uploaded SARIF log, our own to the same findings', async () => {
    plant();
    const run = await runCli(['scan', source().url, '--allow-host', git.host, '-f', 'sarif', '--fail-on', 'none', '--engine', 'secrets']);
    const bytes = Buffer.from(run.stdout);
    const put = (async function* () {
      yield bytes;
    })();
    await (await openBlobs()).put('org/sarif/log', put, { maxBytes: 1e9, signal: AbortSignal.timeout(60_000) });
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const log = {
      type: 'artifact',
      artifactId: 'a',
      storageKey: 'org/sarif/log',
      filename: 'x.sarif',
      sizeBytes: bytes.length,
      sha256,
    } as const;
    const task = site.double.add({ kind: 'import', engine: 'sarif', source: log });
    site.start();
    await until(() => expect(task.state).toBe('succeeded'));
    expect(await fingerprintsOf([task])).toEqual((await scanByHand(source().url)).ids);
  });

  it('scans an uploaded archive, whose bytes must be those that were accepted', async () => {
    const bytes = zip(plantedSecrets().files.map(({ path, bytes: content }) => ({ name: path, content: Buffer.from(content) })));
    const put = (async function* () {
      yield bytes;
    })();
    await (await openBlobs()).put('org/source/app', put, { maxBytes: 1e9, signal: AbortSignal.timeout(60_000) });
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const archive = {
      type: 'artifact',
      artifactId: 'a',
      storageKey: 'org/source/app',
      filename: '../../app.ZIP',
      sizeBytes: bytes.length,
    } as const;
    const good = site.double.add({ source: { ...archive, sha256 } });
    const bad = site.double.add({ source: { ...archive, sha256: sha256.replace(/^./, (digit) => (digit === '0' ? '1' : '0')) } });
    const other = site.double.add({ source: { ...archive, filename: 'app.tgz', sha256 } });
    site.start();
    await until(() => expect([good.state, bad.state, other.state]).toEqual(['succeeded', 'failed', 'failed']));
    expect(other.failure?.code).toBe('archive_rejected');
    expect(other.failure?.message).not.toContain(site.folder);
    expect((await fingerprintsOf([good])).length).toBeGreaterThan(5);
    expect(bad.failure?.code).toBe('artifact_integrity');
  });

  it('killed outright leaves no process, and the next one removes what it left and does its tasks', async () => {
    plant();
    isStuck = true;
    const task = site.double.add({ source: source() });
    const first = site.start({ allowHosts: [git.host] });
    await until(() => expect(git.requests.length).toBeGreaterThan(0));
    expect(site.processes().length).toBeGreaterThan(0);
    first.process.kill('SIGKILL');
    await first.exited;
    await until(() => expect(site.processes()).toEqual([]));
    expect(site.leftovers()).toHaveLength(1);
    isStuck = false;
    site.double.runOut(task);
    const second = site.start({ allowHosts: [git.host] });
    await allDone();
    expect(site.double.calls).toEqual(['commit 2']);
    second.process.kill('SIGTERM');
    expect(await second.exited).toBe(0);
    expect(site.leftovers()).toEqual([]);
    expect(await blobKeys()).toHaveLength(1);
  });

  it('paused for longer than its lease commits nothing of it', async () => {
    plant();
    isStuck = true;
    const task = site.double.add({ source: source() });
    site.double.setLeaseMs(shortLeaseMs);
    const first = site.start({ allowHosts: [git.host], slots: 1 });
    await until(() => expect(git.requests.length).toBeGreaterThan(0));
    first.process.kill('SIGSTOP');
    const { epoch } = task;
    await sleep(shortLeaseMs * 1.5);
    isStuck = false;
    site.double.setLeaseMs(leaseMs);
    site.start({ allowHosts: [git.host], slots: 1 });
    await allDone();
    first.process.kill('SIGCONT');
    await until(() => expect(first.output()).toContain('task stopped'));
    expect(site.double.calls).toEqual([`commit ${epoch + 1}`]);
    first.process.kill('SIGTERM');
    expect(await first.exited).toBe(0);
    expect(await blobKeys()).toHaveLength(1);
  });

  it('ends the engine of a cancelled task', async () => {
    plant();
    isStuck = true;
    const task = site.double.add({ source: source() });
    const worker = site.start({ allowHosts: [git.host] });
    await until(() => expect(git.requests.length).toBeGreaterThan(0));
    site.double.cancel(task);
    await until(() => expect(site.processes()).toEqual([]));
    await until(() => expect(worker.output()).toContain('task stopped: cancel'));
    expect(site.double.calls).toEqual([]);
  });

  it('gives up by itself what the server does not confirm, and goes on when it is back', async () => {
    plant();
    isStuck = true;
    const task = site.double.add({ source: source() });
    site.double.setLeaseMs(shortLeaseMs);
    const worker = site.start({ allowHosts: [git.host] });
    await until(() => expect(git.requests.length).toBeGreaterThan(0));
    site.server.setAway(true);
    const { epoch } = task;
    await until(() => expect(site.processes()).toEqual([]));
    await until(() => expect(worker.output()).toContain('task stopped: fenced'));
    isStuck = false;
    site.double.setLeaseMs(leaseMs);
    site.server.setAway(false);
    await allDone();
    expect(site.double.calls).toEqual([`commit ${epoch + 1}`]);
  });

  it('asks again when the answer to a commit was lost', async () => {
    plant();
    site.server.loseAnswers('commit', 2);
    site.double.add({ source: source() });
    const worker = site.start({ allowHosts: [git.host] });
    await until(() => expect(worker.output()).toContain('task done'));
    expect(site.double.calls).toEqual(['commit 1', 'commit 1', 'commit 1']);
    expect(await blobKeys()).toHaveLength(1);
  });

  it('lets running tasks end when it is told to stop, and hands back those that do not', async () => {
    plant();
    isStuck = true;
    site.double.add({ source: source() });
    const worker = site.start({ allowHosts: [git.host], slots: 1, graceMs: 500 });
    await until(() => expect(git.requests.length).toBeGreaterThan(0));
    worker.process.kill('SIGTERM');
    expect(await worker.exited).toBe(0);
    expect(site.double.calls).toEqual(['release 1']);
    expect(site.double.workersLeft).toEqual(['worker-1']);
    isStuck = false;
    const patient = site.start({ allowHosts: [git.host], slots: 1 });
    await until(() => expect(site.double.tasks[0]?.epoch).toBe(2));
    patient.process.kill('SIGTERM');
    expect(await patient.exited).toBe(0);
    expect(site.double.calls).toEqual(['release 1', 'commit 2']);
    expect([site.leftovers(), site.processes()]).toEqual([[], []]);
  });
});
