import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasPostgres, type PostgresServer, startPostgresServer } from '../../../../test/support/postgres-server.ts';
import { isAppError } from '../../../lib/errors.ts';
import { databaseContract } from '../database.contract.ts';
import type { Database } from '../database.ts';
import { openDatabase } from '../registry.ts';

const { signal } = new AbortController();

describe.skipIf(!hasPostgres())('postgres', () => {
  let server: PostgresServer;
  let databases = 0;
  beforeAll(async () => {
    server = await startPostgresServer();
  });
  afterAll(() => server.remove());

  const openFresh = async (maxConnections?: number): Promise<Database> => {
    const name = `contract_${(databases += 1)}`;
    const admin = await openDatabase({ kind: 'postgres', url: server.url, maxConnections: 1 }, { signal });
    await admin.script(`create database ${name}`, { signal });
    await admin.close();
    return openDatabase(
      { kind: 'postgres', url: server.urlOf(name), ...(maxConnections === undefined ? {} : { maxConnections }) },
      { signal },
    );
  };
  const one = (database: Database): Promise<unknown> =>
    database.transaction(async (tx) => (await tx.query<{ n: number }>('select 1 as n')).rows[0]?.n, { signal });
  const codeOf = (work: Promise<unknown>): Promise<unknown> =>
    work.then(
      () => 'none',
      (error: unknown) => (isAppError(error) ? error.code : error),
    );
  /** Fails when it never comes to be. */
  const eventually = async (condition: () => Promise<boolean> | boolean): Promise<void> => {
    for (let tries = 0; tries < 1200; tries += 1) {
      if (await condition()) return;
      await sleep(50);
    }
    throw new Error('it never came to be');
  };

  databaseContract('postgres', { open: openFresh, concurrent: true });

  it('is found again after a crash of the server, and listening goes on', async () => {
    const database = await openFresh();
    const controller = new AbortController();
    const heard: (string | undefined)[] = [];
    await database.listen('back', (payload) => heard.push(payload), { signal: controller.signal });
    const held = codeOf(
      database.transaction(
        async (tx) => {
          await tx.query('select 1');
          server.stop('immediate');
          await tx.query('select 1');
        },
        { signal },
      ),
    );
    expect(await held).toBe('database_unavailable');
    expect(await codeOf(one(database))).toBe('database_unavailable');
    server.start();
    expect(await one(database)).toBe(1);
    await eventually(() => heard.includes(undefined));
    await database.transaction((tx) => tx.query(`select pg_notify('back', 'again')`), { signal });
    await eventually(() => heard.includes('again'));
    controller.abort();
    await database.close();
  });

  it('says that nobody knows, when the connection breaks under COMMIT', async () => {
    const database = await openFresh();
    await database.script(
      `create table t (n integer);
       create function wait_here() returns trigger language plpgsql as $$ begin perform pg_sleep(60); return null; end $$;
       create constraint trigger waits after insert on t deferrable initially deferred for each row execute function wait_here()`,
      { signal },
    );
    const committing = database.transaction((tx) => tx.query('insert into t values (1)'), { signal });
    committing.catch(() => undefined);
    await eventually(async () => {
      const ended = await database.transaction(
        async (tx) =>
          (await tx.query(`select pg_terminate_backend(pid) from pg_stat_activity where query = 'commit' and state = 'active'`)).rows,
        { signal },
      );
      return ended.length > 0;
    });
    await expect(committing).rejects.toMatchObject({ code: 'database_unavailable', details: { commit: 'unknown' } });
    await database.close();
  });

  it('ends a statement whose database was closed under it', async () => {
    const database = await openFresh();
    const victim = await openDatabase(database.share(), { signal });
    const slow = victim.transaction((tx) => tx.query('select pg_sleep(300)'), { signal });
    slow.catch(() => undefined);
    await sleep(200);
    await victim.close({ graceMs: 0 });
    const active = async (): Promise<unknown> =>
      database.transaction(
        async (tx) =>
          (
            await tx.query<{ n: number }>(
              `select count(*) as n from pg_stat_activity where query = 'select pg_sleep(300)' and state = 'active'`,
            )
          ).rows[0]?.n,
        { signal },
      );
    await expect.poll(active).toBe(0);
    await database.close();
  });

  it('leaves no connection behind', async () => {
    const watcher = await openFresh();
    const database = await openFresh(4);
    await Promise.all(Array.from({ length: 20 }, () => one(database)));
    const controller = new AbortController();
    await database.listen('x', () => undefined, { signal: controller.signal });
    const connections = async (): Promise<unknown> =>
      watcher.transaction(
        async (tx) =>
          (
            await tx.query<{
              n: number;
            }>(`select count(*) as n from pg_stat_activity where application_name = 'sightline' and datname <> current_database()
              and backend_type = 'client backend'`)
          ).rows[0]?.n,
        { signal },
      );
    await expect.poll(connections).toBe(5);
    await database.close();
    await expect.poll(connections).toBe(0);
    await watcher.close();
  });

  it('waits its turn for a connection, and stops waiting on abort', async () => {
    const database = await openFresh(1);
    const release = Promise.withResolvers<void>();
    const holder = database.transaction(() => release.promise, { signal });
    const controller = new AbortController();
    const waiting = codeOf(database.transaction(() => Promise.resolve(), { signal: controller.signal }));
    await sleep(50);
    controller.abort();
    expect(await waiting).toBe('cancelled');
    release.resolve();
    await holder;
    expect(await one(database)).toBe(1);
    await database.close();
  });

  it('shows no password, whatever is wrong', async () => {
    const secret = `p${'w'.repeat(3)}-${process.pid}-x`;
    const { port } = new URL(server.url);
    const urls = [
      `postgres://someone:${secret}@127.0.0.1:1/x`,
      `postgres://someone:${secret}@127.0.0.1:${port}/postgres`,
      `postgres://postgres:${secret}@127.0.0.1:${port}/missing`,
      `postgres://someone:${secret}@127.0.0.1:99999/x`,
      `postgres://someone:${secret}%@127.0.0.1:${port}/x`,
      `postgres://someone:${secret}@127.0.0.1:${port}/x?sslmode=perhaps`,
      `postgres://someone:${secret}@127.0.0.1:${port}/x?unknown=1`,
      `mysql://someone:${secret}@127.0.0.1:${port}/x`,
    ];
    for (const url of urls) {
      const error = await openDatabase({ kind: 'postgres', url }, { signal }).then(
        () => undefined,
        (caught: unknown) => caught,
      );
      expect(isAppError(error)).toBe(true);
      const shown = JSON.stringify(error, (_key, value: unknown) =>
        value instanceof Error ? { ...value, message: value.message, stack: value.stack, cause: value.cause } : value,
      );
      expect(shown).not.toContain(secret);
    }
  });
});
