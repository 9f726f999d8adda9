import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { temporaryFolder } from '../temporary-folder.ts';
import { createLeaseDouble, type LeaseDouble } from './lease-double.ts';
import { type LeaseServer, startLeaseServer } from './lease-server.ts';

export interface WorkerProcessOptions {
  readonly url: string;
  readonly workerId: string;
  readonly slots: number;
  readonly graceMs: number;
  readonly allowHosts: readonly string[];
  readonly rulesDir: string;
  readonly blobDir: string;
  readonly scratchRoot: string;
}

export interface StartedWorker {
  readonly process: ChildProcess;
  readonly pid: number;
  /** What it logged. */
  readonly output: () => string;
  /** Exit code, or the signal that ended it. */
  readonly exited: Promise<number | string | null>;
}

/** A place where workers run: the server's side in memory, blobs and scratch on disk. */
export interface WorkerSite {
  readonly double: LeaseDouble;
  readonly server: LeaseServer;
  readonly folder: string;
  readonly blobDir: string;
  readonly start: (options?: Partial<Pick<WorkerProcessOptions, 'slots' | 'graceMs' | 'allowHosts' | 'workerId'>>) => StartedWorker;
  readonly leftovers: () => readonly string[];
  /** Processes that stand in, or have their home in, the scratch folder. */
  readonly processes: () => readonly number[];
  readonly close: () => Promise<void>;
}

const entry = fileURLToPath(new URL('./worker-process.ts', import.meta.url));
const rulesDir = fileURLToPath(new URL('../../../rules', import.meta.url));

const livesIn = (pid: string, folder: string): boolean => {
  try {
    const environment = readFileSync(`/proc/${pid}/environ`, 'latin1');
    return (
      environment.includes(folder) ||
      readlinkSync(`/proc/${pid}/cwd`).startsWith(folder) ||
      readFileSync(`/proc/${pid}/cmdline`, 'latin1').includes(folder)
    );
  } catch {
    return false;
  }
};

export const createWorkerSite = async ({ leaseMs }: { readonly leaseMs: number }): Promise<WorkerSite> => {
  const folder = temporaryFolder();
  const [blobDir, scratchRoot] = [join(folder.path, 'blobs'), join(folder.path, 'scratch')];
  mkdirSync(scratchRoot);
  mkdirSync(blobDir);
  const double = createLeaseDouble({ leaseMs });
  const server = await startLeaseServer(double.service);
  const workers: StartedWorker[] = [];
  return {
    double,
    server,
    folder: folder.path,
    blobDir,
    start: (options = {}) => {
      const given: WorkerProcessOptions = {
        url: server.url,
        workerId: `worker-${workers.length + 1}`,
        slots: 2,
        graceMs: 60_000,
        allowHosts: [],
        rulesDir,
        blobDir,
        scratchRoot,
        ...options,
      };
      const child = spawn(process.execPath, [entry, JSON.stringify(given)], { stdio: ['ignore', 'ignore', 'pipe'] });
      let output = '';
      child.stderr.on('data', (chunk: Buffer) => {
        output += chunk.toString('utf8');
      });
      const exited = new Promise<number | string | null>((resolve) => child.once('close', (code, killedBy) => resolve(killedBy ?? code)));
      const started = { process: child, pid: child.pid ?? 0, output: () => output, exited };
      workers.push(started);
      return started;
    },
    leftovers: () => readdirSync(scratchRoot),
    processes: () =>
      readdirSync('/proc')
        .filter((name) => /^\d+$/.test(name) && !workers.some(({ pid }) => String(pid) === name) && livesIn(name, scratchRoot))
        .map(Number),
    close: async () => {
      for (const worker of workers) worker.process.kill('SIGKILL');
      await Promise.all(workers.map(({ exited }) => exited));
      await server.close();
      folder.remove();
    },
  };
};
