import { join, resolve } from 'node:path';
import type { ServerValues } from '../cli/server-control.ts';
import { cacheDirectory, type Environment } from '../config/load.ts';

/** Where a server keeps what; all absolute. */
export interface ServerPaths {
  readonly dataDir: string;
  readonly databaseDir: string;
  readonly blobsDir: string;
  readonly masterKeyFile: string;
  readonly tokenFile: string;
  readonly scratchDir: string;
  /** Images from which a first start makes its database quickly; shared by all data directories of this user. */
  readonly templateDir: string;
}

export const serverPaths = (values: ServerValues, cwd: string, environment: Environment): ServerPaths => {
  const dataDir = resolve(cwd, values.dataDir);
  return {
    dataDir,
    databaseDir: join(dataDir, 'database'),
    blobsDir: join(dataDir, 'blobs'),
    masterKeyFile: join(dataDir, 'keys', 'master.key'),
    tokenFile: join(dataDir, 'operator-token'),
    scratchDir: values.scratchDir === undefined ? join(dataDir, 'scratch') : resolve(cwd, values.scratchDir),
    templateDir: join(cacheDirectory(environment), 'templates'),
  };
};
