import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { testGitEnvironment } from '../support/git-repository.ts';
import { madeGithubToken } from '../support/made-secrets.ts';
import { type CliRun, cleanEnvironment, launcher, runCli } from '../support/run-cli.ts';
import { type TemporaryFolder, temporaryFolder } from '../support/temporary-folder.ts';

/** The whole program where its surroundings fail it, or somebody wants it to. */

let folder: TemporaryFolder;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => folder.remove());

const shell = (script: string, env: Record<string, string> = {}): Promise<CliRun> =>
  runCli(['-c', script, 'bash', launcher, folder.path], { program: 'bash', env });

const git = (directory: string, ...args: readonly string[]): string =>
  execFileSync('git', ['-C', directory, ...args], { env: { ...process.env, ...testGitEnvironment }, encoding: 'utf8' });

/** Two commits: the first adds a token that the second takes out. */
const writeRepository = (): { readonly path: string; readonly removed: string } => {
  const path = join(folder.path, 'repository');
  mkdirSync(path);
  git(path, 'init', '-q');
  folder.write('repository/old.py', `token = '${madeGithubToken(1)}'\n`);
  git(path, 'add', '-A');
  git(path, 'commit', '-q', '-m', 'one');
  git(path, 'rm', '-q', 'old.py');
  folder.write('repository/new.txt', 'nothing\n');
  git(path, 'add', '-A');
  git(path, 'commit', '-q', '-m', 'two');
  return { path, removed: git(path, 'rev-parse', 'HEAD~1:old.py').trim() };
};

interface ManifestRow {
  readonly path: string;
  readonly state: string;
  readonly reason?: string;
}
interface Report {
  readonly findings: readonly unknown[];
  readonly coverage: { readonly state: string; readonly files: readonly ManifestRow[] };
}
const reportOf = (run: CliRun): Report => JSON.parse(run.stdout) as Report;

describe('surroundings that fail', () => {
  it('says which temporary folder it cannot use', async () => {
    folder.write('source/a.txt', 'nothing\n');
    for (const temporary of [join(folder.path, 'absent'), join(folder.path, 'source/a.txt')]) {
      const { exitCode, stderr } = await runCli(['scan', join(folder.path, 'source'), '--quiet'], { env: { TMPDIR: temporary } });
      expect(exitCode).toBe(4);
      expect(stderr).toContain('error[scratch_unusable]');
      expect(stderr).toContain('TMPDIR');
    }
  });

  it('finds a relative temporary folder', async () => {
    folder.write('tmp/x', '');
    folder.write('source/a.txt', 'nothing\n');
    execFileSync('tar', ['cf', join(folder.path, 'a.tar'), '-C', join(folder.path, 'source'), 'a.txt']);
    expect((await runCli(['scan', 'a.tar', '--quiet'], { cwd: folder.path, env: { TMPDIR: 'tmp' } })).exitCode).toBe(0);
  });

  it('does not take a directory that is gone for a defect', async () => {
    const { exitCode, stderr } = await shell('mkdir "$2/gone"; cd "$2/gone"; rmdir "$2/gone"; exec "$1" scan . --quiet');
    expect(exitCode).toBe(4);
    expect(stderr).toContain('the current directory does not exist any more');
    expect((await shell('mkdir "$2/gone"; cd "$2/gone"; rmdir "$2/gone"; exec "$1" version')).exitCode).toBe(0);
    expect(() => rmdirSync(join(folder.path, 'gone'))).toThrow('ENOENT');
  });

  it('does not wait for a pipe or read a device that is named as a file of settings', async () => {
    folder.write('source/a.txt', 'nothing\n');
    const pipe = join(folder.path, 'pipe');
    execFileSync('mkfifo', [pipe]);
    for (const option of ['--secrets-config', '--config', '--baseline']) {
      for (const file of [pipe, '/dev/zero']) {
        const { exitCode, stderr } = await runCli(['scan', join(folder.path, 'source'), '--quiet', option, file]);
        expect([option, exitCode]).toEqual([option, 4]);
        expect(stderr).toContain('no regular file');
      }
    }
  });

  it('keeps its exit code where the error cannot be printed', async () => {
    expect((await shell('"$1" scan "$2/absent" 2>/dev/full; exit $?')).exitCode).toBe(4);
    expect((await shell('"$1" scan "$2/absent" 2>&-; exit $?')).exitCode).toBe(4);
  });

  it('leaves the old report alone when the new one does not fit', async () => {
    folder.write('source/a.ts', Array.from({ length: 50 }, (_, index) => `const t = '${madeGithubToken(index)}';\n`).join(''));
    const old = folder.write('out/report.json', 'old');
    // A limit on the size of files stands in for a full disk; no privilege is needed for it.
    const { exitCode, stderr } = await shell(
      'trap "" XFSZ; ulimit -f 8; exec "$1" scan "$2/source" --quiet -f json -o "$2/out/report.json"',
      {
        SIGHTLINE_CACHE_DIR: join(folder.path, 'cache'),
      },
    );
    expect(exitCode).toBe(4);
    expect(stderr).toContain('error[output_unwritable]');
    expect(readFileSync(old, 'utf8')).toBe('old');
    expect(readdirSync(join(folder.path, 'out'))).toEqual(['report.json']);
  });
});

describe('killed outright', () => {
  let server: Server;
  beforeEach(async () => {
    // Sends a little for ever: git has no reason to give up.
    server = createServer((_, response) => {
      response.writeHead(200, { 'content-type': 'application/x-git-upload-pack-advertisement' });
      response.write('001e# service=git-upload-pack\n0000');
      const timer = setInterval(() => response.write(`0bb8${'x'.repeat(2995)}\n`), 200);
      response.on('close', () => clearInterval(timer)).on('error', () => undefined);
    });
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  });
  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  it('takes git with it, and the next run sweeps up', async () => {
    const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    const asked = new Promise<void>((resolve) => server.once('request', () => resolve()));
    const child = spawn(launcher, ['scan', `http://${host}/r.git`, '--allow-host', host, '--quiet'], {
      env: { ...cleanEnvironment(), TMPDIR: folder.path },
      stdio: 'ignore',
    });
    await asked;
    child.kill('SIGKILL');
    await expect.poll(() => new Promise<number>((resolve) => server.getConnections((_, count) => resolve(count)))).toBe(0);
    const shared = join(folder.path, `sightline-${process.getuid?.() ?? 0}`);
    expect(readdirSync(shared)).toHaveLength(1);
    folder.write('source/a.txt', 'nothing\n');
    expect((await runCli(['scan', join(folder.path, 'source'), '--quiet'], { env: { TMPDIR: folder.path } })).exitCode).toBe(0);
    expect(readdirSync(shared)).toEqual([]);
  });
});

describe('never green by accident', () => {
  it('is partial when a secret may hide behind ten thousand harmless findings', async () => {
    const lines = Array.from({ length: 10_001 }, (_, index) => `public_key = "a${index}b"`);
    folder.write('source/a.txt', `${lines.join('\n')}\n`);
    const run = await runCli(['scan', join(folder.path, 'source'), '--quiet', '--fail-on', 'none', '-f', 'json']);
    expect(run.exitCode).toBe(2);
    expect(reportOf(run).coverage).toMatchObject({ state: 'partial', files: [{ path: 'a.txt', state: 'failed', reason: 'budget' }] });
  });

  it('is partial when history ends at the edge of a shallow clone', async () => {
    const { path } = writeRepository();
    const shallow = join(folder.path, 'shallow');
    git(folder.path, 'clone', '-q', '--depth', '1', `file://${path}`, shallow);
    const whole = await runCli(['scan', path, '--history', '--quiet', '-f', 'json']);
    expect([whole.exitCode, reportOf(whole).coverage.state]).toEqual([1, 'full']);
    const run = await runCli(['scan', shallow, '--history', '--quiet', '-f', 'json']);
    expect(run.exitCode).toBe(2);
    expect(reportOf(run).coverage.files).toContainEqual(expect.objectContaining({ path: '.git/shallow', state: 'failed' }));
  });

  it('refuses a repository without a work tree, whose files it would not see', async () => {
    const { path } = writeRepository();
    git(folder.path, 'clone', '-q', '--bare', path, 'bare');
    for (const target of [join(folder.path, 'bare'), join(path, '.git')]) {
      for (const mode of [[], ['--history']]) {
        const { exitCode, stderr } = await runCli(['scan', target, '--quiet', ...mode]);
        expect(exitCode).toBe(4);
        expect(stderr).toContain('error[target_unsupported]');
      }
    }
  });

  it('names the damage when an object of the history cannot be read', async () => {
    const { path, removed } = writeRepository();
    const object = join(path, '.git/objects', removed.slice(0, 2), removed.slice(2));
    execFileSync('chmod', ['u+w', object]);
    writeFileSync(object, 'damaged');
    const { exitCode, stderr } = await runCli(['scan', path, '--history', '--quiet']);
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/error\[git_failed\]: git log failed: \S+/);
  });
});

describe('formats and threads', () => {
  it('gives the same findings in every format, and the same report with any number of threads', async () => {
    for (let file = 0; file < 40; file++) {
      const lines = Array.from({ length: 5 }, (_, index) => `const t = '${madeGithubToken(file * 5 + index)}';\n`);
      folder.write(`source/d${file % 7}/f${file}.ts`, `${'// padding\n'.repeat(3000)}${lines.join('')}`);
    }
    const formats = ['json', 'sarif', 'csv', 'junit', 'gitlab', 'html'] as const;
    const place = (name: string): string => join(folder.path, `report.${name}`);
    const read = (name: string): string => readFileSync(place(name), 'utf8');
    const run = await runCli([
      'scan',
      join(folder.path, 'source'),
      '--quiet',
      ...formats.flatMap((name) => ['-f', `${name}=${place(name)}`]),
      '-f',
      'table',
    ]);
    expect(run.exitCode).toBe(1);
    const sarif = JSON.parse(read('sarif')) as { readonly runs: readonly { readonly results: readonly unknown[] }[] };
    expect({
      table: /200 critical/.test(run.stdout),
      json: (JSON.parse(read('json')) as Report).findings.length,
      sarif: sarif.runs[0]?.results.length,
      csv: read('csv').trimEnd().split('\n').length - 1,
      junit: read('junit').match(/<failure/g)?.length,
      gitlab: (JSON.parse(read('gitlab')) as { readonly vulnerabilities: readonly unknown[] }).vulnerabilities.length,
    }).toEqual({ table: true, json: 200, sarif: 200, csv: 200, junit: 200, gitlab: 200 });

    const withThreads = async (threads: number): Promise<unknown> => {
      const { stdout } = await runCli(['scan', join(folder.path, 'source'), '--quiet', '-f', 'json', '--threads', String(threads)]);
      return JSON.parse(stdout, (key, value: unknown) =>
        ['id', 'started_at', 'finished_at', 'duration_ms', 'command_line'].includes(key) ? undefined : value,
      );
    };
    const one = await withThreads(1);
    expect(await withThreads(2)).toEqual(one);
    expect(await withThreads(8)).toEqual(one);
  });
});
