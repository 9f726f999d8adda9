import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { madeGithubToken } from '../support/made-secrets.ts';
import { cleanEnvironment, runCli } from '../support/run-cli.ts';
import { type TemporaryFolder, temporaryFolder } from '../support/temporary-folder.ts';

/** What people get from the registry: packed, installed in an empty folder, run from there. */
const root = fileURLToPath(new URL('../..', import.meta.url));
let place: TemporaryFolder;
beforeAll(() => {
  place = temporaryFolder();
});
afterAll(() => place.remove());

/** npm waits for a registry that does not answer for a very long time; a call that blocks would also block vitest's own limit. */
const npmTimeoutMs = 90_000;

const npm = (cwd: string, ...args: string[]): string => {
  const { status, stdout, stderr } = spawnSync('npm', args, { cwd, encoding: 'utf8', env: cleanEnvironment(), timeout: npmTimeoutMs });
  expect({ args, status, stderr: status === 0 ? '' : stderr }).toEqual({ args, status: 0, stderr: '' });
  return stdout;
};

it('scans from an installed package', async () => {
  // npm skips prepack here, because .npmrc forbids scripts: build first, as a release does.
  npm(root, 'run', '--silent', 'build');
  npm(root, 'pack', '--silent', '--pack-destination', place.path);
  const tarball = readdirSync(place.path).find((name) => name.endsWith('.tgz')) ?? '';
  place.write('app/package.json', '{ "name": "empty", "version": "1.0.0" }');
  const app = join(place.path, 'app');
  npm(app, 'install', '--ignore-scripts', '--no-audit', '--no-fund', join(place.path, tarball));

  const program = join(app, 'node_modules/.bin/sightline');
  expect(existsSync(join(app, 'node_modules/sightline/src'))).toBe(false);
  const version = await runCli(['version'], { program, cwd: app });
  expect(version).toMatchObject({ exitCode: 0, stderr: '' });
  expect(version.stdout).toMatch(/^sightline \d/);

  // Its grammar is no dependency: the package carries it.
  place.write('rule.yaml', 'rules: [{id: a, message: A, severity: ERROR, languages: [ocaml], pattern: run $X}]\n');
  place.write('tree/b.ml', 'let () = run command\n');
  place.write('tree/a.ts', `const token = '${madeGithubToken(3)}';\n`);
  const scan = await runCli(['scan', '../tree', '--rules', '../rule.yaml', '-f', 'json', '--quiet'], { program, cwd: app });
  expect(scan).toMatchObject({ exitCode: 1, stderr: '' });
  const { findings } = JSON.parse(scan.stdout) as { findings: { location: { path: string } }[] };
  expect(new Set(findings.map(({ location }) => location.path))).toEqual(new Set(['a.ts', 'b.ml']));
});
