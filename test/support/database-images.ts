/** Set-up of the project `database`: a migrated template for each kind, made once a run. */
import { createHash, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TestProject } from 'vitest/node';
import type { Database } from '../../src/ports/database/database.ts';
import { openEmbedded } from '../../src/ports/database/pglite/index.ts';
import { readImage, writeImage } from '../../src/ports/database/pglite/template-image.ts';
import { openDatabase } from '../../src/ports/database/registry.ts';
import { migrate, readMigrations } from '../../src/store/migrate.ts';
import { hasPostgres, startPostgresServer } from './postgres-server.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Folder with a template image of the migrated embedded database. */
    readonly embeddedTemplates: string;
    /** Where databases may be made, and the migrated one they are made from; undefined where there is no server. */
    readonly postgres: { readonly url: string; readonly template: string } | undefined;
  }
}

const cacheFolder = fileURLToPath(new URL('../../.cache/test-databases/', import.meta.url));

const withDatabase = async (open: Promise<Database>, work: (database: Database) => Promise<void>): Promise<void> => {
  const database = await open;
  try {
    await work(database);
  } finally {
    await database.close();
  }
};

/** Kept from run to run, under the digest of the migrations. */
const embeddedTemplates = async (signal: AbortSignal): Promise<string> => {
  const digest = createHash('sha256')
    .update((await readMigrations()).map(({ sha256 }) => sha256).join())
    .digest('hex');
  const folder = join(cacheFolder, digest.slice(0, 16));
  if ((await readImage(folder)) !== undefined) return folder;
  const database = await openEmbedded({ kind: 'pglite', templateDirectory: join(cacheFolder, 'empty') }, { signal });
  try {
    await migrate(database, { signal });
    if (!(await writeImage(folder, await database.dump()))) throw new Error(`${folder} cannot be written`);
  } finally {
    await database.close();
  }
  return folder;
};

/** The same server, another database. */
export const withDatabaseName = (url: string, name: string): string => {
  const other = new URL(url);
  other.pathname = `/${name}`;
  return other.href;
};

const makeTemplate = async (url: string, signal: AbortSignal): Promise<string> => {
  const template = `sightline_test_${randomUUID().replaceAll('-', '')}`;
  await withDatabase(openDatabase({ kind: 'postgres', url }, { signal }), (server) =>
    server.script(`create database ${template}`, { signal }),
  );
  const migrated = openDatabase({ kind: 'postgres', url: withDatabaseName(url, template) }, { signal });
  await withDatabase(migrated, async (database) => void (await migrate(database, { signal })));
  return template;
};

/** Run by vitest before the first file; what it returns, after the last. */
export const setup = async ({ provide }: TestProject): Promise<() => Promise<void>> => {
  const { signal } = new AbortController();
  provide('embeddedTemplates', await embeddedTemplates(signal));

  const given = process.env['SIGHTLINE_TEST_POSTGRES_URL'];
  const server = given === undefined && hasPostgres() ? await startPostgresServer() : undefined;
  const url = given ?? server?.url;
  if (url === undefined) {
    provide('postgres', undefined);
    return () => Promise.resolve();
  }
  const template = await makeTemplate(url, signal);
  provide('postgres', { url, template });
  return async () => {
    if (server !== undefined) return server.remove();
    await withDatabase(openDatabase({ kind: 'postgres', url }, { signal }), (own) => own.script(`drop database ${template}`, { signal }));
  };
};
