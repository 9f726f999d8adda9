import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { testGitEnvironment } from '../support/git-repository.ts';
import { madeGithubToken } from '../support/made-secrets.ts';
import { runCli } from '../support/run-cli.ts';
import { type TemporaryFolder, temporaryFolder } from '../support/temporary-folder.ts';

interface JsonReport {
  readonly scan: { readonly warnings: readonly string[] };
  readonly coverage: {
    readonly state: string;
    readonly file_counts: Readonly<Record<string, number>>;
    readonly engines: readonly { readonly engine: string; readonly files_analysed: number; readonly rule_count: number }[];
    readonly files: readonly { readonly path: string; readonly state: string; readonly engine?: string; readonly reason?: string }[];
  };
  readonly findings: readonly {
    readonly rule_id: string;
    readonly location: { readonly path: string; readonly start_line: number };
    readonly suppression?: { readonly reason: string };
  }[];
}

let tree: TemporaryFolder;
let rules: TemporaryFolder;
beforeEach(() => {
  tree = temporaryFolder();
  rules = temporaryFolder();
});
afterEach(() => {
  tree.remove();
  rules.remove();
});

const rule = (id: string, pattern: string, more = ''): string =>
  `rules:\n  - id: ${id}\n    languages: [python]\n    severity: ERROR\n    message: Message of ${id}.\n    pattern: ${pattern}\n${more}`;
const scan = async (
  ...args: readonly string[]
): Promise<{ readonly exitCode: number | null; readonly report: JsonReport; readonly stderr: string }> => {
  const { exitCode, stdout, stderr } = await runCli(['scan', tree.path, '--no-progress', '-f', 'json', ...args]);
  if (stdout === '') throw new Error(`no report: ${stderr}`);
  return { exitCode, stderr, report: JSON.parse(stdout) as JsonReport };
};
const foundIn = ({ findings }: JsonReport): readonly string[] =>
  findings.map(({ rule_id, location }) => `${rule_id} ${location.path}:${location.start_line}`);
const own = 'import subprocess\nsubprocess.run(command, shell=True)\n';

describe('rules', () => {
  it('of a person run beside our own, or alone', async () => {
    tree.write('a.py', `${own}mine(1)\n`);
    const path = rules.write('mine.yaml', rule('mine', 'mine(...)'));
    expect(foundIn((await scan('--rules', path)).report)).toEqual(['python-subprocess-shell a.py:2', 'mine a.py:3']);
    expect(foundIn((await scan('--rules', path, '--no-default-rules')).report)).toEqual(['mine a.py:3']);
    const listed = await runCli(['rules', 'list', '--engine', 'code', '--no-default-rules', '--format', 'json'], {
      env: { SIGHTLINE_CODE_RULES: path },
    });
    expect((JSON.parse(listed.stdout) as { rules: { id: string }[] }).rules.map(({ id }) => id)).toEqual(['mine']);
    expect((await runCli(['explain', 'mine', '--rules', path])).stdout).toContain('mine: Message of mine');
  });

  it('that are not supported are told, those that are wrong end the scan', async () => {
    tree.write('a.py', 'mine(1)\n');
    const path = rules.write(
      'a.yaml',
      `${rule('mine', 'mine(...)')}  - id: flow\n    mode: taint\n    languages: [python]\n    severity: ERROR\n    message: m\n    pattern-sources: [{ pattern: a() }]\n    pattern-sinks: [{ pattern: b() }]\n`,
    );
    expect((await scan('--rules', path)).report.scan.warnings).toEqual([
      expect.stringMatching(/^1 of \d+ rules are not supported.*1 mode: taint/),
    ]);
    const wrong = await runCli(['scan', tree.path, '--rules', rules.write('b.yaml', 'rules:\n  - id: wrong\n    languages: [python]\n')]);
    expect(wrong.exitCode).toBe(4);
    expect(wrong.stderr).toMatch(/^error\[rule_invalid\]: .*b\.yaml:2:\d+: /m);
    expect((await runCli(['scan', tree.path, '--rules', join(rules.path, 'nowhere')])).exitCode).toBe(4);
  });
});

it('a script without an extension is code of the language its first line names', async () => {
  tree.write('bin/run', `#!/usr/bin/env python3\n${own}`);
  tree.write('LICENSE', own);
  const { report } = await scan();
  expect(foundIn(report)).toEqual(['python-subprocess-shell bin/run:3']);
  expect(report.coverage.engines.map(({ engine, files_analysed }) => [engine, files_analysed])).toEqual([
    ['secrets', 2],
    ['code', 1],
  ]);
});

describe('the manifest', () => {
  it('has one row for a file that both engines looked at, and for one that only one of them reads', async () => {
    tree.write('a.py', own);
    tree.write('README.md', '# Nothing\n');
    const { report } = await scan();
    expect(report.coverage.files.map(({ path, state, engine }) => [path, state, engine])).toEqual([
      ['README.md', 'analysed', undefined],
      ['a.py', 'analysed', undefined],
    ]);
    expect(report.coverage.file_counts).toEqual({ analysed: 2, degraded: 0, excluded: 0, failed: 0 });
    expect(report.coverage.engines.map(({ engine, files_analysed }) => [engine, files_analysed])).toEqual([
      ['secrets', 2],
      ['code', 1],
    ]);
  });

  it('says of a file that parses in part what each engine did, and counts it once', async () => {
    tree.write('a.py', `${own}\ndef )(:\n    ]\n`);
    const { report, exitCode } = await scan();
    expect(report.coverage.files.map(({ state, engine, reason }) => [state, engine, reason])).toEqual([
      ['degraded', 'code', 'parse_errors'],
      ['analysed', 'secrets', undefined],
    ]);
    expect(report.coverage.file_counts).toEqual({ analysed: 0, degraded: 1, excluded: 0, failed: 0 });
    expect([report.coverage.state, exitCode]).toEqual(['full', 1]);
  });

  it('of the code engine alone says which files no rule speaks of', async () => {
    tree.write('a.py', own);
    tree.write('notes.txt', 'x\n');
    const { report } = await scan('--engine', 'code');
    expect(report.coverage.files.find(({ path }) => path === 'notes.txt')).toMatchObject({ state: 'excluded', reason: 'not_applicable' });
  });
});

it('nosemgrep suppresses code, gitleaks:allow secrets, and neither the other', async () => {
  const call = (comment: string): string => `subprocess.run(command, "${madeGithubToken(9)}", shell=True)  # ${comment}\n`;
  tree.write('a.py', `import subprocess\n${call('nosemgrep: python-subprocess-shell')}${call('gitleaks:allow')}`);
  const { report } = await scan();
  const open = report.findings
    .filter(({ suppression }) => suppression === undefined)
    .map(({ rule_id, location }) => `${location.start_line} ${rule_id === 'python-subprocess-shell' ? 'code' : 'secret'}`);
  expect(open.sort()).toEqual(['2 secret', '3 code']);
});

it('history is read for secrets, not for code, and code refuses it by name', async () => {
  tree.write('a.py', own);
  const git = (...args: string[]): unknown =>
    execFileSync('git', ['-C', tree.path, '-c', 'user.name=T', '-c', 'user.email=t@example.org', ...args], { env: testGitEnvironment });
  git('init', '-q');
  git('add', '-A');
  git('commit', '-q', '-m', 'x');
  const { report } = await scan('--history');
  expect(report.coverage.engines.map(({ engine }) => engine)).toEqual(['secrets']);
  const refused = await runCli(['scan', tree.path, '--history', '--engine', 'code']);
  expect(refused.exitCode).toBe(4);
  expect(refused.stderr).toContain('engine code cannot do');
});

describe('--autofix', () => {
  const fixable = rule('mine', 'mine($X)', '    fix: good($X)\n');

  it('changes the tree and reports what was there, and only shows it when asked so', async () => {
    const file = tree.write('a.py', 'mine(mine(1))\nx = mine(2)\n');
    const args = ['--engine', 'code', '--no-default-rules', '--rules', rules.write('mine.yaml', fixable)];
    const dry = await scan(...args, '--autofix-dry-run');
    expect(dry.stderr).toContain('autofix: would make 2 fixes in 1 file\n');
    expect(dry.stderr).toContain('+ good(mine(1))');
    expect(readFileSync(file, 'utf8')).toBe('mine(mine(1))\nx = mine(2)\n');

    const { exitCode, report, stderr } = await scan(...args, '--autofix');
    expect(readFileSync(file, 'utf8')).toBe('good(mine(1))\nx = good(2)\n');
    expect([exitCode, report.findings.length]).toEqual([1, 3]);
    expect(stderr).toMatch(/autofix: made 2 fixes in 1 file; scan again.*\n {2}not fixed: a\.py:1:6 mine: it overlaps/);
    expect((await scan(...args, '--autofix')).report.findings).toHaveLength(1);
  });

  it.each([
    ['a repository', ['https://example.org/a/b', '--autofix']],
    ['history', ['.', '--history', '--autofix-dry-run']],
  ])('is refused for %s', async (_name, args) => {
    const { exitCode, stderr } = await runCli(['scan', ...args], { cwd: tree.path });
    expect(exitCode).toBe(4);
    expect(stderr).toContain('error[usage_invalid]: --autofix');
  });
});
