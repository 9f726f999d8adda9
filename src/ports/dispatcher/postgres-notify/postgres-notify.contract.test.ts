import { afterAll, beforeAll, describe } from 'vitest';
import { hasPostgres, type PostgresServer, startPostgresServer } from '../../../../test/support/postgres-server.ts';
import type { Database } from '../../database/database.ts';
import { openDatabase } from '../../database/registry.ts';
import { dispatcherContract } from '../dispatcher.contract.ts';
import { openPostgresNotify } from './index.ts';

const { signal } = new AbortController();

/** Ends with the file; each end of the dispatcher has a connection of its own, as another process would. */
const remembering = () => {
  const opened: Database[] = [];
  return {
    add: (database: Database): Database => {
      opened.push(database);
      return database;
    },
    closeAll: async () => {
      await Promise.all(opened.splice(0).map((database) => database.close({ graceMs: 0 })));
    },
  };
};

describe('on the embedded database', () => {
  let engine: Database;
  const shares = remembering();
  beforeAll(async () => {
    engine = await openDatabase({ kind: 'pglite' }, { signal });
  });
  afterAll(async () => {
    await shares.closeAll();
    await engine.close();
  });

  dispatcherContract('postgres-notify', () => ({
    open: async (options) => {
      const address = engine.share();
      return openPostgresNotify(shares.add(await openDatabase(address, { signal })), options);
    },
    joinsProcesses: true,
  }));
});

describe.skipIf(!hasPostgres())('on PostgreSQL', () => {
  let server: PostgresServer;
  let admin: Database;
  const connections = remembering();
  beforeAll(async () => {
    server = await startPostgresServer();
    admin = await openDatabase({ kind: 'postgres', url: server.url, maxConnections: 1 }, { signal });
  });
  afterAll(async () => {
    await connections.closeAll();
    await admin.close();
    server.remove();
  });

  dispatcherContract('postgres-notify', () => ({
    open: async (options) => {
      const database = connections.add(await openDatabase({ kind: 'postgres', url: server.url, maxConnections: 2 }, { signal }));
      return openPostgresNotify(database, options);
    },
    joinsProcesses: true,
    breakConnections: async () => {
      await admin.transaction(
        (tx) =>
          tx.query(
            `select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid() and backend_type = 'client backend'`,
          ),
        { signal },
      );
    },
  }));
});
