import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createRepository, type TestRepository } from '../support/git-repository.ts';
import { type LoopbackServer, startGitServer, startLoopbackServer } from '../support/git-server.ts';
import { runCli } from '../support/run-cli.ts';
import { type TemporaryFolder, temporaryFolder } from '../support/temporary-folder.ts';

/** Acceptance checks of `docs/requirements.md` that need the whole program; other rows name the tests that prove them. */

interface Report {
  readonly scan: { readonly target: { readonly ref?: string; readonly commit?: string } };
  readonly coverage: { readonly files: readonly { readonly path: string; readonly state: string }[] };
  readonly findings: readonly {
    readonly rule_id: string;
    readonly severity: string;
    readonly location: { readonly path: string; readonly start_line: number };
  }[];
}

const scan = async (...args: readonly string[]): Promise<{ readonly exitCode: number | null; readonly report: Report }> => {
  const { exitCode, stdout, stderr } = await runCli(['scan', ...args, '-f', 'json']);
  if (stdout === '') throw new Error(`no report: ${stderr}`);
  return { exitCode, report: JSON.parse(stdout) as Report };
};
const placesOf = ({ findings }: Report): readonly string[] =>
  findings.map(({ rule_id, severity, location }) => `${rule_id} ${severity} ${location.path}:${location.start_line}`).sort();

let folder: TemporaryFolder;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => folder.remove());

/** Text of the form of a key, the same every time, that no rule but that of its name knows. */
const keyText = (seed: number): string =>
  Array.from({ length: 32 }, (_, index) => 'q7Wm2Zx9Kd4Tv8Rb3Hn6Lc5Yp'.charAt((index * 7 + seed * 11) % 25)).join('');

describe('requirement 9', () => {
  const rules = (regex: string): string =>
    folder.write('rules.toml', `[[rules]]\nid = "ticket"\ndescription = "Ticket"\nregex = '''${regex}'''\n`);

  it('a new rule fires without a change of the program', async () => {
    folder.write('src/a.txt', 'see TICKET-4711 for more\n');
    const { report } = await scan(join(folder.path, 'src'), '--secrets-config', rules('TICKET-[0-9]{4}'));
    expect(placesOf(report).map((place) => place.split(' ').at(-1))).toEqual(['a.txt:1']);
  });

  it('a bad rule is refused when it is loaded', async () => {
    folder.write('src/a.txt', 'see TICKET-4711 for more\n');
    const { exitCode, stdout, stderr } = await runCli([
      'scan',
      join(folder.path, 'src'),
      '--secrets-config',
      rules('TICKET-[0-9'),
      '-f',
      'json',
    ]);
    expect([exitCode, stdout]).toEqual([4, '']);
    expect(stderr).toContain('error[rule_invalid]');
    expect(stderr).toContain('ticket');
  });
});

describe('requirement 10', () => {
  it('finds private_key and public_key at line 1 of a README, a script and a program', async () => {
    folder.write('README.md', `private_key = "${keyText(1)}"\n`);
    folder.write('secret.js', `const private_key = '${keyText(2)}';\n`);
    folder.write('secret_leak.py', `private_key = "${keyText(3)}"\n`);
    folder.write('public.py', `public_key = "${keyText(4)}"\n`);
    const { exitCode, report } = await scan(folder.path);
    expect(placesOf(report)).toEqual([
      'G402 high README.md:1',
      'G402 high secret.js:1',
      'G402 high secret_leak.py:1',
      'G402-public info public.py:1',
    ]);
    expect(exitCode).toBe(1);
  });

  it('finds them after tabs and in lines of a megabyte, and does not look into .git', async () => {
    const assignment = `private_key = "${keyText(5)}"`;
    folder.write('tabs.py', `class A:\n\t\t${assignment}\n`);
    folder.write('long.js', `${'var a=1;'.repeat(130_000)}\t${assignment};${'var b=2;'.repeat(130_000)}\n`);
    folder.write('.git/config', `${assignment}\n`);
    const { report } = await scan(folder.path);
    expect(placesOf(report)).toEqual(['G402 high long.js:1', 'G402 high tabs.py:2']);
    expect(report.coverage.files.filter(({ path }) => path.startsWith('.git'))).toMatchObject([{ path: '.git/', state: 'excluded' }]);
  });
});

describe('requirement 16', () => {
  it('a killed scan of a server that hangs leaves no directory behind once the next one has run', async () => {
    const server = await startLoopbackServer(() => undefined);
    try {
      folder.write('src/a.txt', 'nothing here\n');
      folder.write('tmp/.keep', '');
      const env = { TMPDIR: join(folder.path, 'tmp') };
      const left = (): readonly string[] =>
        readdirSync(env.TMPDIR, { recursive: true, encoding: 'utf8' }).filter((name) => /-\d+-\w+$/.test(name));
      const hanging = runCli(['scan', `${server.url}/a.git`, '--allow-host', server.host], {
        env,
        onStart: (child) => {
          const timer = setInterval(() => {
            if (server.requests.length === 0) return;
            clearInterval(timer);
            child.kill('SIGKILL');
          }, 20);
        },
      });
      expect((await hanging).exitCode).toBeNull();
      expect(left()).not.toEqual([]);
      expect((await runCli(['scan', join(folder.path, 'src')], { env })).exitCode).toBe(0);
      expect(left()).toEqual([]);
    } finally {
      await server.close();
    }
  });
});

describe('requirements 17 and 19', () => {
  let repositories: TemporaryFolder;
  let repository: TestRepository;
  let server: LoopbackServer;
  let older: string;
  let tip: string;
  beforeAll(async () => {
    repositories = temporaryFolder();
    repository = createRepository(join(repositories.path, 'a.git'), { defaultBranch: 'master' });
    older = repository.commit({ 'old.py': `private_key = "${keyText(6)}"\n` }, { branch: 'master' });
    tip = repository.commit({ 'new.py': `private_key = "${keyText(7)}"\n` }, { branch: 'master' });
    server = await startGitServer({ root: repositories.path });
  });
  afterAll(async () => {
    await server.close();
    repositories.remove();
  });

  it('a commit that is not the tip is scanned, and is the one the report names', async () => {
    const { report } = await scan(`${server.url}/a.git`, '--allow-host', server.host, '--ref', older);
    expect(report.scan.target.commit).toBe(older);
    expect(placesOf(report)).toEqual(['G402 high old.py:1']);
  });

  it('a repository with only "master" is scanned without a branch being named', async () => {
    const { report } = await scan(`${server.url}/a.git`, '--allow-host', server.host);
    expect(report.scan.target.commit).toBe(tip);
    expect(placesOf(report)).toContain('G402 high new.py:1');
  });
});
