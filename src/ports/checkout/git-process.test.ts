import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { flag, userValue } from './git-command.ts';
import { requireGit, runGit, streamGit } from './git-process.ts';
import { shadowRepository } from './git-shadow.ts';

let folder: string;
let work: string;
let gitDir: string;
const { signal } = new AbortController();
const searchPath = process.env['PATH'] ?? '';

const plain = (...args: string[]): string =>
  execFileSync('git', args, {
    cwd: work,
    encoding: 'utf8',
    env: {
      PATH: searchPath,
      HOME: folder,
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_AUTHOR_NAME: 'T',
      GIT_AUTHOR_EMAIL: 't@example.com',
      GIT_COMMITTER_NAME: 'T',
      GIT_COMMITTER_EMAIL: 't@example.com',
    },
  }).trim();

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'git-process-'));
  work = join(folder, 'work');
  gitDir = join(work, '.git');
  mkdirSync(work);
  plain('init', '-q', '-b', 'main');
  writeFileSync(join(work, 'a.txt'), 'one\n');
  writeFileSync(join(work, '.gitattributes'), '*.txt diff=evil filter=evil\n');
  plain('add', '-A');
  plain('commit', '-qm', 'first');
  writeFileSync(join(work, 'a.txt'), 'one\ntwo\n');
  plain('commit', '-qam', 'second');
});
afterEach(() => void vi.unstubAllEnvs());
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const options = (): Parameters<typeof runGit>[1] => ({ gitDir, searchPath, timeoutMs: 10_000, maxOutputBytes: 1_000_000, signal });

describe('a hostile repository', () => {
  let config: string;
  beforeEach(() => {
    config = readFileSync(join(gitDir, 'config'), 'utf8');
  });
  afterEach(() => {
    writeFileSync(join(gitDir, 'config'), config);
    rmSync(join(gitDir, 'info'), { recursive: true, force: true });
  });

  it('runs nothing of its configuration, and cannot change what the log shows', async () => {
    const honest = await runGit({ name: 'log', flags: [flag('-p'), flag('--format=%H %an')], values: [userValue('HEAD')] }, options());
    expect(honest.stdout.toString()).toContain('+two');
    const marker = join(folder, 'marker');
    const run = `touch ${marker}`;
    for (const hook of ['post-checkout', 'reference-transaction', 'fsmonitor-watchman', 'post-index-change']) {
      mkdirSync(join(gitDir, 'hooks'), { recursive: true });
      writeFileSync(join(gitDir, 'hooks', hook), `#!/bin/sh\n${run}\n`);
      chmodSync(join(gitDir, 'hooks', hook), 0o755);
    }
    const settings: readonly (readonly [string, string])[] = [
      ['core.fsmonitor', run],
      ['core.pager', run],
      ['pager.log', run],
      ['core.sshCommand', run],
      ['core.askPass', run],
      ['core.editor', run],
      ['core.hooksPath', join(gitDir, 'hooks')],
      ['core.worktree', '/etc'],
      ['core.alternateRefsCommand', run],
      ['core.quotePath', 'false'],
      ['diff.external', run],
      ['diff.evil.command', run],
      ['diff.evil.textconv', run],
      ['diff.noPrefix', 'true'],
      ['diff.context', '0'],
      ['diff.orderFile', '/etc/passwd'],
      ['diff.relative', 'true'],
      ['filter.evil.clean', run],
      ['filter.evil.smudge', run],
      ['filter.evil.process', run],
      ['gpg.program', run],
      ['credential.helper', `!${run}`],
      ['alias.log', `!${run}`],
      ['log.showSignature', 'true'],
      ['log.showRoot', 'false'],
      ['log.mailmap', 'true'],
      ['format.pretty', 'hidden'],
      ['color.ui', 'always'],
      ['i18n.logOutputEncoding', 'UTF-16'],
      ['uploadpack.packObjectsHook', run],
      ['remote.origin.url', `ext::sh -c ${run.replace(' ', '% ')}`],
    ];
    for (const [key, value] of settings) plain('config', '--file', join(gitDir, 'config'), key, value);
    const hostile = await runGit({ name: 'log', flags: [flag('-p'), flag('--format=%H %an')], values: [userValue('HEAD')] }, options());
    expect(hostile.exitCode).toBe(0);
    expect(hostile.stdout.toString()).toBe(honest.stdout.toString());
    const fetched = await runGit({ name: 'fetch', flags: [], values: [userValue('origin')] }, options());
    expect(fetched.exitCode).not.toBe(0);
    expect(existsSync(marker)).toBe(false);
  });

  it('cannot replace or cut history with grafts and replacements', async () => {
    const head = plain('rev-parse', 'HEAD');
    mkdirSync(join(gitDir, 'info'), { recursive: true });
    writeFileSync(join(gitDir, 'info', 'grafts'), `${head}\n`);
    plain('-c', 'advice.graftFileDeprecated=false', 'replace', '--graft', head);
    const log = await runGit({ name: 'log', flags: [flag('--format=%s')], values: [userValue('HEAD')] }, options());
    expect(log.stdout.toString()).toBe('second\nfirst\n');
    plain('-c', 'advice.graftFileDeprecated=false', 'replace', '-d', head);
  });

  it('whose configuration is broken, or hides files, is read through a shadow', async () => {
    const head = plain('rev-parse', 'HEAD');
    const objects = await runGit({ name: 'log', flags: [flag('-p')], values: [userValue(head)] }, options());
    mkdirSync(join(gitDir, 'info'), { recursive: true });
    writeFileSync(join(gitDir, 'info', 'attributes'), '* -diff\n');
    writeFileSync(
      join(gitDir, 'config'),
      '[core]\n\tbigFileThreshold = nonsense\n\trepositoryformatversion = 99\n[include]\n\tpath = /dev/zero\n',
    );
    const directory = join(folder, 'shadow "with\nodd\\name');
    const shadow = await shadowRepository({ gitDir, commit: head }, { directory, searchPath, timeoutMs: 10_000, signal });
    const read = await runGit({ name: 'log', flags: [flag('-p')], values: [userValue(head)] }, { ...options(), gitDir: shadow });
    expect(read.exitCode).toBe(0);
    expect(read.stdout.toString()).toBe(objects.stdout.toString());
    expect(read.stdout.toString()).toContain('+two');
  });

  it('has all its branches and tags in the shadow when they are wanted', async () => {
    const commit = plain('rev-parse', 'HEAD');
    plain('branch', 'older', 'HEAD~1');
    plain('tag', '-a', '-m', 'tag', 'v1', 'HEAD');
    const side = plain('commit-tree', '-m', 'side', 'HEAD^{tree}');
    plain('update-ref', 'refs/heads/side', side);
    const shadow = await shadowRepository(
      { gitDir, commit: plain('rev-parse', 'HEAD~1'), allRefs: true },
      { directory: join(folder, 'shadow3'), searchPath, timeoutMs: 10_000, signal },
    );
    const subjects = async (directory: string): Promise<string[]> => {
      const log = await runGit({ name: 'log', flags: [flag('--all'), flag('--format=%H %s')] }, { ...options(), gitDir: directory });
      return log.stdout.toString().split('\n').sort();
    };
    expect(await subjects(shadow)).toEqual(await subjects(gitDir));
    expect(await subjects(shadow)).toContain(`${side} side`);
    expect(await subjects(shadow)).toContain(`${commit} second`);
  });

  it('that is a linked work tree with a cut history is read through a shadow, too', async () => {
    const odd = join(folder, 'cut "history\n');
    plain('clone', '-q', '--depth=1', '--no-local', work, odd);
    plain('-C', odd, 'worktree', 'add', '-q', join(folder, 'linked'));
    const linked = plain('-C', join(folder, 'linked'), 'rev-parse', '--absolute-git-dir');
    const commit = plain('-C', odd, 'rev-parse', 'HEAD');
    const shadow = await shadowRepository(
      { gitDir: linked, commit },
      { directory: join(folder, 'shadow2'), searchPath, timeoutMs: 10_000, signal },
    );
    const log = await runGit({ name: 'log', flags: [flag('--format=%s')], values: [userValue(commit)] }, { ...options(), gitDir: shadow });
    expect(log.stdout.toString()).toBe('second\n');
  });
});

describe('runGit', () => {
  it('gives exit code, output and plain messages', async () => {
    const missing = await runGit({ name: 'rev-parse', flags: [flag('--verify')], values: [userValue('nothing\u202ehere')] }, options());
    expect(missing.exitCode).toBe(128);
    expect(missing.stderr).toContain('fatal');
    expect(missing.stderr).not.toContain('\u202e');
  });

  it('inherits nothing of the environment', async () => {
    vi.stubEnv('GIT_TRACE', '1');
    vi.stubEnv('GIT_CONFIG_PARAMETERS', "'core.pager=false'");
    const result = await runGit({ name: 'version', flags: [] }, options());
    expect(result.stderr).toBe('');
  });

  it('refuses output beyond the limit', async () => {
    await expect(
      runGit({ name: 'log', flags: [flag('-p')], values: [userValue('HEAD')] }, { ...options(), maxOutputBytes: 20 }),
    ).rejects.toMatchObject({ code: 'size_limit' });
  });

  it('ends with the whole process group on time-out and abort', async () => {
    // `cat-file --batch` waits for its input.
    const waiting = { name: 'cat-file', flags: [flag('--batch')] } as const;
    const stream = streamGit(waiting, { ...options(), timeoutMs: 100 });
    await expect(stream.done).rejects.toMatchObject({ code: 'checkout_timeout' });
    const controller = new AbortController();
    const aborted = streamGit(waiting, { ...options(), signal: controller.signal });
    controller.abort();
    await expect(aborted.done).rejects.toMatchObject({ code: 'cancelled' });
    await expect(text(aborted.stdout)).rejects.toMatchObject({ code: 'cancelled' });
    expect(() => streamGit(waiting, { ...options(), signal: controller.signal })).toThrow(expect.objectContaining({ code: 'cancelled' }));
  });

  it('says so when git is missing', async () => {
    await expect(requireGit({ searchPath: folder, signal })).rejects.toMatchObject({ code: 'git_missing' });
    const old = join(folder, 'git');
    writeFileSync(old, '#!/bin/sh\necho git version 2.36.9\n', { mode: 0o755 });
    await expect(requireGit({ searchPath: folder, signal })).rejects.toMatchObject({
      code: 'git_missing',
      hint: expect.stringContaining('2.37'),
    });
    for (const [version, warns] of [
      ['2.39.5', true],
      ['2.50.1', true],
      ['2.50.2', false],
      ['2.51.2 (Apple Git-1)', true],
      ['2.51.3', false],
      ['2.56.0.windows.1', true],
      ['2.56.1', false],
      ['3.0.0', false],
    ] as const) {
      writeFileSync(old, `#!/bin/sh\necho 'git version ${version}'\n`);
      expect((await requireGit({ searchPath: folder, signal })).warning !== undefined).toBe(warns);
    }
  });
});

describe('streamGit', () => {
  it('streams output and takes input', async () => {
    const stream = streamGit({ name: 'cat-file', flags: [flag('--batch')] }, options());
    stream.stdin.end('HEAD:a.txt\n');
    expect(await text(stream.stdout)).toContain('one\ntwo\n');
    await stream.done;
  });

  it('fails where git fails, and is quiet when the reader stops', async () => {
    const failing = streamGit({ name: 'log', flags: [], values: [userValue('nothing')] }, options());
    await expect(failing.done).rejects.toMatchObject({ code: 'git_failed', details: { stderr: expect.stringContaining('nothing') } });
    const stopped = streamGit({ name: 'cat-file', flags: [flag('--batch')] }, options());
    stopped.stop();
    await stopped.done;
    const limited = streamGit({ name: 'log', flags: [flag('-p')], values: [userValue('HEAD')] }, { ...options(), maxOutputBytes: 20 });
    await expect(text(limited.stdout)).rejects.toMatchObject({ code: 'size_limit' });
  });
});
