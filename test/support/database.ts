import { randomUUID } from 'node:crypto';
import { afterAll, describe, inject } from 'vitest';
import { type Database, isDatabaseError } from '../../src/ports/database/database.ts';
import { openDatabase } from '../../src/ports/database/registry.ts';
import { withDatabaseName } from './database-images.ts';
import { createTestDatabase, type TestDatabase } from './test-database.ts';

export type { TestDatabase } from './test-database.ts';

const never = new AbortController().signal;

/** CREATE DATABASE wants its template to itself, and others make theirs at the same time. */
const createFromTemplate = async (server: Database, name: string, template: string): Promise<void> => {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await server.script(`create database ${name} template ${template}`, { signal: never });
    } catch (error) {
      if (!isDatabaseError(error, '55006') || attempt === 50) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
};

interface Opened {
  readonly database: Database;
  readonly remove: () => Promise<void>;
}

const openPglite = async (): Promise<Opened> => {
  const database = await openDatabase({ kind: 'pglite', templateDirectory: inject('embeddedTemplates') }, { signal: never });
  return { database, remove: () => database.close({ graceMs: 0 }) };
};

const openPostgres = async (): Promise<Opened> => {
  const given = inject('postgres');
  if (given === undefined) throw new Error('there is no PostgreSQL server');
  const name = `sightline_test_${randomUUID().replaceAll('-', '')}`;
  const server = await openDatabase({ kind: 'postgres', url: given.url, maxConnections: 1 }, { signal: never });
  await createFromTemplate(server, name, given.template);
  const database = await openDatabase({ kind: 'postgres', url: withDatabaseName(given.url, name) }, { signal: never });
  const remove = async (): Promise<void> => {
    await database.close({ graceMs: 0 });
    await server.script(`drop database ${name} with (force)`, { signal: never });
    await server.close();
  };
  return { database, remove };
};

/**
 * Runs a suite on the embedded database and on PostgreSQL. `open`, called in `beforeAll`, gives a migrated database of its own, which is
 * removed after the suite with the folders beside it.
 */
export const describeDatabases = (name: string, suite: (open: () => Promise<TestDatabase>) => void): void => {
  const kinds = [
    { kind: 'pglite', openKind: openPglite, missing: false },
    { kind: 'postgres', openKind: openPostgres, missing: inject('postgres') === undefined },
  ] as const;
  for (const { kind, openKind, missing } of kinds) {
    describe.skipIf(missing)(`${name} on ${kind}`, () => {
      const removals: (() => Promise<void>)[] = [];
      afterAll(async () => {
        for (const remove of removals) await remove();
      });
      suite(async () => {
        const { database, remove } = await openKind();
        const test = createTestDatabase(database);
        removals.push(test.removeFolders, remove);
        return test;
      });
    });
  }
};
