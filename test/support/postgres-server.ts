import { type SpawnSyncReturns, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { needsOneOf, toolPath } from './needs.ts';

/** Where distributions keep server programs, outside PATH. */
const knownFolders = [18, 17, 16, 15].flatMap((version) => [`/usr/lib/postgresql/${version}/bin`, `/usr/pgsql-${version}/bin`]);

const programPath = (name: string): string | undefined =>
  toolPath(name) ?? knownFolders.map((folder) => join(folder, name)).find((path) => existsSync(path));

/** True when servers can be started here. */
export const hasPostgres = (): boolean =>
  programPath('pg_ctl') !== undefined ||
  needsOneOf(['pg_ctl'], 'install the PostgreSQL server (15 or newer), or set SIGHTLINE_TEST_POSTGRES_URL');

export interface PostgresServer {
  /** Of the superuser `postgres` and its database. */
  readonly url: string;
  readonly urlOf: (database: string) => string;
  /** `immediate` is a crash: recovery at the next start. */
  readonly stop: (mode: 'fast' | 'immediate') => void;
  readonly start: () => void;
  /** Stops it and removes its files. */
  readonly remove: () => void;
}

const freePort = async (): Promise<number> => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
};

/** PostgreSQL refuses to run as root; then the system's own user for it does. */
const asServerUser = (program: string, args: readonly string[]): readonly [string, string[]] =>
  process.getuid?.() === 0 ? ['runuser', ['-u', 'postgres', '--', program, ...args]] : [program, [...args]];

const run = (name: string, args: readonly string[]): void => {
  const program = programPath(name);
  if (program === undefined) throw new Error(`${name} is not installed`);
  const [command, all] = asServerUser(program, args);
  // The server inherits what pg_ctl has: a pipe would stay open as long as it runs.
  const { status, error }: SpawnSyncReturns<Buffer> = spawnSync(command, all, { stdio: 'ignore', cwd: '/' });
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(`${name} ended with status ${status}`);
};

/** When this process is killed nobody else would stop the server: a shell waits for our end of its pipe to close. */
const stopWithThisProcess = (data: string, folder: string): { readonly dismiss: () => void } => {
  const [command, args] = asServerUser(programPath('pg_ctl') ?? 'pg_ctl', ['-D', data, '-m', 'immediate', 'stop']);
  const words = [command, ...args].map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(' ');
  const guard = spawn('/bin/sh', ['-c', `read -r word; [ "$word" = dismissed ] && exit; ${words}; rm -rf '${folder}'`], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  guard.unref();
  return { dismiss: () => void guard.stdin.end('dismissed\n') };
};

/** A private server on a free port of the loopback address, without fsync: what it holds is not worth a disk. */
export const startPostgresServer = async (settings: Readonly<Record<string, string>> = {}): Promise<PostgresServer> => {
  const folder = mkdtempSync(join(tmpdir(), 'sightline-postgres-'));
  const data = join(folder, 'data');
  mkdirSync(data);
  if (process.getuid?.() === 0) spawnSync('chown', ['-R', 'postgres', folder]);
  const port = await freePort();
  run('initdb', ['-D', data, '-A', 'trust', '-U', 'postgres', '-N', '-E', 'UTF8', '--locale=C']);
  const all = { fsync: 'off', full_page_writes: 'off', max_connections: '200', shared_buffers: '64MB', ...settings };
  const options = Object.entries(all).map(([name, value]) => `-c ${name}=${value}`);
  const flags = [`-p ${port}`, `-k ${folder}`, '-c listen_addresses=127.0.0.1', ...options].join(' ');
  const start = (): void => run('pg_ctl', ['-D', data, '-o', flags, '-l', join(folder, 'log'), '-w', '-t', '60', 'start']);
  const stop = (mode: 'fast' | 'immediate'): void => run('pg_ctl', ['-D', data, '-m', mode, '-w', 'stop']);
  const guard = stopWithThisProcess(data, folder);
  start();
  const urlOf = (database: string): string => `postgres://postgres@127.0.0.1:${port}/${database}`;
  return {
    url: urlOf('postgres'),
    urlOf,
    start,
    stop,
    remove: () => {
      guard.dismiss();
      if (existsSync(join(data, 'postmaster.pid'))) stop('immediate');
      rmSync(folder, { recursive: true, force: true });
    },
  };
};
