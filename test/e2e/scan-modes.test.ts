import { execFileSync } from 'node:child_process';
import { mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { testGitEnvironment } from '../support/git-repository.ts';
import { madeAwsKeyId, madeGithubToken } from '../support/made-secrets.ts';
import { needsTool } from '../support/needs.ts';
import { type CliRun, runCli } from '../support/run-cli.ts';
import { type TemporaryFolder, temporaryFolder } from '../support/temporary-folder.ts';

interface JsonFinding {
  readonly id: string;
  readonly rule_id: string;
  readonly location: {
    readonly path: string;
    readonly start_line: number;
    readonly commit?: { readonly sha: string; readonly subject: string };
  };
  readonly suppression?: { readonly source: string; readonly reason: string };
}
interface JsonReport {
  readonly coverage: {
    readonly state: string;
    readonly files: readonly { readonly path: string; readonly state: string; readonly reason?: string; readonly detail?: string }[];
    readonly commits?: number;
  };
  readonly findings: readonly JsonFinding[];
}

let tree: TemporaryFolder;
beforeEach(() => {
  tree = temporaryFolder();
});
afterEach(() => tree.remove());

const git = (...args: string[]): string =>
  execFileSync('git', ['-C', tree.path, '-c', 'user.name=T', '-c', 'user.email=t@example.org', ...args], { env: testGitEnvironment })
    .toString()
    .trim();
const commitAll = (message: string): string => {
  git('add', '-A');
  git('commit', '-q', '-m', message);
  return git('rev-parse', 'HEAD');
};
const scanJson = async (...args: string[]): Promise<CliRun & { readonly report: JsonReport }> => {
  const run = await runCli(['scan', ...args, '-f', 'json']);
  if (run.stdout === '') throw new Error(`no report: ${run.stderr}`);
  return { ...run, report: JSON.parse(run.stdout) as JsonReport };
};
const placesOf = (report: JsonReport): string[] => report.findings.map(({ location }) => `${location.path}:${location.start_line}`);
/** Several lines of a program around a value, so that a moved file can be told by its surroundings. */
const program = (name: string, value: string): string =>
  `import os\n\ndef connect():\n    ${name} = "${value}"\n    return os.open(${name})\n`;

describe('--since', () => {
  it('reports what the change introduced, by identity and not by line', async () => {
    git('init', '-q', '-b', 'main');
    tree.write('old.py', program('github_token', madeGithubToken(1)));
    tree.write('moved.py', program('deploy_token', madeGithubToken(2)));
    const base = commitAll('base');
    // The old secret moves down, another file is renamed, and one new secret arrives without being committed.
    tree.write('old.py', `# a comment\n\n\n${program('github_token', madeGithubToken(1))}`);
    mkdirSync(join(tree.path, 'lib'));
    renameSync(join(tree.path, 'moved.py'), join(tree.path, 'lib/elsewhere.py'));
    tree.write('new.py', program('fresh_token', madeGithubToken(3)));
    const { exitCode, report } = await scanJson(tree.path, '--since', base);
    expect(placesOf(report)).toEqual(['new.py:4']);
    expect(exitCode).toBe(1);
  });

  it('takes a second copy of a known secret, and another value in its place, for new', async () => {
    git('init', '-q', '-b', 'main');
    tree.write('a.py', program('github_token', madeGithubToken(1)));
    tree.write('b.py', program('other_token', madeGithubToken(2)));
    commitAll('base');
    tree.write('copy.py', program('github_token', madeGithubToken(1)));
    tree.write('b.py', program('other_token', madeGithubToken(5)));
    const { report } = await scanJson(tree.path, '--since', 'HEAD');
    expect(placesOf(report)).toEqual(['b.py:4', 'copy.py:4']);
  });

  it('is clean when nothing changed, and says what was not looked at', async () => {
    git('init', '-q', '-b', 'main');
    tree.write('a.py', program('github_token', madeGithubToken(1)));
    commitAll('base');
    const { exitCode, report } = await scanJson(tree.path, '--since', 'HEAD');
    expect(exitCode).toBe(0);
    expect(report.coverage.files.find((file) => file.path === 'a.py')).toMatchObject({ state: 'excluded', reason: 'unchanged' });
  });

  it('works from a folder below the top of the repository', async () => {
    git('init', '-q', '-b', 'main');
    tree.write('sub/a.py', program('github_token', madeGithubToken(1)));
    commitAll('base');
    tree.write('sub/b.py', program('second_token', madeGithubToken(2)));
    const { report } = await scanJson(join(tree.path, 'sub'), '--since', 'HEAD');
    expect(placesOf(report)).toEqual(['b.py:4']);
  });

  it('names an unknown revision, and a target without history', async () => {
    tree.write('a.txt', 'x\n');
    const without = await runCli(['scan', tree.path, '--since', 'HEAD']);
    expect(without.exitCode).toBe(4);
    expect(without.stderr).toContain('error[git_history_missing]');
    git('init', '-q', '-b', 'main');
    commitAll('base');
    const unknown = await runCli(['scan', tree.path, '--since', 'no-such-branch']);
    expect(unknown.exitCode).toBe(4);
    expect(unknown.stderr).toContain('error[ref_not_found]');
  });
});

describe('--history', () => {
  it('finds what was removed again, once, at the newest commit that added it', async () => {
    git('init', '-q', '-b', 'main');
    tree.write('a.py', program('github_token', madeGithubToken(1)));
    commitAll('leak');
    tree.write('a.py', '# removed\n');
    commitAll('clean up');
    tree.write('a.py', `# again\n${program('github_token', madeGithubToken(1))}`);
    const again = commitAll('leak again');
    git('rm', '-q', 'a.py');
    tree.write('b.txt', 'nothing\n');
    commitAll('gone');
    const { exitCode, report } = await scanJson(tree.path, '--history');
    expect(exitCode).toBe(1);
    expect(report.coverage.commits).toBe(4);
    expect(report.findings).toHaveLength(1);
    expect(report.findings[0]?.location).toMatchObject({ path: 'a.py', start_line: 5, commit: { sha: again, subject: 'leak again' } });
    expect((await scanJson(tree.path)).report.findings).toEqual([]);
  });

  it('reads all branches, and keeps the identity a scan of the files gives', async () => {
    git('init', '-q', '-b', 'main');
    tree.write('a.py', program('github_token', madeGithubToken(1)));
    commitAll('main');
    git('checkout', '-q', '-b', 'side');
    tree.write('side.py', program('aws_key', madeAwsKeyId(2)));
    commitAll('side');
    git('checkout', '-q', 'main');
    const files = await scanJson(tree.path);
    const history = await scanJson(tree.path, '--history');
    expect(history.report.findings.map((finding) => finding.location.path).sort()).toEqual(['a.py', 'side.py']);
    expect(history.report.findings.map((finding) => finding.id)).toContain(files.report.findings[0]?.id);
  });
});

describe('--history, narrowed', () => {
  it('leaves out what the ignore files and settings of today name, and looks below the scanned folder only', async () => {
    git('init', '-q', '-b', 'main');
    for (const [seed, path] of ['app/kept.py', 'app/vendor/a.py', 'app/old/b.py', 'other/c.py'].entries()) {
      tree.write(path, program('github_token', madeGithubToken(seed + 1)));
    }
    commitAll('leak');
    for (const folder of ['app/vendor', 'app/old']) git('rm', '-rq', folder);
    tree.write('app/.sightlineignore', 'vendor/\n');
    tree.write('app/sightline.yaml', 'version: 1\nexclude: ["old/"]\n');
    commitAll('clean up');
    const { report } = await scanJson(join(tree.path, 'app'), '--history');
    expect(report.findings.map((finding) => finding.location.path)).toEqual(['kept.py']);
  });

  it('refuses an engine that cannot read history instead of leaving it out', async () => {
    git('init', '-q', '-b', 'main');
    tree.write('a.txt', 'x\n');
    commitAll('base');
    for (const option of [['--history'], ['--since', 'HEAD']]) {
      const run = await runCli(['scan', tree.path, ...option, '--engine', 'secrets,gitleaks']);
      expect(run.exitCode).toBe(4);
      expect(run.stderr).toContain('--skip-engine gitleaks');
    }
  });
});

describe.skipIf(!needsTool('gitleaks', 'go install github.com/zricethezav/gitleaks/v8@v8.30.1'))('a tool as the only engine', () => {
  it('leaves no file of the tree out of the manifest', async () => {
    tree.write('a.py', program('github_token', madeGithubToken(1)));
    tree.write('b.txt', 'nothing here\n');
    const { exitCode, report } = await scanJson(tree.path, '--engine', 'gitleaks');
    expect(exitCode).toBe(1);
    expect(report.coverage.files.map(({ path, state }) => `${path} ${state}`)).toEqual(['a.py analysed', 'b.txt analysed']);
  });
});

describe('a file that hangs an engine', () => {
  it('fails with a timeout, is named, and everything else is still scanned', async () => {
    const token = madeGithubToken(1);
    tree.write(
      'rules.toml',
      `[[rules]]\nid = "explodes"\nregex = '''(x+x+)+y'''\nkeywords = ["xxx"]\n\n[[rules]]\nid = "github"\nregex = '''ghp_[0-9A-Za-z]{36}'''\nkeywords = ["ghp_"]\n`,
    );
    tree.write('src/bomb.txt', `${'x'.repeat(400)}\n`);
    for (let index = 0; index < 100; index += 1) tree.write(`src/${index}.txt`, index === 50 ? `k = "${token}"\n` : 'fine\n');
    const { exitCode, report } = await scanJson(tree.path, '--secrets-config', join(tree.path, 'rules.toml'), '--file-timeout', '300ms');
    expect(exitCode).toBe(2);
    expect(report.coverage.state).toBe('partial');
    expect(report.coverage.files.filter((file) => file.state === 'failed')).toMatchObject([{ path: 'src/bomb.txt', reason: 'timeout' }]);
    expect(report.coverage.files.filter((file) => file.state === 'analysed')).toHaveLength(101);
    expect(report.findings.map((finding) => finding.location.path)).toEqual(['src/50.txt']);
  });
});

it('asks rules that speak of names about binary files too', async () => {
  const rules = tree.write('rules.toml', `[[rules]]\nid = "key-store"\ndescription = "Key store"\npath = '''\\.p12$'''\n`);
  tree.write('keys/server.p12', 'binary\u0000content');
  const { report } = await scanJson(tree.path, '--secrets-config', rules);
  expect(report.findings.map((finding) => [finding.rule_id, finding.location.path])).toEqual([['key-store', 'keys/server.p12']]);
  expect(report.coverage.files.filter((file) => file.path === 'keys/server.p12')).toMatchObject([{ state: 'excluded', reason: 'binary' }]);
});

describe('suppressions', () => {
  it('in the source, in sightline.yaml and in .gitleaksignore are reported with their reason and do not fail the gate', async () => {
    const line = (seed: number): string => `token = "${madeGithubToken(seed)}"`;
    tree.write('inline.py', `${line(1)} # sightline:ignore -- revoked\n`);
    tree.write('above.py', `# sightline:ignore github-pat,github-personal-access-token -- sample\n${line(2)}\n`);
    tree.write('allow.py', `${line(3)} # gitleaks:allow\n`);
    tree.write('fixtures/config.py', `${line(4)}\n`);
    tree.write('listed.py', `\n${line(5)}\n`);
    const first = await scanJson(tree.path);
    const ruleId = first.report.findings.find((finding) => finding.location.path === 'listed.py')?.rule_id ?? '';
    expect(first.exitCode).toBe(1);
    tree.write('above.py', `# sightline:ignore ${ruleId} -- sample\n${line(2)}\n`);
    tree.write('.gitleaksignore', `listed.py:${ruleId}:2\n`);
    tree.write('sightline.yaml', `version: 1\nsuppressions:\n  - path: "fixtures/**"\n    reason: test data\n    expires: 2999-01-01\n`);
    const second = await scanJson(tree.path);
    expect(Object.fromEntries(second.report.findings.map(({ location, suppression }) => [location.path, suppression?.source]))).toEqual({
      'inline.py': 'inline',
      'above.py': 'inline',
      'allow.py': 'inline',
      'fixtures/config.py': 'config',
      'listed.py': 'gitleaksignore',
    });
    expect(second.exitCode).toBe(0);
    expect((await scanJson(tree.path, '--no-project-config')).exitCode).toBe(1);
  });
});

it('gives a directory and a zip of it the same findings, by identity', async () => {
  tree.write('app/src/a.py', program('github_token', madeGithubToken(1)));
  tree.write('app/src/b.py', program('aws_key', madeAwsKeyId(2)));
  execFileSync('tar', ['-czf', join(tree.path, 'app.tgz'), '-C', tree.path, 'app']);
  const directory = await scanJson(join(tree.path, 'app'));
  const archive = await scanJson(join(tree.path, 'app.tgz'));
  expect(directory.report.findings.length).toBeGreaterThan(1);
  expect(archive.report.findings.map((finding) => finding.id)).toEqual(directory.report.findings.map((finding) => finding.id));
});
