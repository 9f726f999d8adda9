import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCli } from '../support/run-cli.ts';
import { type TemporaryFolder, temporaryFolder } from '../support/temporary-folder.ts';

let folder: TemporaryFolder;
beforeAll(() => {
  folder = temporaryFolder();
  folder.write(
    'good/open.yaml',
    [
      'rules:',
      '- id: opened-without-mode',
      '  languages: [python]',
      '  message: Say how $FILE is opened.',
      '  severity: WARNING',
      '  pattern: open($FILE)',
      "  fix: open($FILE, 'rb')",
      '',
    ].join('\n'),
  );
  folder.write('good/open.py', "# ruleid: opened-without-mode\nopen(path)\n# ok: opened-without-mode\nopen(path, 'r')\n");
  folder.write('good/open.fixed.py', "# ruleid: opened-without-mode\nopen(path, 'rb')\n# ok: opened-without-mode\nopen(path, 'r')\n");
  folder.write('bad/shell.yml', 'rules:\n- {id: shell, languages: [python], message: m, severity: ERROR, pattern: "system(...)"}\n');
  folder.write('bad/shell.py', '# ruleid: shell\nrun(x)\nsystem(x)\n');
  folder.write('wrong/rule.yaml', 'rules:\n- id: nothing-to-find\n  languages: [python]\n  message: m\n  severity: ERROR\n');
});
afterAll(() => folder.remove());

const run = (...args: string[]) => runCli(args, { cwd: folder.path });

describe('rules in Semgrep YAML', () => {
  it('tests them by the annotated files beside them, fixes included', async () => {
    const { exitCode, stdout } = await run('rules', 'test', 'good');
    expect(stdout).toBe('code: 1 rule, 1 test file, 2 expectations, 0 failed\n');
    expect(exitCode).toBe(0);
  });

  it('says what differs, where', async () => {
    const { exitCode, stdout } = await run('rules', 'test', 'bad');
    expect(stdout.split('\n').slice(0, 2)).toEqual([
      'FAILED bad/shell.py:2 shell: must be found, is not',
      'FAILED bad/shell.py:3 shell: must be left alone, is found',
    ]);
    expect(exitCode).toBe(1);
  });

  it('says it as JSON', async () => {
    const { exitCode, stdout } = await run('rules', 'test', 'bad/shell.yml', '-f', 'json');
    const { holds, engines } = JSON.parse(stdout) as { holds: boolean; engines: { failures: { kind: string; line: number }[] }[] };
    expect(holds).toBe(false);
    expect(engines[0]?.failures.map(({ kind, line }) => [kind, line])).toEqual([
      ['missing', 2],
      ['unexpected', 3],
    ]);
    expect(exitCode).toBe(1);
  });

  it('checks several places at once and lists what is wrong with line and column', async () => {
    const { exitCode, stdout } = await run('rules', 'validate', 'good', 'wrong/rule.yaml');
    expect(stdout).toMatch(/^wrong\/rule\.yaml:2:\d+: error: .*pattern/m);
    expect(stdout).toContain('good, wrong/rule.yaml: 1 rule, 1 problem\n');
    expect(exitCode).toBe(4);
    expect((await run('rules', 'validate', 'good', 'bad')).stdout).toBe('good, bad: 2 rules, valid\n');
  });

  it('refuses to call a folder tested in which nothing is', async () => {
    folder.write('untested/shell.yml', 'rules:\n- {id: shell, languages: [python], message: m, severity: ERROR, pattern: "system(...)"}\n');
    const { exitCode, stderr } = await run('rules', 'test', 'untested');
    expect(stderr).toContain('nothing there proves a rule');
    expect(exitCode).toBe(4);
  });
});
