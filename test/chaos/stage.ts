import { mkdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import type { DatabaseLocation } from '../../src/ports/database/database.ts';
import { startPostgresServer } from '../support/postgres-server.ts';
import type { MemberPlan } from './fleet.ts';
import type { ChaosOptions } from './options.ts';

/** What the processes run on and how they are started. */
export interface Stage {
  readonly dataDir: string;
  /** For the verdict, when the processes have ended. */
  readonly database: DatabaseLocation;
  readonly env: Readonly<Record<string, string>>;
  readonly members: readonly MemberPlan[];
  /** How many scans are active at a time. */
  readonly activeScans: number;
  readonly restartDatabase?: () => void;
  readonly remove: () => void;
}

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => (address === null || typeof address === 'string' ? reject(new Error('no port')) : resolve(address.port)));
    });
  });

const withoutListeners = ['--probes-listen', 'off', '--metrics-listen', 'off'];
const slots = 2;

/** Small enough that a retry is not waited for, and so many attempts that every task gets through in the end. */
const environment = (options: ChaosOptions, dataDir: string, gitHost: string): Record<string, string> => ({
  SIGHTLINE_SERVER_DATA_DIR: dataDir,
  SIGHTLINE_QUEUE_LEASE: `${options.leaseMs}ms`,
  SIGHTLINE_QUEUE_MAX_ATTEMPTS: '100',
  SIGHTLINE_WORKER_SLOTS: String(slots),
  SIGHTLINE_SCAN_THREADS: '1',
  SIGHTLINE_GIT_ALLOW_HOSTS: gitHost,
  SIGHTLINE_LOG_LEVEL: 'info',
});

const postgresStage = async (options: ChaosOptions, folder: string, gitHost: string): Promise<Stage> => {
  // What is proved is that nothing is lost: here the disk counts.
  const server = await startPostgresServer({ fsync: 'on', full_page_writes: 'on', synchronous_commit: 'on' });
  const dataDir = join(folder, 'data');
  const serverPorts = [await freePort(), await freePort()];
  const workers = options.tasks > 100 ? 3 : 2;
  return {
    dataDir,
    database: { kind: 'postgres', url: server.url, maxConnections: 2 },
    env: { ...environment(options, dataDir, gitHost), DATABASE_URL: server.url },
    members: [
      ...serverPorts.map(
        (port, index): MemberPlan => ({
          name: `server-${index}`,
          role: 'server',
          args: ['--roles', 'api,scheduler', '--listen', `127.0.0.1:${port}`, ...withoutListeners],
          url: `http://127.0.0.1:${port}`,
        }),
      ),
      ...Array.from(
        { length: workers },
        (_, index): MemberPlan => ({ name: `worker-${index}`, role: 'worker', args: ['--roles', 'worker', ...withoutListeners] }),
      ),
    ],
    activeScans: workers * slots * 2,
    restartDatabase: () => {
      server.stop('immediate');
      server.start();
    },
    remove: server.remove,
  };
};

const embeddedStage = async (options: ChaosOptions, folder: string, gitHost: string): Promise<Stage> => {
  const dataDir = join(folder, 'data');
  const port = await freePort();
  return {
    dataDir,
    database: { kind: 'pglite', directory: join(dataDir, 'database') },
    env: environment(options, dataDir, gitHost),
    members: [
      { name: 'server', role: 'all', args: ['--listen', `127.0.0.1:${port}`, ...withoutListeners], url: `http://127.0.0.1:${port}` },
    ],
    activeScans: slots * 2,
    remove: () => undefined,
  };
};

export const setStage = async (options: ChaosOptions, folder: string, gitHost: string): Promise<Stage> => {
  mkdirSync(folder, { recursive: true });
  return options.database === 'postgres' ? postgresStage(options, folder, gitHost) : embeddedStage(options, folder, gitHost);
};
