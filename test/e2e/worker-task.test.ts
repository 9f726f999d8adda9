import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runTask, type TaskDependencies } from '../../src/analysis/task/run-task.ts';
import type { TaskRequest } from '../../src/analysis/task/task-request.ts';
import { defaultBudgets } from '../../src/ports/checkout/checkout.ts';
import { createRepository, type TestRepository } from '../support/git-repository.ts';
import { type LoopbackServer, startGitServer } from '../support/git-server.ts';
import { madeAwsKeyId, madeGithubToken } from '../support/made-secrets.ts';
import { type TemporaryFolder, temporaryFolder } from '../support/temporary-folder.ts';

/** What one task means, in this process. */
let folder: TemporaryFolder;
let repository: TestRepository;
let server: LoopbackServer;
beforeEach(async () => {
  folder = temporaryFolder();
  repository = createRepository(join(folder.path, 'git', 'app.git'));
  server = await startGitServer({ root: join(folder.path, 'git'), auth: { token: 'the-token' } });
  mkdirSync(join(folder.path, 'work'));
});
afterEach(async () => {
  await server.close();
  folder.remove();
});

const run = (changes: Partial<TaskRequest> = {}, pin: TaskDependencies['pin'] = async ({ commit }) => commit): Promise<void> => {
  const request: TaskRequest = {
    engine: 'secrets',
    shard: 0,
    shardCount: 1,
    source: { type: 'git', url: `${server.url}/app.git` },
    options: {},
    secrets: { gitToken: 'the-token', gitUsername: 'reader', hmacKey: { id: 'key-1', key: Buffer.alloc(32, 3).toString('base64') } },
    settings: {
      budgets: defaultBudgets,
      allowHosts: [server.host],
      threads: 1,
      fileTimeoutMs: 10_000,
      network: {},
      toolPath: process.env['PATH'] ?? '',
      rulesDir: fileURLToPath(new URL('../../rules', import.meta.url)),
      toolVersion: '0.0.0',
    },
    scratchDir: join(folder.path, 'work'),
    resultPath: join(folder.path, 'result'),
    ...changes,
  };
  const deps = { clock: { now: () => 0 }, newId: () => 'id', onProgress: () => undefined, pin };
  return runTask(request, deps, { signal: new AbortController().signal });
};
const resultText = (): string => gunzipSync(readFileSync(join(folder.path, 'result'))).toString('utf8');
const usersSeen = (): string[] => [
  ...new Set(
    server.requests.flatMap(({ headers }) =>
      typeof headers['authorization'] === 'string' ? [Buffer.from(headers['authorization'].slice(6), 'base64').toString()] : [],
    ),
  ),
];

it('looks again at the commit another task was first with, and leaves nothing but the result', async () => {
  const first = repository.commit({ 'a.env': `KEY=${madeAwsKeyId(1)}\n` });
  const second = repository.commit({ 'b.env': `KEY=${madeGithubToken(2)}\n` });
  const found: unknown[] = [];
  await run({}, async (seen) => {
    found.push(seen);
    return first;
  });
  expect(found).toEqual([{ commit: second, ref: 'main' }]);
  const [head] = resultText().split('\n');
  expect(JSON.parse(head ?? '')).toMatchObject({ commit: first, ref: 'main' });
  expect(resultText()).toContain('a.env');
  expect(resultText()).not.toContain('b.env');
  expect(readdirSync(join(folder.path, 'work'))).toEqual([]);
  expect(usersSeen()).toEqual(['reader:the-token']);
});

it('keeps keyed evidence under the key it was given', async () => {
  repository.commit({ 'a.env': `KEY=${madeAwsKeyId(1)}\n` });
  await run();
  expect(resultText()).toMatch(/"algorithm":"secret-hmac\/v1","keyId":"key-1"/);
});

it('fails where a task has nothing to show, and leaves no result', async () => {
  repository.commit({ 'image.bin': Buffer.from([0, 1, 2, 3]), 'sightline.yaml': 'exclude: ["*"]\n' });
  await expect(run()).rejects.toMatchObject({ code: 'nothing_to_scan' });
  await expect(run({ source: { type: 'git', url: `${server.url}/app.git`, commit: 'HEAD' } })).rejects.toMatchObject({
    code: 'ref_invalid',
  });
  await expect(run({ source: { type: 'git', url: `${server.url}/app.git`, ref: '-x', commit: 'a'.repeat(40) } })).rejects.toMatchObject({
    code: 'ref_invalid',
  });
  await expect(run({ source: { type: 'archive', path: folder.path } })).rejects.toMatchObject({ code: 'target_unsupported' });
  expect([existsSync(join(folder.path, 'result')), readdirSync(join(folder.path, 'work'))]).toEqual([false, []]);
});

it('a part of a scan says nothing of rules that other engines may have', async () => {
  repository.commit({ 'a.env': `KEY=${madeAwsKeyId(1)}\n`, 'sightline.yaml': 'severities: { gitleaks/some-rule: low }\n' });
  await run();
  expect(resultText().split('\n')[0]).not.toContain('some-rule');
});

describe('where nobody named engines', () => {
  const fromTarget = { options: { enginesFromTarget: true } };
  const lines = (): readonly Record<string, unknown>[] =>
    resultText()
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);

  it('looks at nothing for a target that wants others, and says which', async () => {
    repository.commit({ 'a.env': `KEY=${madeAwsKeyId(1)}\n`, 'sightline.yaml': 'engines: [gitleaks]\nfail_on: low\n' });
    await run(fromTarget);
    const [head, end, ...rest] = lines();
    expect(head).toMatchObject({ engines: [], rulesInForce: {}, enginesWanted: ['gitleaks'], failOn: 'low', ref: 'main' });
    expect([end, rest]).toEqual([{ line: 'end', rules: 0, files: 0, paths: 0, findings: 0 }, []]);
  });

  it('does its part for a target that wants it too', async () => {
    repository.commit({ 'a.env': `KEY=${madeAwsKeyId(1)}\n`, 'sightline.yaml': 'engines: [secrets, gitleaks]\n' });
    await run(fromTarget);
    expect(lines()[0]).toMatchObject({ engines: [{ engine: 'secrets', state: 'complete' }], enginesWanted: ['gitleaks', 'secrets'] });
    expect(lines().filter(({ line }) => line === 'finding')).toHaveLength(1);
  });

  it('asks no target that names none, and none where somebody did', async () => {
    repository.commit({ 'a.env': `KEY=${madeAwsKeyId(1)}\n`, 'sightline.yaml': 'fail_on: low\n' });
    await run(fromTarget);
    expect(lines()[0]).not.toHaveProperty('enginesWanted');
    repository.commit({ 'a.env': `KEY=${madeAwsKeyId(1)}\n`, 'sightline.yaml': 'engines: [gitleaks]\n' });
    await run({ resultPath: join(folder.path, 'second') });
    const second = gunzipSync(readFileSync(join(folder.path, 'second'))).toString('utf8');
    expect(JSON.parse(second.split('\n')[0] ?? '')).not.toHaveProperty('enginesWanted');
    expect(second).toContain('"line":"finding"');
  });

  it('fails as the command line does for an engine that is not there', async () => {
    repository.commit({ 'a.env': 'KEY=1\n', 'sightline.yaml': 'engines: [nonesuch]\n' });
    await expect(run(fromTarget)).rejects.toMatchObject({ code: 'engine_unknown' });
  });
});
