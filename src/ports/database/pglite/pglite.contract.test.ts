import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type TemporaryFolder, temporaryFolder } from '../../../../test/support/temporary-folder.ts';
import { databaseContract } from '../database.contract.ts';
import type { Database } from '../database.ts';
import { openDatabase } from '../registry.ts';

const { signal } = new AbortController();
const templates = temporaryFolder();
afterAll(() => templates.remove());

databaseContract('pglite in memory', {
  open: () => openDatabase({ kind: 'pglite', templateDirectory: templates.path }, { signal }),
  concurrent: false,
});

const count = async (database: Database, sql: string): Promise<unknown> =>
  database.transaction(async (tx) => (await tx.query<{ n: unknown }>(`select ${sql} as n`)).rows[0]?.n, { signal });

describe('pglite: a shared engine', () => {
  let owner: Database;
  beforeEach(async () => {
    owner = await openDatabase({ kind: 'pglite', templateDirectory: templates.path }, { signal });
  });
  afterEach(() => owner.close({ graceMs: 0 }));

  const openShared = async (): Promise<Database> => {
    const address = owner.share();
    if (address.kind !== 'pglite') throw new Error('not shared');
    return openDatabase(address, { signal });
  };

  it('is one database for all who have a port, and outlives theirs', async () => {
    const other = await openShared();
    await owner.script('create table t (n integer)', { signal });
    const heard: (string | undefined)[] = [];
    await other.listen('t', (payload) => heard.push(payload), { signal });
    await owner.transaction(
      async (tx) => {
        await tx.query('insert into t values (1)');
        await tx.query(`select pg_notify('t', 'one')`);
      },
      { signal },
    );
    expect(await count(other, '(select count(*) from t)')).toBe(1);
    expect(heard).toEqual(['one']);
    await other.close();
    expect(await count(owner, '(select count(*) from t)')).toBe(1);
  });

  it('lets a port with one transaction pass the queue of another', async () => {
    const other = await openShared();
    const order: string[] = [];
    const queue = Array.from({ length: 100 }, (_, index) => count(owner, '1').then(() => order.push(`owner-${index}`)));
    await count(other, '1').then(() => order.push('other'));
    await Promise.all(queue);
    expect(order.indexOf('other')).toBeLessThan(50);
    await other.close();
  });

  it('undoes what a thread had begun when that ends', async () => {
    await owner.script('create table t (n integer)', { signal });
    const address = owner.share();
    if (address.kind !== 'pglite') throw new Error('not shared');
    const registry = new URL('../registry.ts', import.meta.url).href;
    const worker = new Worker(
      `const { workerData, parentPort } = require('node:worker_threads');
       import(${JSON.stringify(registry)}).then(async ({ openDatabase }) => {
         const signal = new AbortController().signal;
         const database = await openDatabase(workerData, { signal });
         await database.transaction(async (tx) => {
           await tx.query('insert into t values (1)');
           parentPort.postMessage('inserted');
           await new Promise((resolve) => setTimeout(resolve, 60000));
         }, { signal });
       });`,
      { eval: true, workerData: address, transferList: [address.port], execArgv: [] },
    );
    await once(worker, 'message');
    await worker.terminate();
    expect(await count(owner, '(select count(*) from t)')).toBe(0);
  });
});

describe('pglite: a folder', () => {
  let folder: TemporaryFolder;
  let directory: string;
  beforeEach(() => {
    folder = temporaryFolder();
    directory = join(folder.path, 'database');
  });
  afterEach(() => folder.remove());

  const open = (templateDirectory: string | undefined = templates.path): Promise<Database> =>
    openDatabase({ kind: 'pglite', directory, ...(templateDirectory === undefined ? {} : { templateDirectory }) }, { signal });

  it('keeps what was committed', async () => {
    const first = await open();
    await first.script('create table t (n integer); insert into t values (7)', { signal });
    await first.close();
    const second = await open();
    expect(await count(second, '(select n from t)')).toBe(7);
    await second.close();
  });

  it('is for one at a time, and the refusal names the process', async () => {
    const first = await open();
    await expect(open()).rejects.toMatchObject({ code: 'data_dir_locked', details: { pid: String(process.pid) } });
    await first.close();
    await (await open()).close();
  });

  it('is free again when its process was killed, with all that was committed', async () => {
    const script = folder.write(
      'victim.mjs',
      `const { openDatabase } = await import(process.argv[2]);
       const signal = new AbortController().signal;
       const database = await openDatabase({ kind: 'pglite', directory: process.argv[3], templateDirectory: process.argv[4] }, { signal });
       await database.script('create table t (n integer primary key)', { signal });
       for (let n = 1; ; n += 1) {
         await database.transaction((tx) => tx.query('insert into t values ($1)', [n]), { signal });
         process.stdout.write(n + '\\n');
       }`,
    );
    const registry = fileURLToPath(new URL('../registry.ts', import.meta.url));
    const victim = spawn(process.execPath, [script, registry, directory, templates.path], { stdio: ['ignore', 'pipe', 'inherit'] });
    let acknowledged = 0;
    victim.stdout.setEncoding('utf8').on('data', (text: string) => {
      acknowledged = Number(text.trim().split('\n').at(-1));
      if (acknowledged >= 50) victim.kill('SIGKILL');
    });
    await once(victim.stdout, 'data');
    await expect(open()).rejects.toMatchObject({ code: 'data_dir_locked', details: { pid: String(victim.pid) } });
    await once(victim, 'exit');
    const database = await open();
    expect(await count(database, '(select count(*) from t)')).toBeGreaterThanOrEqual(acknowledged);
    expect(await count(database, '(select max(n) - count(*) from t)')).toBe(0);
    await database.close();
  });

  it('begins anew after a first start that was cut off', async () => {
    mkdirSync(join(directory, 'pgdata.new'), { recursive: true });
    writeFileSync(join(directory, 'pgdata.new', 'PG_VERSION'), '18\n');
    const database = await open();
    expect(await count(database, '1')).toBe(1);
    await database.close();
    expect(readdirSync(directory).filter((name) => name.startsWith('pgdata'))).toEqual(['pgdata']);
  });

  it('takes no harm from a damaged template image, and replaces it', async () => {
    const own = temporaryFolder();
    const [name = ''] = readdirSync(templates.path);
    const good = readFileSync(join(templates.path, name));
    const bad = Buffer.from(good);
    const middle = Math.floor(bad.length / 2);
    bad.fill(0x55, middle, middle + 64);
    const image = join(own.path, name);
    writeFileSync(image, bad);
    const database = await open(own.path);
    expect(await count(database, '1')).toBe(1);
    await database.close();
    expect(readFileSync(image).equals(bad)).toBe(false);
    expect(readdirSync(own.path)).toEqual([name]);
    own.remove();
  });

  it('ends, and says so, when its engine breaks; what was committed is there at the next start', async () => {
    const database = await open();
    await database.script(`create table t (n integer); insert into t values (7); set max_stack_depth = '7MB'`, { signal });
    const deep = `${'['.repeat(2_000_000)}${']'.repeat(2_000_000)}`;
    const breaking = database.transaction((tx) => tx.query('select $1::jsonb', [deep]), { signal });
    await expect(breaking).rejects.toMatchObject({ code: 'database_unavailable' });
    await database.ended;
    await expect(count(database, '1')).rejects.toMatchObject({ code: 'database_unavailable' });
    await database.close();
    const again = await open();
    expect(await count(again, '(select n from t)')).toBe(7);
    await again.close();
  });

  it('says so when it cannot be used', async () => {
    folder.write('database', 'a file');
    await expect(open()).rejects.toMatchObject({ code: 'config_invalid' });
  });
});
