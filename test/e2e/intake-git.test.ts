import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Checkout } from '../../src/ports/checkout/checkout.ts';
import { flag, userValue } from '../../src/ports/checkout/git-command.ts';
import { runGit } from '../../src/ports/checkout/git-process.ts';
import { createIntake, type Intake } from '../support/git-intake.ts';
import { createRepository, type TestRepository, testGitEnvironment } from '../support/git-repository.ts';
import { type LoopbackServer, startGitServer } from '../support/git-server.ts';
import { quickestMs } from '../support/quickest.ts';

let folder: string;
let server: LoopbackServer;
let oldServer: LoopbackServer;
let intake: Intake;
let project: TestRepository;
const ids = { first: '', second: '', third: '', feature: '', tagObject: '' };

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'intake-git-'));
  project = createRepository(join(folder, 'project.git'), { defaultBranch: 'master' });
  ids.first = project.commit({ 'a.txt': 'one\n' }, { message: 'first' });
  ids.second = project.commit({ 'a.txt': 'two\n', 'dir/b.txt': 'b\n' }, { message: 'second' });
  ids.third = project.commit({ 'a.txt': 'three\n', 'dir/b.txt': 'b\n' }, { message: 'third' });
  ids.feature = project.commit({ 'feature.txt': 'f\n' }, { branch: 'feature/x', message: 'feature' });
  project.git(['tag', 'light', ids.second]);
  project.git(['tag', '-a', '-m', 'release', 'v1.0', ids.second]);
  ids.tagObject = project.git(['rev-parse', 'refs/tags/v1.0']);
  server = await startGitServer({ root: folder });
  oldServer = await startGitServer({ root: folder, oldProtocol: true });
  intake = createIntake();
});

const opened: Checkout[] = [];
const open = async (name: string, request: Parameters<Intake['open']>[1] = {}, from: LoopbackServer = server): Promise<Checkout> => {
  const checkout = await intake.open(`${from.url}/${name}`, { allowHosts: [from.host], ...request });
  opened.push(checkout);
  return checkout;
};

afterEach(async () => {
  for (const checkout of opened.splice(0)) await checkout.dispose();
  if (intake.leftovers().length > 0) throw new Error(`left on disk: ${intake.leftovers().join(', ')}`);
});

afterAll(async () => {
  intake.remove();
  await server.close();
  await oldServer.close();
  rmSync(folder, { recursive: true, force: true });
});

const content = (checkout: Checkout, path: string): string => readFileSync(join(checkout.root, path), 'utf8');

describe('a revision', () => {
  it('is the default branch, whatever its name', async () => {
    const checkout = await open('project.git');
    expect(checkout.target).toEqual({ kind: 'git', location: `${server.url}/project.git`, ref: 'master', commit: ids.third });
    expect(checkout.files).toEqual([
      { path: 'a.txt', sizeBytes: 6 },
      { path: 'dir/b.txt', sizeBytes: 2 },
    ]);
    expect(content(checkout, 'a.txt')).toBe('three\n');
    expect(checkout.repository?.commit).toBe(ids.third);
  });

  it.each([
    ['a branch', 'feature/x', () => ids.feature],
    ['a full reference', 'refs/heads/feature/x', () => ids.feature],
    ['a light tag', 'light', () => ids.second],
    ['an annotated tag', 'v1.0', () => ids.second],
  ])('is %s', async (_kind, ref, commit) => {
    for (const from of [server, oldServer]) {
      const checkout = await open('project.git', { ref }, from);
      expect(checkout.target.commit).toBe(commit());
      expect(checkout.target.ref).toBe(ref);
    }
  });

  it('is a commit id, at the tip of a branch or not', async () => {
    for (const from of [server, oldServer]) {
      for (const [ref, text] of [
        [ids.third, 'three\n'],
        [ids.first, 'one\n'],
      ] as const) {
        const checkout = await open('project.git', { ref }, from);
        expect(checkout.repository?.commit).toBe(ref);
        expect(content(checkout, 'a.txt')).toBe(text);
      }
    }
  });

  it('is the id of an annotated tag', async () => {
    const checkout = await open('project.git', { ref: ids.tagObject });
    expect(checkout.repository?.commit).toBe(ids.second);
  });

  it('is not found by a clear name', async () => {
    const allowHosts = [server.host];
    expect(await intake.refusal(`${server.url}/project.git`, { allowHosts, ref: 'nowhere' })).toMatchObject({
      code: 'ref_not_found',
      message: expect.stringContaining('"nowhere"'),
    });
    expect(await intake.refusal(`${server.url}/project.git`, { allowHosts, ref: ids.first.slice(0, 10) })).toMatchObject({
      code: 'ref_not_found',
      hint: expect.stringContaining('40'),
    });
    for (const from of [server, oldServer]) {
      expect(await intake.refusal(`${from.url}/project.git`, { allowHosts: [from.host], ref: 'c'.repeat(40) })).toMatchObject({
        code: 'ref_not_found',
      });
    }
    const tree = project.git(['rev-parse', `${ids.third}^{tree}`]);
    expect(await intake.refusal(`${server.url}/project.git`, { allowHosts, ref: tree })).toMatchObject({ code: 'ref_not_found' });
    expect(await intake.refusal(`${server.url}/missing.git`, { allowHosts })).toMatchObject({ code: 'target_not_found' });
  });

  it('of a repository without commits, or without its default branch, is explained', async () => {
    createRepository(join(folder, 'empty.git'));
    expect(await intake.refusal(`${server.url}/empty.git`, { allowHosts: [server.host] })).toMatchObject({ code: 'nothing_to_scan' });
    createRepository(join(folder, 'headless.git')).commit({ a: 'a' }, { branch: 'other' });
    expect(await intake.refusal(`${server.url}/headless.git`, { allowHosts: [server.host] })).toMatchObject({
      code: 'ref_not_found',
      hint: expect.stringContaining('--ref'),
    });
  });

  it('may have SHA-256 ids', async () => {
    const modern = createRepository(join(folder, 'modern.git'), { objectFormat: 'sha256' });
    const commit = modern.commit({ 'a.txt': 'a' });
    expect(commit).toHaveLength(64);
    const checkout = await open('modern.git');
    expect(checkout.repository?.commit).toBe(commit);
    expect(content(checkout, 'a.txt')).toBe('a');
  });
});

const { PATH: searchPath = '' } = testGitEnvironment;

const log = async (checkout: Checkout, ...flags: Parameters<typeof flag>[0][]): Promise<string> => {
  const { gitDir = '', commit = '' } = checkout.repository ?? {};
  const result = await runGit(
    { name: 'log', flags: [flag('--format=%s'), ...flags.map((text) => flag(text))], values: [userValue(commit)] },
    { gitDir, searchPath, timeoutMs: 10_000, maxOutputBytes: 1_000_000, signal: new AbortController().signal },
  );
  expect(result.exitCode).toBe(0);
  return result.stdout.toString('utf8');
};

describe('history', () => {
  it('has depth 1 unless it is asked for', async () => {
    expect(await log(await open('project.git'))).toBe('third\n');
    expect(await log(await open('project.git', { history: true }))).toBe('third\nsecond\nfirst\n');
    expect(await log(await open('project.git', { history: true, ref: ids.second }, oldServer))).toBe('second\nfirst\n');
  });

  it('shows changes of text files whatever the attributes in the tree say', async () => {
    createRepository(join(folder, 'hidden.git')).commit({ '.gitattributes': '* -diff\n', 'a.txt': 'visible line\n' });
    const checkout = await open('hidden.git', { history: true });
    const { gitDir = '', commit = '' } = checkout.repository ?? {};
    const result = await runGit(
      { name: 'log', flags: [flag('-p')], values: [userValue(commit)] },
      { gitDir, searchPath, timeoutMs: 10_000, maxOutputBytes: 1_000_000, signal: new AbortController().signal },
    );
    expect(result.stdout.toString('utf8')).toContain('+visible line');
  });

  it('brings the revision to compare with', async () => {
    for (const [since, commit] of [
      ['v1.0', ids.second],
      [ids.first, ids.first],
      ['feature/x', ids.feature],
    ] as const) {
      const checkout = await open('project.git', { since });
      expect(checkout.repository).toMatchObject({ commit: ids.third, sinceCommit: commit });
      const tree = await runGit(
        { name: 'ls-tree', flags: [flag('--name-only')], values: [userValue(commit)] },
        {
          gitDir: checkout.repository?.gitDir ?? '',
          searchPath,
          timeoutMs: 10_000,
          maxOutputBytes: 10_000,
          signal: new AbortController().signal,
        },
      );
      expect(tree.exitCode).toBe(0);
    }
  });
});

describe('files', () => {
  it('are left out by --exclude and .sightlineignore, never by .gitignore', async () => {
    createRepository(join(folder, 'ignoring.git')).commit({
      '.gitignore': '*.log\n',
      '.sightlineignore': 'docs/\n',
      'sub/.sightlineignore': 'local.txt\n',
      'kept.log': 'k',
      'docs/a.md': 'd',
      'docs/deep/b.md': 'd',
      'sub/local.txt': 'l',
      'sub/other.txt': 'o',
      'vendor/v.js': 'v',
    });
    const checkout = await open('ignoring.git', { exclude: ['/vendor'] });
    expect(checkout.files.map(({ path }) => path)).toEqual([
      '.gitignore',
      '.sightlineignore',
      'kept.log',
      'sub/.sightlineignore',
      'sub/other.txt',
    ]);
    expect(checkout.leftOut.map(({ path, reason }) => [path, reason])).toEqual([
      ['docs/', 'ignored'],
      ['sub/local.txt', 'ignored'],
      ['vendor/', 'ignored'],
    ]);
    expect(readdirSync(checkout.root).sort()).toEqual(['.gitignore', '.sightlineignore', 'kept.log', 'sub']);
  });

  it('beyond the limit for one file are left out, the rest is read', async () => {
    createRepository(join(folder, 'large.git')).commit({ big: 'x'.repeat(2000), small: 'x' });
    const checkout = await open('large.git', {
      budgets: { ...(await import('../../src/ports/checkout/checkout.ts')).defaultBudgets, fileBytes: 1000 },
    });
    expect(checkout.files).toEqual([{ path: 'small', sizeBytes: 1 }]);
    expect(checkout.leftOut).toEqual([
      { path: 'big', state: 'excluded', reason: 'too_large', detail: 'larger than 1000 bytes', sizeBytes: 2000 },
    ]);
  });

  it('of any size arrive byte by byte', async () => {
    const bytes = Buffer.alloc(3_000_000, Buffer.from(Array.from({ length: 256 }, (_unused, index) => index)));
    createRepository(join(folder, 'bytes.git')).commit({ empty: '', 'large.bin': bytes, 'crlf.txt': 'a\r\nb\n' });
    const checkout = await open('bytes.git');
    expect(readFileSync(join(checkout.root, 'large.bin')).equals(bytes)).toBe(true);
    expect(content(checkout, 'empty')).toBe('');
    expect(content(checkout, 'crlf.txt')).toBe('a\r\nb\n');
  });
});

describe('a checkout', () => {
  it('reports its phases and what it received', async () => {
    const own = createIntake();
    const checkout = await own.open(`${server.url}/project.git`, { allowHosts: [server.host] });
    await checkout.dispose();
    await checkout.dispose();
    expect(own.leftovers()).toEqual([]);
    expect(own.events.filter((event) => event.type === 'phase').map((event) => event.phase)).toEqual(['resolve', 'fetch', 'unpack']);
    expect(own.events.findLast((event) => event.type === 'fetch')?.receivedBytes).toBeGreaterThan(100);
    own.remove();
  });

  it('notes nothing about where it came from in its configuration', async () => {
    const checkout = await open('project.git');
    const config = readFileSync(join(checkout.repository?.gitDir ?? '', 'config'), 'utf8');
    expect(config).not.toContain('url');
    expect(config.match(/^\[.*\]$/gm)).toEqual(['[core]']);
  });

  it('ends soon after an abort and leaves nothing', async () => {
    const slow = await startGitServer({ root: folder, intercept: (request) => request.method === 'POST' });
    const endMs = async (): Promise<number> => {
      const controller = new AbortController();
      const before = slow.requests.length;
      const refused = intake.refusal(`${slow.url}/project.git`, { allowHosts: [slow.host] }, controller.signal);
      await expect.poll(() => slow.requests.length).toBeGreaterThan(before + 1);
      const abortedAtMs = performance.now();
      controller.abort();
      expect(await refused).toMatchObject({ code: 'cancelled' });
      return performance.now() - abortedAtMs;
    };
    expect(await quickestMs(1000, endMs)).toBeLessThan(1000);
    await slow.close();
  });

  it('is not begun offline', async () => {
    expect(await intake.refusal(`${server.url}/project.git`, { allowHosts: [server.host], offline: true })).toMatchObject({
      code: 'network_required',
    });
  });
});
