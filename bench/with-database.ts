import { openDatabase } from '../src/ports/database/registry.ts';
import { migrate } from '../src/store/migrate.ts';
import { startPostgresServer } from '../test/support/postgres-server.ts';
import { createTestDatabase, type TestDatabase } from '../test/support/test-database.ts';

/** Work on a new database, embedded or of a private PostgreSQL that syncs its log to disk. Nothing of it stays. */
export const withDatabase = async (kind: 'embedded' | 'postgres', work: (test: TestDatabase) => Promise<void>): Promise<void> => {
  const { signal } = new AbortController();
  const server = kind === 'embedded' ? undefined : await startPostgresServer({ fsync: 'on', full_page_writes: 'on' });
  try {
    const database = await openDatabase(server === undefined ? { kind: 'pglite' } : { kind: 'postgres', url: server.url }, { signal });
    const test = createTestDatabase(database);
    try {
      await migrate(database, { signal });
      await work(test);
    } finally {
      await database.close();
      await test.removeFolders();
    }
  } finally {
    server?.remove();
  }
};
