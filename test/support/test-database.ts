import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Clock, NewId } from '../../src/lib/clock.ts';
import { uuidV7 } from '../../src/lib/uuid-v7.ts';
import type { Database } from '../../src/ports/database/database.ts';
import { type Doors, openDoors } from '../../src/store/open.ts';

/** Runs with the time of the machine until it is moved; ids and what is stored follow it, the database's own clock does not. */
export interface TestClock extends Clock {
  readonly advance: (byMs: number) => void;
}

/** A migrated database that one test file, or one benchmark, has for itself. */
export interface TestDatabase {
  readonly kind: Database['kind'];
  readonly database: Database;
  readonly doors: Doors;
  readonly clock: TestClock;
  readonly newId: NewId;
  readonly signal: AbortSignal;
  /** A fresh organisation for each test: so a file shares one database, and no test sees another's rows. Returns its id. */
  readonly newOrganization: () => Promise<string>;
  /** A fresh folder for what lies beside the database; it goes with it. */
  readonly newFolder: () => Promise<string>;
  /** Called by who opened the database, after its suite. */
  readonly removeFolders: () => Promise<void>;
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

export const createTestDatabase = (database: Database): TestDatabase => {
  const { signal } = new AbortController();
  const doors = openDoors(database);
  const clock = createClock();
  const newId = (): string => uuidV7(clock.now(), randomBytes(10));
  const folders: string[] = [];
  return {
    kind: database.kind,
    database,
    doors,
    clock,
    newId,
    signal,
    newOrganization: async () => {
      const id = newId();
      const organization = { id, slug: `test-${randomUUID()}`, name: 'Test organisation' };
      await doors.system.transaction((tx) => tx.change(tx.build.insertInto('organizations').values(organization)), { signal });
      return id;
    },
    newFolder: async () => {
      const folder = await mkdtemp(join(tmpdir(), 'sightline-test-'));
      folders.push(folder);
      return folder;
    },
    removeFolders: async () => {
      for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
    },
  };
};
