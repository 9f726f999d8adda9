import { existsSync, readdirSync, readFileSync, statSync, symlinkSync } from 'node:fs';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { madeGithubToken } from '../support/made-secrets.ts';
import { runCli } from '../support/run-cli.ts';
import { type TemporaryFolder, temporaryFolder } from '../support/temporary-folder.ts';

let tree: TemporaryFolder;
let out: TemporaryFolder;
beforeEach(() => {
  tree = temporaryFolder();
  out = temporaryFolder();
});
afterEach(() => {
  tree.remove();
  out.remove();
});

const plant = (): string => {
  const token = madeGithubToken(7);
  tree.write('src/app.ts', `const token = '${token}';\n`);
  return token;
};

/** A PATH without any tool of an engine. */
const barePath = '/usr/bin:/bin';

describe('exit codes', () => {
  it('0: complete and passed', async () => {
    tree.write('a.txt', 'nothing to see\n');
    const { exitCode, stdout } = await runCli(['scan', tree.path]);
    expect(exitCode).toBe(0);
    expect(stdout).not.toContain('\u001B');
  });

  it('1: the gate failed, and the secret is shown nowhere', async () => {
    const token = plant();
    const { exitCode, stdout, stderr } = await runCli(['scan'], { cwd: tree.path });
    expect(exitCode).toBe(1);
    expect(stdout).toContain('src/app.ts');
    expect(stdout + stderr).not.toContain(token);
  });

  it('0 again with --fail-on none, and with the first report as baseline', async () => {
    plant();
    expect((await runCli(['scan', tree.path, '--fail-on', 'none'])).exitCode).toBe(0);
    const file = join(out.path, 'first.json');
    expect((await runCli(['scan', tree.path, '-f', 'json', '-o', file])).exitCode).toBe(1);
    expect((await runCli(['scan', tree.path, '--baseline', file])).exitCode).toBe(0);
  });

  it('2: an engine that cannot run makes the scan partial, --allow-partial leaves it to the gate', async () => {
    tree.write('a.txt', 'nothing to see\n');
    const args = ['scan', tree.path, '--engine', 'secrets,gitleaks'];
    expect((await runCli(args, { env: { PATH: barePath } })).exitCode).toBe(2);
    expect((await runCli([...args, '--allow-partial'], { env: { PATH: barePath } })).exitCode).toBe(0);
  });

  it('3: nothing to scan', async () => {
    const { exitCode, stdout, stderr } = await runCli(['scan', tree.path]);
    expect(exitCode).toBe(3);
    expect(stdout).toBe('');
    expect(stderr).toContain('error[nothing_to_scan]');
  });

  it('4: a path that is missing', async () => {
    const { exitCode, stderr } = await runCli(['scan', join(tree.path, 'missing')]);
    expect(exitCode).toBe(4);
    expect(stderr).toContain('error[target_not_found]');
  });

  it('4: a project file with a mistake, named with its line', async () => {
    plant();
    tree.write('sightline.yaml', 'version: 1\nfail-on: low\n');
    const { exitCode, stderr } = await runCli(['scan', tree.path]);
    expect(exitCode).toBe(4);
    expect(stderr).toContain('error[config_invalid]: sightline.yaml:2: unknown key "fail-on"');
    expect(stderr).toContain('Did you mean "fail_on"?');
    expect((await runCli(['scan', tree.path, '--no-project-config'])).exitCode).toBe(1);
  });
});

describe('where reports go', () => {
  it('writes several formats, files whole and nothing beside them', async () => {
    plant();
    const { exitCode, stdout } = await runCli(['scan', tree.path, '-f', 'table', '-f', 'sarif=out.sarif', '-f', 'json=out.json'], {
      cwd: out.path,
    });
    expect(exitCode).toBe(1);
    expect(stdout).toContain('src/app.ts');
    expect(readdirSync(out.path).sort()).toEqual(['out.json', 'out.sarif']);
    expect(JSON.parse(readFileSync(join(out.path, 'out.sarif'), 'utf8'))).toMatchObject({ version: '2.1.0' });
    expect(JSON.parse(readFileSync(join(out.path, 'out.json'), 'utf8'))).toMatchObject({ gate: { state: 'failed' } });
  });

  it.each(['.', './'])('calls the folder a person stands in (%s) by its name', async (target) => {
    plant();
    const { stdout } = await runCli(['scan', target, '-f', 'json'], { cwd: tree.path });
    expect((JSON.parse(stdout) as { scan: { target: { location: string } } }).scan.target.location).toBe(basename(tree.path));
  });

  it('replaces the file a link names, keeps its mode, and writes devices in place', async () => {
    plant();
    const file = out.write('real.json', 'old', 0o600);
    symlinkSync(file, join(out.path, 'link.json'));
    expect((await runCli(['scan', tree.path, '-f', 'json=link.json', '-f', 'csv=/dev/null'], { cwd: out.path })).exitCode).toBe(1);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toHaveProperty('findings');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readdirSync(out.path).sort()).toEqual(['link.json', 'real.json']);
    expect(statSync('/dev/null').isCharacterDevice()).toBe(true);
  });

  it.each([
    ['missing/out.json', 'its folder does not exist'],
    ['.', 'it is a folder'],
    ['/proc/out.json', 'cannot write /proc/out.json'],
  ])('refuses %s before it scans', async (file, why) => {
    const { exitCode, stdout, stderr } = await runCli(['scan', join(tree.path, 'missing'), '-f', `json=${file}`], { cwd: out.path });
    expect(exitCode).toBe(4);
    expect(stdout).toBe('');
    expect(stderr).toContain('error[output_unwritable]');
    expect(stderr).toContain(why);
  });

  it('refuses one file for two reports', async () => {
    const { exitCode, stderr } = await runCli(['scan', tree.path, '-f', 'json=a', '-f', 'csv=./a'], { cwd: out.path });
    expect(exitCode).toBe(4);
    expect(stderr).toContain('two reports would be written to');
    expect(existsSync(join(out.path, 'a'))).toBe(false);
  });

  it('refuses a baseline that is a pipe or no report', async () => {
    plant();
    const none = await runCli(['scan', tree.path, '--baseline', 'none.json'], { cwd: out.path });
    expect(none.stderr).toContain('error[baseline_invalid]: cannot read none.json: there is no such file');
    out.write('text.json', 'no report');
    const text = await runCli(['scan', tree.path, '--baseline', 'text.json'], { cwd: out.path });
    expect(text.stderr).toContain('error[baseline_invalid]');
    expect([none.exitCode, text.exitCode]).toEqual([4, 4]);
  });
});

describe('other commands', () => {
  it('lists engines', async () => {
    const { exitCode, stdout } = await runCli(['engines', 'list', '-f', 'json']);
    expect(exitCode).toBe(0);
    const { engines } = JSON.parse(stdout) as { engines: { name: string; is_default: boolean }[] };
    expect(engines.find(({ name }) => name === 'secrets')?.is_default).toBe(true);
  });

  it('tells which engine lacks its tool, and that the default ones are fine', async () => {
    const { exitCode, stdout } = await runCli(['engines', 'doctor'], { env: { PATH: barePath } });
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/secrets .*: ok/);
    expect(stdout).toContain('missing  tool gitleaks: not found on the PATH');
  });

  it('lists, shows and explains a rule', async () => {
    const listed = await runCli(['rules', 'list', '-f', 'json']);
    const { rules } = JSON.parse(listed.stdout) as { rules: { id: string; title: string }[] };
    expect(rules.length).toBeGreaterThanOrEqual(150);
    const rule = rules.find(({ id }) => id === 'G402');
    expect(rule).toBeDefined();
    expect((await runCli(['rules', 'show', 'G402'])).stdout).toContain(rule?.title);
    const { exitCode, stdout } = await runCli(['explain', 'G402']);
    expect(exitCode).toBe(0);
    expect(stdout).toContain('G402: ');
    expect(stdout).toContain('Reported:');
    expect((await runCli(['explain', 'gitleaks/github-pat'])).stdout).toContain('engine gitleaks');
    const unknown = await runCli(['explain', 'G403']);
    expect(unknown.exitCode).toBe(4);
    expect(unknown.stderr).toContain('Did you mean "G402"?');
  });

  it("runs the examples of Sightline's own rules", async () => {
    const { exitCode, stdout } = await runCli(['rules', 'test']);
    expect(stdout).toMatch(/secrets: [\d,]+ rules, [\d,]+ examples, 0 failed/);
    expect(exitCode).toBe(0);
  });

  it('tells when an example does not hold', async () => {
    const file = out.write(
      'rules.toml',
      [
        '[[rules]]',
        'id = "odd"',
        'description = "odd"',
        "regex = '''odd-[0-9]{4}'''",
        '[rules.sightline]',
        'match = ["odd-12"]',
        'no_match = ["even"]',
        '',
      ].join('\n'),
    );
    const { exitCode, stdout } = await runCli(['rules', 'test', file]);
    expect(exitCode).toBe(1);
    expect(stdout).toContain('FAILED odd: must be found, is not');
    expect((await runCli(['rules', 'validate', file])).stdout).toContain('1 rule, valid');
  });

  it('refuses a rule file with a mistake', async () => {
    const file = out.write('rules.toml', '[[rules]]\nid = "x"\nregex = "("\n');
    const { exitCode, stderr } = await runCli(['rules', 'validate', file]);
    expect(exitCode).toBe(4);
    expect(stderr).toMatch(/^error\[(rule_invalid|config_invalid)\]/);
  });
});
