import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { madeAwsKeyId, madeGithubToken, madePrivateKey } from '../../../test/support/made-secrets.ts';
import { needsTool } from '../../../test/support/needs.ts';
import type { RawFinding } from '../../domain/finding.ts';
import type { ProjectContext } from '../engine.ts';
import { createToolRunner } from '../tool-runner.ts';
import { gitleaksEngine } from './index.ts';

const run = promisify(execFile);
const signal = new AbortController().signal;
const rulesDir = join(import.meta.dirname, '..', '..', '..', 'rules', 'gitleaks');
const hmacKey = { id: 'test', key: new Uint8Array(32).fill(1), ephemeral: false };

let base: string;
let root: string;
beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'gitleaks-engine-'));
  root = join(base, 'root');
  await mkdir(root);
});
afterEach(async () => {
  await rm(base, { recursive: true, force: true });
});

const put = async (path: string, content: string): Promise<void> => {
  await mkdir(dirname(join(root, path)), { recursive: true });
  await writeFile(join(root, path), content);
};

const scan = async (paths: readonly string[], settings: { readonly configPath?: string } = {}) => {
  const scratch = await mkdtemp(join(base, 'scratch-'));
  const reported: Parameters<ProjectContext['report']>[0][] = [];
  const prepared = await gitleaksEngine.prepare({ rulesDir, hmacKey, ...settings }, { signal });
  const context: ProjectContext = {
    root,
    files: paths.map((path) => ({ path, sizeBytes: 1 })),
    scratch,
    exec: createToolRunner({ tools: gitleaksEngine.tools, path: process.env['PATH'] ?? '', scratch }),
    report: (file) => void reported.push(file),
  };
  const findings: RawFinding[] = [];
  for await (const finding of gitleaksEngine.run(prepared, context, { signal })) findings.push(finding);
  return { findings, reported };
};

const places = (findings: readonly RawFinding[]): readonly string[] =>
  findings.map(({ ruleId, location }) =>
    location.type === 'file'
      ? `${ruleId} ${location.path}:${location.startLine}:${location.startColumn}-${location.endLine}:${location.endColumn}`
      : ruleId,
  );

describe.skipIf(!needsTool('gitleaks', 'go install github.com/zricethezav/gitleaks/v8@v8.30.1'))('engine gitleaks', () => {
  it('gives exact places in UTF-16 columns, a masked snippet and the same evidence for the same secret', async () => {
    const key = madeAwsKeyId(7);
    await put('a.py', `x = 1\n# é 💡\nkey = "é💡 ${key}" # end\n`);
    await put('b.py', `first = "${key}"\n`);
    const { findings } = await scan(['a.py', 'b.py']);
    expect(places(findings)).toEqual(['gitleaks/aws-access-token a.py:3:12-3:32', 'gitleaks/aws-access-token b.py:1:10-1:30']);
    expect(findings[0]?.snippet).toEqual({ startLine: 3, lines: ['key = "é💡 AKIA********" # end'] });
    expect(findings[0]?.evidence).toEqual(findings[1]?.evidence);
    expect(findings[0]?.identity).toBe('<secret>');
  });

  it('spans the lines of a private key', async () => {
    await put('k.pem', `a\n${madePrivateKey(1)}\nb\n`);
    const { findings } = await scan(['k.pem']);
    expect(places(findings)).toEqual(['gitleaks/private-key k.pem:2:1-15:30']);
    expect(findings[0]?.snippet?.lines.every((line) => !/[A-Za-z0-9+/]{20}/.test(line))).toBe(true);
  });

  it('tells equal secrets on one line apart', async () => {
    const token = madeGithubToken(3);
    await put('a.js', `f("${token}", "${token}")\n`);
    expect(places((await scan(['a.js'])).findings)).toEqual(['gitleaks/github-pat a.js:1:4-1:44', 'gitleaks/github-pat a.js:1:48-1:88']);
  });

  it('masks what it found in one file wherever it stands near a finding of another', async () => {
    const configPath = join(base, 'own.toml');
    await writeFile(configPath, `[[rules]]\nid = "word"\nregex = '''secret=(\\w+)'''\nkeywords = ["secret="]\n`);
    await put('a.txt', 'secret=hunter\n');
    await put('b.txt', 'secret=other and hunter\n');
    const { findings } = await scan(['a.txt', 'b.txt'], { configPath });
    expect(findings.map(({ snippet }) => snippet?.lines)).toEqual([['secret=********'], ['secret=******** and ********']]);
  });

  it('shows no source line for what gitleaks decoded, since the line holds the secret encoded', async () => {
    const encoded = Buffer.from(`token = "${madeGithubToken(4)}"`).toString('base64');
    await put('a.txt', `value: ${encoded}\n`);
    const { findings } = await scan(['a.txt']);
    expect(findings[0]).toMatchObject({ ruleId: 'gitleaks/github-pat', location: { startLine: 1, endLine: 1 } });
    expect(findings[0]?.snippet).toBeUndefined();
    expect(JSON.stringify(findings)).not.toContain(encoded.slice(10, 40));
  });

  it('lets nothing in the tree switch it off: directives, ignore files, configurations', async () => {
    await put('a.py', `key = "${madeAwsKeyId(8)}" # gitleaks:allow\n`);
    await put('.gitleaksignore', ['a.py:aws-access-token:1', 'in/tree/a.py:aws-access-token:1'].join('\n'));
    await put('.gitleaks.toml', '[allowlist]\npaths = [".*"]\n');
    await put('config.toml', '[allowlist]\npaths = [".*"]\n');
    const { findings } = await scan(['.gitleaks.toml', '.gitleaksignore', 'a.py', 'config.toml']);
    expect(places(findings)).toEqual(['gitleaks/aws-access-token a.py:1:8-1:28']);
  });

  it('reads only listed files, never through a link or from a pipe', async () => {
    await put('listed.py', `key = "${madeAwsKeyId(9)}"\n`);
    await put('unlisted.py', `key = "${madeAwsKeyId(10)}"\n`);
    await writeFile(join(base, 'outside.py'), `key = "${madeAwsKeyId(11)}"\n`);
    await symlink(join(base, 'outside.py'), join(root, 'link.py'));
    await run('mkfifo', [join(root, 'pipe.py')]);
    const { findings, reported } = await scan(['gone.py', 'link.py', 'listed.py', 'pipe.py']);
    expect(places(findings)).toEqual(['gitleaks/aws-access-token listed.py:1:8-1:28']);
    expect(reported.map(({ path, state, reason }) => `${path} ${state} ${reason}`).sort()).toEqual([
      'gone.py failed changed',
      'link.py failed changed',
      'pipe.py failed changed',
    ]);
  });

  it('finds a file by the bytes of its name', async () => {
    await writeFile(Buffer.concat([Buffer.from(`${root}/caf`), Buffer.from([0xe9]), Buffer.from('.py')]), `key = "${madeAwsKeyId(12)}"\n`);
    expect(places((await scan(['caf\\xe9.py'])).findings)).toEqual(['gitleaks/aws-access-token caf\\xe9.py:1:8-1:28']);
  });

  it("uses the person's own configuration alone", async () => {
    const configPath = join(base, 'own.toml');
    await writeFile(
      configPath,
      `title = "own"\n[[rules]]\nid = "pet"\ndescription = "A pet's name"\nregex = '''pet-([a-z]{6})'''\nkeywords = ["pet-"]\n`,
    );
    await put('a.txt', `pet-felixx ${madeAwsKeyId(13)}\n`);
    const { findings } = await scan(['a.txt'], { configPath });
    expect(places(findings)).toEqual(['gitleaks/pet a.txt:1:1-1:11']);
  });

  it('lists exactly the default rules of the gitleaks it was made for', async () => {
    await writeFile(join(base, 'c.toml'), '[extend]\nuseDefault = true\n');
    const { stdout } = await run('gitleaks', [
      'dir',
      root,
      '-c',
      join(base, 'c.toml'),
      '--no-banner',
      '-l',
      'error',
      '-f',
      'sarif',
      '-r',
      '-',
    ]);
    const sarif = JSON.parse(stdout) as { runs: [{ tool: { driver: { rules: { id: string }[] } } }] };
    const installed = sarif.runs[0].tool.driver.rules.map((rule) => `gitleaks/${rule.id}`);
    const listed = (await gitleaksEngine.prepare({ rulesDir, hmacKey }, { signal })).rules.map((rule) => rule.id);
    expect(listed).toEqual([...installed, 'gitleaks/other'].sort());
  });
});

describe('configuration of engine gitleaks', () => {
  it.each([
    ['no TOML', 'rules = [', /own\.toml:1:\d+ is not valid TOML/],
    ['another shape', 'rules = 3', /own\.toml: rules/],
    ['a rule without id', '[[rules]]\nregex = "a"', /own\.toml: rules\.0\.id/],
    ['a path to extend', '[extend]\npath = "other.toml"', /extend\.path is not supported/],
  ])('refuses %s and says where', async (_name, content, message) => {
    const configPath = join(base, 'own.toml');
    await writeFile(configPath, content);
    await expect(gitleaksEngine.prepare({ rulesDir, hmacKey, configPath }, { signal })).rejects.toMatchObject({
      code: 'config_invalid',
      message: expect.stringMatching(message),
    });
  });

  it('changes its digest with the configuration', async () => {
    const configPath = join(base, 'own.toml');
    await writeFile(configPath, '[extend]\nuseDefault = true\ndisabledRules = ["private-key"]\n');
    const [changed, own] = await Promise.all(
      [{ configPath }, {}].map((settings) => gitleaksEngine.prepare({ rulesDir, hmacKey, ...settings }, { signal })),
    );
    expect(changed?.rulesetDigest).not.toBe(own?.rulesetDigest);
    expect(own?.rules.some((rule) => rule.id === 'gitleaks/private-key')).toBe(true);
    expect(changed?.rules.some((rule) => rule.id === 'gitleaks/private-key')).toBe(false);
    expect(await readFile(configPath, 'utf8')).toContain('disabledRules');
  });
});
