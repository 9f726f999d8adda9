import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { runCli } from '../support/run-cli.ts';

describe('help', () => {
  it.each([[], ['--help'], ['help']])('explains the program: %j', async (...args: string[]) => {
    const { exitCode, stdout, stderr } = await runCli(args);
    expect(exitCode).toBe(0);
    expect(stderr).toBe('');
    for (const word of [
      'Usage: sightline',
      'scan ',
      'explain ',
      'engines ',
      'rules ',
      'Exit codes:',
      'Environment:',
      'SIGHTLINE_GIT_TOKEN',
    ]) {
      expect(stdout).toContain(word);
    }
  });

  it.each([
    ['scan'],
    ['explain'],
    ['engines', 'list'],
    ['engines', 'doctor'],
    ['rules', 'test'],
    ['rules', 'validate'],
    ['config', 'print'],
    ['completion'],
    ['serve'],
    ['submit'],
    ['scans', 'logs'],
    ['issues', 'triage'],
    ['import'],
    ['projects', 'create'],
    ['tasks', 'list'],
    ['db', 'migrate'],
    ['db', 'token'],
    ['retention', 'run'],
    ['doctor'],
  ])('explains %s %s, the same by either way, within 80 columns', async (...words: string[]) => {
    const asOption = await runCli([...words, '--help']);
    const asCommand = await runCli(['help', ...words]);
    expect(asOption).toEqual(asCommand);
    expect(asOption.exitCode).toBe(0);
    expect(asOption.stdout).toContain(`Usage: sightline ${words.join(' ')}`);
    expect(asOption.stdout.split('\n').filter((line) => line.length > 80)).toEqual([]);
  });

  it('prints the version', async () => {
    const byCommand = await runCli(['version']);
    expect(byCommand).toEqual(await runCli(['--version']));
    expect(byCommand.exitCode).toBe(0);
    expect(byCommand.stdout).toMatch(/^sightline \d+\.\d+\.\d+\n$/);
  });
});

describe('wrong usage', () => {
  it.each([
    [['scna'], 'there is no command "scna"', 'Did you mean "scan"?'],
    [['rules', 'lits'], 'there is no command "rules lits"', 'Did you mean "rules list"?'],
    [['rules'], 'a command is missing', 'sightline rules --help'],
    [['scan', '--formt', 'json'], "unknown option '--formt'", 'Did you mean --format?'],
    [['scan', '-f', 'jsn'], 'there is no format "jsn"', 'Did you mean "json"?'],
    [['scan', '-f', 'json', '-f', 'table'], '2 formats (json, table) cannot share standard output', '--format table=FILE'],
    [['scan', '-f', 'json', '-f', 'csv=x', '-o', 'y'], '--output is for a single format', '--format NAME=FILE'],
    [['scan', '--fail-on', 'severe'], '--fail-on does not take "severe"', 'critical, high, medium, low, info, none'],
    [['scan', '--max-file-size', '10 bananas'], '--max-file-size does not take "10 bananas"', 'a size such as'],
    [['scan', '--file-timeout', '30'], '--file-timeout does not take "30"', 'a duration such as'],
    [['scan', '--engine', 'secretz'], 'there is no engine "secretz"', 'Did you mean "secrets"?'],
    [['scan', 'a', 'b'], 'too many arguments: a, b', 'sightline scan --help'],
    [['scan', '--quiet', '--verbose'], 'cannot be used with', 'sightline scan --help'],
    [['completion', 'tcsh'], '"tcsh" is no shell: it is one of bash, zsh, fish', 'sightline completion --help'],
    [['rules', 'list', '-f', 'xml'], 'does not take "xml": it is one of table, json', 'sightline rules list --help'],
    [['explain'], 'argument <rule> is missing', 'sightline explain --help'],
    [['submit'], 'argument <url|archive> is missing', 'sightline submit --help'],
    [['scans', 'show', '../projects'], '"../projects" is not the id of a scan', 'sightline scans list'],
    [['scans', 'list', '--limit', 'all'], 'a whole number from 1 to 10000', 'sightline scans list --help'],
    [['issues', 'triage', 'ignored', 'x'], '"ignored" is no triage: it is one of open', 'sightline issues triage --help'],
    [['issues', 'triage', 'wont_fix', '01931a2b-3c4d-7e5f-8a9b-0c1d2e3f4a5b'], 'wont_fix needs --reason', 'Say why'],
    [['submit', 'x.zip', '--server', 'ftp://x'], '--server does not take "ftp://x"', 'http://HOST:PORT'],
    [['db'], 'a command is missing', 'sightline db --help'],
  ])('%j ends in 4 with what to do', async (args, message, hint) => {
    const { exitCode, stdout, stderr } = await runCli(args);
    expect(exitCode).toBe(4);
    expect(stdout).toBe('');
    const [first = '', second = ''] = stderr.split('\n');
    expect(first).toMatch(/^error\[(usage_invalid|engine_unknown)\]: /);
    expect(first).toContain(message);
    expect(second).toMatch(/^hint: /);
    expect(second).toContain(hint);
  });

  it('names a bad variable and warns about an unknown one', async () => {
    const bad = await runCli(['config', 'print'], { env: { SIGHTLINE_SCAN_THREADS: 'many' } });
    expect(bad.exitCode).toBe(4);
    expect(bad.stderr).toContain('error[config_invalid]: environment variable SIGHTLINE_SCAN_THREADS');
    const unknown = await runCli(['config', 'print'], { env: { SIGHTLINE_GIT_TOKE: 'x' } });
    expect(unknown.exitCode).toBe(0);
    expect(unknown.stderr).toContain(
      'warning: environment variable SIGHTLINE_GIT_TOKE is not known and has no effect; did you mean SIGHTLINE_GIT_TOKEN?',
    );
  });

  it('shows hostile arguments harmlessly', async () => {
    const { stderr } = await runCli(['scan', '-f', '\u001B[31mred\u202E']);
    expect(stderr).toContain('\\x1b[31mred\\u202e');
    expect(stderr).not.toContain('\u001B');
  });
});

describe('config print', () => {
  it('shows each value with its origin and no secret', async () => {
    const { exitCode, stdout } = await runCli(['config', 'print', '-f', 'json', '--threads', '2'], {
      env: { SIGHTLINE_GIT_TOKEN: 'hush-hush-hush', SIGHTLINE_SCAN_FILE_TIMEOUT: '5s' },
    });
    expect(exitCode).toBe(0);
    expect(stdout).not.toContain('hush');
    const { settings } = JSON.parse(stdout) as { settings: { key: string; value: unknown; from: string; name?: string }[] };
    const byKey = new Map(settings.map((setting) => [setting.key, setting]));
    expect(byKey.get('git.token')).toEqual({ key: 'git.token', value: '***', from: 'env', name: 'SIGHTLINE_GIT_TOKEN' });
    expect(byKey.get('scan.threads')).toEqual({ key: 'scan.threads', value: 2, from: 'flag', name: '--threads' });
    expect(byKey.get('scan.file_timeout')).toEqual({
      key: 'scan.file_timeout',
      value: 5000,
      from: 'env',
      name: 'SIGHTLINE_SCAN_FILE_TIMEOUT',
    });
    expect(byKey.get('checkout.max_files')).toEqual({ key: 'checkout.max_files', value: 200_000, from: 'default' });
  });
});

describe('completion', () => {
  it('prints a script that bash can read and that completes', async () => {
    const { exitCode, stdout } = await runCli(['completion', 'bash']);
    expect(exitCode).toBe(0);
    const complete = (...words: string[]): string[] => {
      const line = words.map((word) => `'${word}'`).join(' ');
      const script = `${stdout}\nCOMP_WORDS=(${line}); COMP_CWORD=${words.length - 1}; _sightline; printf '%s\\n' "\${COMPREPLY[@]}"`;
      const { status, stdout: replies, stderr } = spawnSync('bash', ['--norc', '-u', '-c', script], { encoding: 'utf8', cwd: '/' });
      expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
      return replies.trim().split('\n');
    };
    expect(complete('sightline', 'sc')).toEqual(['scan', 'scans']);
    expect(complete('sightline', 'issues', 'tr')).toEqual(['triage']);
    expect(complete('sightline', 'serve', '--roles', 'w')).toEqual(['worker']);
    expect(complete('sightline', 'rules', 'te')).toEqual(['test']);
    expect(complete('sightline', 'scan', '--fail')).toEqual(['--fail-on']);
    expect(complete('sightline', 'scan', '--fail-on', 'c')).toEqual(['critical']);
    expect(complete('sightline', 'completion', 'fi')).toEqual(['fish']);
    expect(complete('sightline', 'scan', 'us')).toContain('usr');
  });

  it.each(['zsh', 'fish'])('prints a script for %s that names every command', async (shell) => {
    const { exitCode, stdout } = await runCli(['completion', shell]);
    expect(exitCode).toBe(0);
    for (const name of ['scan', 'explain', 'engines', 'doctor', 'validate', 'fail-on', 'critical']) expect(stdout).toContain(name);
  });
});
