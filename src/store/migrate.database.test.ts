import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { describeDatabases, type TestDatabase } from '../../test/support/database.ts';
import { type TemporaryFolder, temporaryFolder } from '../../test/support/temporary-folder.ts';
import { migrate, migrationStatus, readMigrations } from './migrate.ts';

describeDatabases('migrations', (open) => {
  let test: TestDatabase;
  let work: TemporaryFolder;
  beforeAll(async () => {
    test = await open();
  });
  beforeEach(async () => {
    work = temporaryFolder();
    await test.database.script('drop schema public cascade; create schema public', { signal: test.signal });
  });
  afterEach(() => work.remove());

  const signal = new AbortController().signal;
  let folders = 0;
  const folderOf = (files: Readonly<Record<string, string>>): URL => {
    const path = join(work.path, `migrations-${(folders += 1)}/`);
    mkdirSync(path);
    for (const [name, content] of Object.entries(files)) writeFileSync(join(path, name), content);
    return pathToFileURL(path);
  };
  const run = (files: Readonly<Record<string, string>>): Promise<readonly string[]> =>
    migrate(test.database, { signal, folder: folderOf(files) });
  const count = async (sql: string): Promise<unknown> =>
    test.database.transaction(async (tx) => (await tx.query<{ n: number }>(`select ${sql} as n`)).rows[0]?.n, { signal });

  const first = { '0001-first.sql': 'create table t (n integer); -- a comment at the end' };
  const second = { ...first, '0002-second.sql': "insert into t values (1); insert into t values (length('a;b'))" };

  it('bring an empty database to this version; again, nothing is left to do', async () => {
    const shipped = (await readMigrations()).map(({ name }) => name);
    expect((await migrationStatus(test.database, { signal })).pending).toEqual(shipped);
    expect(await migrate(test.database, { signal })).toEqual(shipped);
    expect(await migrate(test.database, { signal })).toEqual([]);
    const status = await migrationStatus(test.database, { signal });
    expect(status).toMatchObject({ pending: [], changed: [], unknown: [] });
    expect(status.applied.map(({ name }) => name)).toEqual(shipped);
    expect(status.applied[0]?.appliedAt).toBeInstanceOf(Date);
  });

  it('bring a database of every earlier version to the tables a new one has, months that were there included', async () => {
    const shipped = await readMigrations();
    const columns = () =>
      test.database.transaction(
        async (tx) =>
          (
            await tx.query(`select table_name, column_name, data_type, is_nullable, column_default
              from information_schema.columns where table_schema = 'public' order by table_name, column_name`)
          ).rows,
        { signal },
      );
    const reached: unknown[] = [];
    for (const known of shipped.keys()) {
      await test.database.script('drop schema public cascade; create schema public', { signal });
      await run(Object.fromEntries(shipped.slice(0, known + 1).map(({ name, sql }) => [name, sql])));
      await test.database.script("create table findings_2020_01 partition of findings for values from ('2020-01-01Z') to ('2020-02-01Z')", {
        signal,
      });
      expect(await migrate(test.database, { signal })).toEqual(shipped.slice(known + 1).map(({ name }) => name));
      reached.push(await columns());
    }
    for (const found of reached) expect(found).toEqual(reached.at(-1));
  });

  it('go on from an earlier version', async () => {
    expect(await run(first)).toEqual(['0001-first.sql']);
    expect(await run(second)).toEqual(['0002-second.sql']);
    expect(await count('(select count(*) from t)')).toBe(2);
  });

  it('are done once when several servers start', async () => {
    const folder = folderOf(second);
    const done = await Promise.all(Array.from({ length: 5 }, () => migrate(test.database, { signal, folder })));
    expect(done.flat().toSorted()).toEqual(['0001-first.sql', '0002-second.sql']);
    expect(await count('(select count(*) from t)')).toBe(2);
  });

  it('keep nothing of one that fails, and all before it', async () => {
    const broken = { ...first, '0002-second.sql': 'insert into t values (1); create table u (n integer); select 1 / 0;' };
    await expect(run(broken)).rejects.toMatchObject({
      code: 'database_migration_failed',
      message: expect.stringContaining('0002-second.sql'),
    });
    expect(await count('(select count(*) from t)')).toBe(0);
    expect(await count(`to_regclass('u')::text`)).toBeNull();
    expect(await run(second)).toEqual(['0002-second.sql']);
  });

  it('refuse a database that a newer version has used, or that has other ones', async () => {
    await run(second);
    await expect(run(first)).rejects.toMatchObject({
      code: 'database_migration_mismatch',
      message: expect.stringContaining('0002-second.sql'),
    });
    const changed = { ...second, '0001-first.sql': 'create table t (m integer)' };
    await expect(run(changed)).rejects.toMatchObject({
      code: 'database_migration_mismatch',
      message: expect.stringContaining('0001-first.sql'),
    });
    const between = { ...second, '0001-late.sql': 'select 1' };
    await expect(run(between)).rejects.toMatchObject({
      code: 'database_migration_mismatch',
      message: expect.stringContaining('0001-late.sql'),
    });
  });

  it('do not mind how lines end', async () => {
    await run({ '0001-first.sql': `${first['0001-first.sql']}\n\n` });
    expect(await run({ '0001-first.sql': `${first['0001-first.sql']}\n\n`.replaceAll('\n', '\r\n') })).toEqual([]);
  });

  it('end with the signal', async () => {
    const controller = new AbortController();
    controller.abort();
    await expect(migrate(test.database, { signal: controller.signal })).rejects.toMatchObject({ code: 'cancelled' });
  });
});
