import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { gzip, tar } from '../support/archive-builder.ts';
import { createRepository } from '../support/git-repository.ts';
import { type LoopbackServer, startGitServer } from '../support/git-server.ts';
import { madeGithubToken } from '../support/made-secrets.ts';
import { needsTool } from '../support/needs.ts';
import { type CliRun, runCli } from '../support/run-cli.ts';
import { type ServerProcess, startServer } from '../support/server-process.ts';
import { type TemporaryFolder, temporaryFolder } from '../support/temporary-folder.ts';
import { until } from '../support/until.ts';

interface ScanJson {
  readonly id: string;
  readonly state: string;
  readonly ref: string;
  readonly commit: string | null;
  readonly findings_total: number;
  readonly gate: { readonly state: string } | null;
  readonly tasks: readonly unknown[];
}

const secretFile = `token = "${madeGithubToken(71)}"\n`;

describe('a server on its embedded database', () => {
  let folder: TemporaryFolder;
  let server: ServerProcess;
  let git: LoopbackServer | undefined;
  const cli = (...args: string[]): Promise<CliRun> => runCli(args, { cwd: folder.path, env: { SIGHTLINE_SERVER_URL: server.urls['api'] } });
  const json = async <Shape>(...args: string[]): Promise<Shape> => {
    const { stdout, stderr, exitCode } = await cli(...args, '-f', 'json');
    if (stdout === '') throw new Error(`${args.join(' ')} ended with ${exitCode}: ${stderr}`);
    return JSON.parse(stdout) as Shape;
  };

  beforeAll(async () => {
    folder = temporaryFolder();
    writeFileSync(
      join(folder.path, 'app.tar.gz'),
      gzip(
        tar([
          { name: 'src/config.py', content: secretFile },
          { name: 'README.md', content: '# app\n' },
        ]),
      ),
    );
    writeFileSync(join(folder.path, 'clean.tar.gz'), gzip(tar([{ name: 'src/main.py', content: 'print(42)\n' }])));
    const repository = createRepository(join(folder.path, 'git', 'app.git'), { defaultBranch: 'trunk' });
    repository.commit({ 'src/config.py': secretFile });
    git = await startGitServer({ root: join(folder.path, 'git') });
    server = await startServer({ cwd: folder.path, args: ['--allow-host', git.host] });
  });
  afterAll(async () => {
    if (server?.isAlive()) await server.stop('SIGKILL');
    await git?.close();
    folder.remove();
  });

  it('shows its token once and keeps it for its own user only', async () => {
    const path = join(folder.path, 'sightline-data', 'operator-token');
    const token = readFileSync(path, 'utf8').trim();
    await until(() => expect(server.stderr()).toContain(token));
    expect(token).toMatch(/^slo_[0-9a-f]+_[0-9a-f]{64}$/);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(statSync(join(folder.path, 'sightline-data')).mode & 0o777).toBe(0o700);
    expect(JSON.stringify(server.log())).not.toContain(token);
  });

  it('refuses a second process on the same data, and names the first', async () => {
    const { exitCode, stderr } = await cli('serve', '--listen', '0', '--probes-listen', 'off', '--metrics-listen', 'off');
    expect(exitCode).toBe(4);
    expect(stderr).toContain(`error[data_dir_locked]`);
    expect(stderr).toContain(`pid ${server.pid}`);
    expect(stderr).toContain('--data-dir');
  });

  it('answers probes without a token, and nothing else', async () => {
    for (const listener of ['api', 'probes']) {
      const ready = await fetch(`${server.urls[listener]}/ready`);
      expect({ listener, status: ready.status, body: await ready.json() }).toMatchObject({ status: 200, body: { status: 'ready' } });
    }
    expect((await fetch(`${server.urls['metrics']}/metrics`)).status).toBe(401);
    expect((await fetch(`${server.urls['api']}/api/v1/scans`)).status).toBe(401);
    const refused = await runCli(['scans', 'list'], {
      cwd: folder.path,
      env: { SIGHTLINE_SERVER_URL: server.urls['api'], SIGHTLINE_TOKEN: 'slo_000000000000_0' },
    });
    expect(refused.exitCode).toBe(5);
    expect(refused.stderr).toMatch(/^error\[unauthenticated\].*\nhint: .*SIGHTLINE_TOKEN/);
  });

  it('scans an archive to its end, with the exit code of scan', async () => {
    const found = await cli('submit', 'app.tar.gz', '--wait');
    expect({ exitCode: found.exitCode, stderr: found.stderr }).toEqual({ exitCode: 1, stderr: expect.stringContaining('is completed') });
    expect(found.stdout).toContain('gate     failed: 1 finding rated high or worse');
    expect(found.stdout).toContain('src/config.py:1');
    expect(found.stdout).not.toContain(madeGithubToken(71));
    const clean = await cli('submit', 'clean.tar.gz', '--wait', '--quiet');
    expect({ exitCode: clean.exitCode, stderr: clean.stderr }).toEqual({ exitCode: 0, stderr: '' });
    const lax = await cli('submit', 'app.tar.gz', '--wait', '--quiet', '--fail-on', 'none');
    expect(lax.exitCode).toBe(0);
  });

  it.skipIf(!needsTool('git'))('scans a repository at the commit of its default branch, in the project of its URL', async () => {
    const url = `${git?.url}/app.git`;
    const scan = await json<ScanJson>('submit', url, '--wait', '--quiet');
    expect(scan).toMatchObject({ state: 'completed', ref: 'trunk', findings_total: 1, gate: { state: 'failed' } });
    expect(scan.commit).toMatch(/^[0-9a-f]{40}$/);
    const { items } = await json<{ items: { repository_url: string | null }[] }>('projects', 'list');
    expect(items.filter(({ repository_url: found }) => found?.startsWith(git?.url ?? '-'))).toHaveLength(1);
    const again = await json<ScanJson>('submit', url, '--ref', 'trunk', '--wait', '--quiet');
    expect(again.id).not.toBe(scan.id);
    const { items: issues } = await json<{ items: { path: string }[] }>('issues', 'list', '--ref', 'trunk');
    expect(issues).toHaveLength(1);
  });

  it('refuses what it must not fetch, before it is a scan', async () => {
    const refused = await cli('submit', 'http://169.254.169.254/latest/app.git');
    expect(refused.exitCode).toBe(4);
    expect(refused.stderr).toMatch(/^error\[(protocol_denied|address_denied)\]/);
    const folderRefused = await cli('submit', 'git');
    expect(folderRefused.exitCode).toBe(4);
    expect(folderRefused.stderr).toContain('git archive');
  });

  it('lets people triage, and keeps what they decided', async () => {
    const { items } = await json<{ items: { id: string }[] }>('issues', 'list', '--triage', 'open');
    const id = items[0]?.id ?? '';
    expect((await cli('issues', 'triage', 'false_positive', id)).exitCode).toBe(4);
    expect((await cli('issues', 'triage', 'accepted', id, '--reason', 'a test', '--until', '1d')).exitCode).toBe(0);
    expect((await cli('issues', 'show', id)).stdout).toMatch(/decision .* accepted by operator until .*: a test/);
  });

  it('imports what another tool found', async () => {
    const made = await runCli(['scan', '.', '-q', '-f', 'sarif=../made.sarif'], {
      cwd: join(folder.write('target/src/config.py', secretFile), '..', '..'),
    });
    expect(made.exitCode).toBe(1);
    const imported = await json<ScanJson>('import', 'made.sarif', '--project', 'app', '--wait', '--quiet');
    expect(imported).toMatchObject({ state: 'completed', findings_total: 1 });
  });

  it.skipIf(!needsTool('gitleaks'))('gives the answer of the command line where the target names its engines', async () => {
    writeFileSync(
      join(folder.path, 'own.tar.gz'),
      gzip(
        tar([
          { name: 'src/config.py', content: secretFile },
          { name: 'sightline.yaml', content: 'engines: [gitleaks]\n' },
        ]),
      ),
    );
    interface Answer {
      readonly coverage: { readonly engines: readonly { readonly engine: string; readonly state: string }[] };
    }
    const here = await json<Answer & { readonly findings: readonly { readonly id: string }[] }>('scan', 'own.tar.gz');
    const there = await json<Answer & { readonly id: string; readonly state: string }>('submit', 'own.tar.gz', '--wait');
    const engines = ({ coverage }: Answer) => coverage.engines.map(({ engine, state }) => `${engine} ${state}`);
    expect(engines(here)).toEqual(['gitleaks complete']);
    expect([there.state, engines(there)]).toEqual(['completed', engines(here)]);
    const token = readFileSync(join(folder.path, 'sightline-data', 'operator-token'), 'utf8').trim();
    const found = await fetch(`${server.urls['api']}/api/v1/scans/${there.id}/findings`, { headers: { authorization: `Bearer ${token}` } });
    const { items } = (await found.json()) as { readonly items: readonly { readonly fingerprint: string }[] };
    expect(here.findings.length).toBeGreaterThan(0);
    expect(items.map(({ fingerprint }) => fingerprint).sort()).toEqual(here.findings.map(({ id }) => id).sort());
  });

  it('shows what its tasks said, and ends what is not wanted', async () => {
    const { items } = await json<{ items: ScanJson[] }>('scans', 'list', '--state', 'completed');
    const id = items.at(-1)?.id ?? '';
    expect((await cli('scans', 'logs', id)).stdout).toContain('phase analyse');
    const ended = await cli('scans', 'cancel', id);
    expect(ended.exitCode).toBe(4);
    expect(ended.stderr).toContain('error[scan_ended]');
  });

  it('is examined while it runs, and cleans when it is told to', async () => {
    const asked = await cli('doctor');
    expect({ exitCode: asked.exitCode, broken: asked.stdout.split('\n').filter((line) => /failed|broken/.test(line)) }).toEqual({
      exitCode: 0,
      broken: [],
    });
    expect(asked.stdout).toMatch(/^Sightline .*; database: embedded, .*, PostgreSQL \d+/);
    expect(asked.stdout).toContain('workers: 1 active');
    // Without a name the data directory leads to a server; the one at the usual address is not its own, or there is none.
    const locked = await cli('doctor', '--data-dir', 'sightline-data', '--server', 'http://127.0.0.1:9');
    expect([locked.exitCode, locked.stderr]).toEqual([2, expect.stringContaining('error[server_unreachable]')]);
    const unnamed = await runCli(['doctor'], { cwd: folder.path, env: { SIGHTLINE_TOKEN: 'slo_not_its_own' } });
    expect(unnamed.exitCode).toBe(4);
    expect(unnamed.stderr).toMatch(/error\[data_dir_locked\].*does not answer[^]*--server/);

    const rehearsed = await json<{ dry_run: boolean; statistics: { scans: number } }>(
      'retention',
      'run',
      '--dry-run',
      '--keep-latest=false',
    );
    expect(rehearsed).toMatchObject({ dry_run: true, statistics: { scans: 0 } });
    const { stdout } = await cli('retention', 'run');
    expect(stdout).toMatch(/^Removed:\n {2}scans +0\n/);
    await until(() => expect(server.log().map(({ message }) => message)).toContain('retention rehearsed'));
    expect((await cli('retention', 'run', '--keep-latest=perhaps')).exitCode).toBe(4);
  });

  it('stops as it was asked to, keeps everything, and its data keep their promises', async () => {
    expect(await server.stop()).toEqual({ exitCode: 0, signal: null });
    const away = await cli('scans', 'list');
    expect(away.exitCode).toBe(2);
    expect(away.stderr).toMatch(/^error\[server_unreachable\].*\nhint: .*sightline serve/);
    const doctor = await cli('doctor', '-f', 'json');
    const report = JSON.parse(doctor.stdout) as {
      is_healthy: boolean;
      invariants: { id: string; offenders: string[] }[];
      skipped: { ids: string[]; reason: string } | null;
    };
    expect(report.skipped).toEqual({
      ids: expect.arrayContaining(['lease-is-reaped']),
      reason: expect.stringContaining('while a server runs'),
    });
    expect((await cli('doctor')).stdout).toContain(`  not asked: ${report.skipped?.ids.join(', ')}\n`);
    expect(report.invariants.filter(({ offenders }) => offenders.length > 0)).toEqual([]);
    expect({ exitCode: doctor.exitCode, healthy: report.is_healthy }).toEqual({ exitCode: 0, healthy: true });

    server = await startServer({ cwd: folder.path });
    expect(server.stderr()).not.toContain('slo_');
    const { items } = await json<{ items: ScanJson[] }>('scans', 'list');
    expect(items.length).toBeGreaterThanOrEqual(4);
    expect((await cli('db', 'token')).stderr).toContain('error[data_dir_locked]');
    expect((await server.stop('SIGINT')).exitCode).toBe(0);
  });

  it('gets another token where the first was lost', async () => {
    const path = join(folder.path, 'sightline-data', 'operator-token');
    const lost = readFileSync(path, 'utf8').trim();
    rmSync(path);
    server = await startServer({ cwd: folder.path });
    await until(() => expect(server.stderr()).toContain('"sightline db token" makes another'));
    expect((await cli('scans', 'list')).exitCode).toBe(5);
    await server.stop();

    const made = await cli('db', 'token', '--revoke-others');
    expect(made.stderr).toContain('1 other token revoked');
    expect(made.stdout.trim()).toMatch(/^slo_[0-9a-f]+_[0-9a-f]{64}$/);
    expect([readFileSync(path, 'utf8'), statSync(path).mode & 0o777]).toEqual([made.stdout, 0o600]);
    server = await startServer({ cwd: folder.path });
    expect((await cli('scans', 'list')).exitCode).toBe(0);
    const old = await fetch(`${server.urls['api']}/api/v1/scans`, { headers: { authorization: `Bearer ${lost}` } });
    expect(old.status).toBe(401);
    expect((await server.stop()).exitCode).toBe(0);
  });
});

describe.skipIf(!needsTool('git'))('a server that is told to stop in the middle of a task', () => {
  let folder: TemporaryFolder;
  let git: LoopbackServer;
  let isStuck = true;
  let server: ServerProcess;
  beforeAll(async () => {
    folder = temporaryFolder();
    createRepository(join(folder.path, 'git', 'app.git')).commit({ 'src/config.py': secretFile });
    git = await startGitServer({ root: join(folder.path, 'git'), intercept: () => isStuck });
  });
  afterAll(async () => {
    if (server?.isAlive()) await server.stop('SIGKILL');
    await git.close();
    folder.remove();
  });
  const start = async (grace = '500ms'): Promise<void> => {
    server = await startServer({ cwd: folder.path, args: ['--allow-host', git.host, '--grace', grace] });
  };
  const cli = (...args: string[]): Promise<CliRun> => runCli(args, { cwd: folder.path, env: { SIGHTLINE_SERVER_URL: server.urls['api'] } });
  const submitAndWaitForFetch = async (): Promise<string> => {
    const before = git.requests.length;
    const { id } = JSON.parse((await cli('submit', `${git.url}/app.git`, '--engine', 'secrets', '--force', '-f', 'json')).stdout) as {
      id: string;
    };
    await until(() => expect(git.requests.length).toBeGreaterThan(before));
    return id;
  };

  it('hands the task back after the grace period, and runs it after the next start', async () => {
    await start();
    const id = await submitAndWaitForFetch();
    expect(await server.stop()).toEqual({ exitCode: 0, signal: null });
    isStuck = false;
    await start();
    const logs = await cli('scans', 'logs', id, '--follow');
    expect(logs.exitCode).toBe(0);
    const scan = JSON.parse((await cli('scans', 'show', id, '-f', 'json')).stdout) as {
      state: string;
      tasks: { failed_attempts: number; attempts: { outcome: string }[] }[];
    };
    expect(scan).toMatchObject({ state: 'completed', tasks: [{ failed_attempts: 0 }] });
    expect(scan.tasks[0]?.attempts.map(({ outcome }) => outcome)).toEqual(['released', 'succeeded']);
    expect((await server.stop()).exitCode).toBe(0);
  });

  it('ends a task that runs when its scan is cancelled', async () => {
    isStuck = true;
    // So that nothing but the second signal ends it.
    await start('10m');
    const id = await submitAndWaitForFetch();
    const waiting = cli('scans', 'logs', id, '--follow');
    const cancelled = await cli('scans', 'cancel', id, '--reason', 'not wanted');
    expect({ exitCode: cancelled.exitCode, stdout: cancelled.stdout }).toEqual({ exitCode: 0, stdout: `scan ${id} is cancelled\n` });
    expect((await waiting).exitCode).toBe(0);
    expect((await cli('scans', 'show', id, '--exit-code')).exitCode).toBe(2);
  });

  it('ends at once on the second signal', async () => {
    await submitAndWaitForFetch();
    process.kill(server.pid, 'SIGTERM');
    await until(() => expect(server.log().some(({ message }) => message === 'server stops')).toBe(true));
    expect((await server.stop('SIGTERM')).exitCode).toBe(130);
    const doctor = await cli('doctor');
    expect({ exitCode: doctor.exitCode, stdout: doctor.stdout }).toEqual({ exitCode: 0, stdout: expect.not.stringContaining('broken') });
  });
});

describe('a first start that fails', () => {
  it('shows the token it made all the same, for the next one does not', async () => {
    const folder = temporaryFolder();
    const other = createServer();
    try {
      await new Promise<void>((listening) => other.listen(0, '127.0.0.1', listening));
      const address = other.address();
      const port = typeof address === 'object' ? address?.port : undefined;
      const refused = await runCli(['serve', '--listen', String(port), '--probes-listen', 'off', '--metrics-listen', 'off'], {
        cwd: folder.path,
      });
      expect(refused.exitCode).toBe(4);
      expect(refused.stderr).toContain('error[address_in_use]');
      expect(refused.stderr).toContain(readFileSync(join(folder.path, 'sightline-data', 'operator-token'), 'utf8').trim());
    } finally {
      await new Promise((closed) => other.close(closed));
      folder.remove();
    }
  });
});

describe('settings that cannot be', () => {
  it.each([
    [['--listen', '0.0.0.0:8080'], 'config_invalid', 'no accounts yet'],
    [['--listen', '[::]:8080'], 'config_invalid', 'no accounts yet'],
    [['--listen', 'off'], 'config_invalid', 'nowhere to listen'],
    [['--roles', 'worker'], 'config_invalid', 'embedded database'],
    [['--roles', 'boss'], 'usage_invalid', 'one or more of api, scheduler, worker'],
    [['--database-url', 'postgres://u:hush@127.0.0.1:1/x', '--listen', '0'], 'database_unavailable', ''],
  ])('serve %j', async (args, code, text) => {
    const folder = temporaryFolder();
    try {
      const { exitCode, stdout, stderr } = await runCli(['serve', ...args], { cwd: folder.path });
      expect(exitCode).toBeGreaterThan(1);
      expect(stderr).toContain(`error[${code}]`);
      expect(stderr).toContain(text);
      expect(stdout + stderr).not.toContain('hush');
    } finally {
      folder.remove();
    }
  });
});
