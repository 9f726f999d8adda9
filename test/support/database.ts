import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, describe, inject } from 'vitest';
import type { Clock, NewId } from '../../src/lib/clock.ts';
import { uuidV7 } from '../../src/lib/uuid-v7.ts';
import { type Database, isDatabaseError } from '../../src/ports/database/database.ts';
import { openDatabase } from '../../src/ports/database/registry.ts';
import { type Doors, openDoors } from '../../src/store/open.ts';
import { withDatabaseName } from './database-images.ts';

/** Runs with the time of the machine until it is moved; ids and what is stored follow it, the database's own clock does not. */
export interface TestClock extends Clock {
  readonly advance: (byMs: number) => void;
}

/** A migrated database that one test file has for itself. */
export interface TestDatabase {
  readonly kind: Database['kind'];
  readonly database: Database;
  readonly doors: Doors;
  readonly clock: TestClock;
  readonly newId: NewId;
  readonly signal: AbortSignal;
  /** A fresh organisation for each test: so a file shares one database, and no test sees another's rows. Returns its id. */
  readonly newOrganization: () => Promise<string>;
}

const createClock = (): TestClock => {
  let offsetMs = 0;
  return {
    now: () => Date.now() + offsetMs,
    advance: (byMs) => {
      offsetMs += byMs;
    },
  };
};

const never = new AbortController().signal;

const asTestDatabase = (database: Database): TestDatabase => {
  const doors = openDoors(database);
  const clock = createClock();
  const newId = (): string => uuidV7(clock.now(), randomBytes(10));
  return {
    kind: database.kind,
    database,
    doors,
    clock,
    newId,
    signal: never,
    newOrganization: async () => {
      const id = newId();
      const organization = { id, slug: `test-${randomUUID()}`, name: 'Test organisation' };
      await doors.system.transaction((tx) => tx.change(tx.build.insertInto('organizations').values(organization)), { signal: never });
      return id;
    },
  };
};

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
 * removed after the suite.
 */
export const describeDatabases = (name: string, suite: (open: () => Promise<TestDatabase>) => void): void => {
  const kinds = [
    { kind: 'pglite', openKind: openPglite, missing: false },
    { kind: 'postgres', openKind: openPostgres, missing: inject('postgres') === undefined },
  ] as const;
  for (const { kind, openKind, missing } of kinds) {
    describe.skipIf(missing)(`${name} on ${kind}`, () => {
      const opened: Opened[] = [];
      afterAll(async () => {
        for (const { remove } of opened) await remove();
      });
      suite(async () => {
        const one = await openKind();
        opened.push(one);
        return asTestDatabase(one.database);
      });
    });
  }
};
