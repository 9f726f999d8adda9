import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AppError, isAppError } from '../../lib/errors.ts';
import { type Database, isDatabaseError } from './database.ts';

export interface ContractDatabase {
  readonly open: () => Promise<Database>;
  /** A way to run two transactions at a time is not there on one connection. */
  readonly concurrent: boolean;
}

const never = new AbortController().signal;

/** The promises of {@link Database}; every adapter runs this from its own `*.contract.test.ts`. */
export const databaseContract = (name: string, adapter: ContractDatabase): void => {
  describe(`${name}: a database`, () => {
    let database: Database;
    beforeAll(async () => {
      database = await adapter.open();
      await database.script('create table marks (name text primary key, at integer not null default 0 check (at >= 0))', { signal: never });
    });
    afterAll(() => database.close({ graceMs: 0 }));

    const query = async <Row>(sql: string, parameters: readonly unknown[] = []): Promise<readonly Row[]> =>
      database.transaction(async (tx) => (await tx.query<Row>(sql, parameters)).rows, { signal: never });
    const value = async (sql: string, parameters: readonly unknown[] = []): Promise<unknown> =>
      (await query<{ value: unknown }>(`select ${sql} as value`, parameters))[0]?.value;
    const marks = async (like: string): Promise<readonly string[]> =>
      (await query<{ name: string }>('select name from marks where name like $1 order by name', [like])).map((row) => row.name);
    const mark = (name_: string): Promise<unknown> => query('insert into marks (name) values ($1)', [name_]);

    it('says its version', () => {
      expect(database.serverVersion).toMatch(/^\d+\.\d+$/);
    });

    describe('values', () => {
      it.each([
        ['1::int2', 1],
        ['2147483647::int4', 2_147_483_647],
        ['9007199254740991::int8', Number.MAX_SAFE_INTEGER],
        ['array[1, 2]::int8[]', [1, 2]],
        ['1.10::numeric', '1.10'],
        ['array[1.10]::numeric[]', ['1.10']],
        ['1.5::float8', 1.5],
        ['true', true],
        ['null::text', null],
        [`'2026-02-03'::date`, '2026-02-03'],
        [`'2026-02-03 04:05:06.789+02'::timestamptz`, new Date('2026-02-03T02:05:06.789Z')],
        [`'0044-03-15 12:00:00+00 BC'::timestamptz`, new Date('-000043-03-15T12:00:00Z')],
        [`'2026-02-03 04:05:06'::timestamp`, '2026-02-03 04:05:06'],
        [`interval '1 day 02:00'`, '1 day 02:00:00'],
        [`'\\x00ff'::bytea`, new Uint8Array([0, 255])],
        [`array['\\x00ff'::bytea]`, [new Uint8Array([0, 255])]],
        [`'0198c0de-0000-7000-8000-000000000000'::uuid`, '0198c0de-0000-7000-8000-000000000000'],
        [`'{"a": [1, null]}'::jsonb`, { a: [1, null] }],
        [`array['{"a": "}"}'::jsonb]`, [{ a: '}' }]],
        [
          `array[array['a', null], array['"', '\\{,}']]`,
          [
            ['a', null],
            ['"', '\\{,}'],
          ],
        ],
        [`array['NULL', '', ' ']`, ['NULL', '', ' ']],
        [`'{}'::text[]`, []],
      ])('%s', async (sql, expected) => {
        expect(await value(sql)).toStrictEqual(expected);
      });

      it.each([
        ['$1::int8', 42, 42],
        ['$1::text', `O'Neil \u{1f600} \\ "`, `O'Neil \u{1f600} \\ "`],
        ['$1::boolean', false, false],
        ['$1::timestamptz', new Date('2026-02-03T02:05:06.789Z'), new Date('2026-02-03T02:05:06.789Z')],
        ['$1::bytea', new Uint8Array([0, 1, 255]), new Uint8Array([0, 1, 255])],
        ['$1::jsonb', '{"a":"{}"}', { a: '{}' }],
        ['$1::text[]', ['a"b', null, 'x,y', '\\', '', 'NULL'], ['a"b', null, 'x,y', '\\', '', 'NULL']],
        ['$1::bytea[]', [new Uint8Array([7])], [new Uint8Array([7])]],
        [
          '$1::int4[]',
          [
            [1, 2],
            [3, 4],
          ],
          [
            [1, 2],
            [3, 4],
          ],
        ],
        ['$1::jsonb[]', ['{"a": 1}', 'null'], [{ a: 1 }, null]],
        ['$1::text', undefined, null],
      ])('%s given %j', async (sql, parameter, expected) => {
        expect(await value(sql, [parameter])).toStrictEqual(expected);
      });

      it('never rounds a number', async () => {
        await expect(value('9007199254740993::int8')).rejects.toSatisfy((error) => isDatabaseError(error, '22003'));
        expect(await value('9007199254740993::int8::text')).toBe('9007199254740993');
      });

      it('refuses an object and a zero byte', async () => {
        await expect(value('$1::jsonb', [{ a: 1 }])).rejects.toThrow('pass JSON as text');
        await expect(value('$1::text', ['a\0b'])).rejects.toSatisfy((error) => isDatabaseError(error, '22021'));
      });

      it('takes as many parameters as the protocol has, and large ones', async () => {
        const many = Array.from({ length: 60_000 }, (_, index) => index);
        expect(await value(`cardinality(array[${many.map((index) => `$${index + 1}::int4`).join()}])`, many)).toBe(60_000);
        const large = 'é'.repeat(4_000_000);
        expect(await value('octet_length($1::text)', [large])).toBe(8_000_000);
        expect(await value(`repeat('é', 4000000)`)).toBe(large);
      });
    });

    describe('statements', () => {
      it('count the rows they touched', async () => {
        const counts = await database.transaction(
          async (tx) => {
            const inserted = await tx.query(`insert into marks (name) values ('count-1'), ('count-2') returning name`);
            const updated = await tx.query(`update marks set at = 2 where name like 'count-%'`);
            const read = await tx.query(`select * from marks where name like 'count-%'`);
            const deleted = await tx.query(`delete from marks where name = 'count-1'`);
            return [inserted, updated, read, deleted].map(({ affectedRows, rows }) => [affectedRows, rows.length]);
          },
          { signal: never },
        );
        expect(counts).toEqual([
          [2, 2],
          [2, 0],
          [0, 2],
          [1, 0],
        ]);
      });

      it('are one at a time: text after a semicolon is refused', async () => {
        await expect(query('select 1; drop table marks')).rejects.toSatisfy((error) => isDatabaseError(error, '42601'));
      });

      it('name what the server refused', async () => {
        await mark('twice');
        await expect(mark('twice')).rejects.toMatchObject({
          name: 'DatabaseError',
          code: '23505',
          constraint: 'marks_pkey',
          table: 'marks',
        });
        await expect(query('selec')).rejects.toMatchObject({ name: 'DatabaseError', code: '42601' });
      });

      it('that nest too deep are refused, and the next one runs', async () => {
        for (const deep of [`${'['.repeat(200_000)}${']'.repeat(200_000)}`, `${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}`]) {
          await expect(value('$1::jsonb', [deep])).rejects.toSatisfy((error) => isDatabaseError(error, '54001'));
        }
        expect(await value('1')).toBe(1);
      });

      it('may be asked at the same time and run one after the other', async () => {
        const sum = await database.transaction(
          async (tx) =>
            (await Promise.all([1, 2, 3].map((n) => tx.query<{ n: number }>('select $1::int4 as n', [n])))).map(({ rows }) => rows[0]?.n),
          { signal: never },
        );
        expect(sum).toEqual([1, 2, 3]);
      });
    });

    describe('a transaction', () => {
      it('is kept as a whole, or not at all', async () => {
        const failing = database.transaction(
          async (tx) => {
            await tx.query(`insert into marks (name) values ('whole-1')`);
            throw new Error('mine');
          },
          { signal: never },
        );
        await expect(failing).rejects.toThrow('mine');
        expect(await marks('whole-%')).toEqual([]);
      });

      it('fails when a failure in it was swallowed', async () => {
        const swallowing = database.transaction(
          async (tx) => {
            await tx.query(`insert into marks (name) values ('swallow-1')`);
            await tx.query('select 1 / 0').catch(() => undefined);
          },
          { signal: never },
        );
        await expect(swallowing).rejects.toSatisfy((error) => isDatabaseError(error, '25P02'));
        expect(await marks('swallow-%')).toEqual([]);
      });

      it('is its own: what another does meanwhile is not part of it', async () => {
        const order: string[] = [];
        const started = Promise.withResolvers<void>();
        const release = Promise.withResolvers<void>();
        const first = database.transaction(
          async (tx) => {
            await tx.query(`insert into marks (name) values ('own-1')`);
            started.resolve();
            await release.promise;
            order.push('first');
            throw new Error('mine');
          },
          { signal: never },
        );
        await started.promise;
        const second = mark('own-2').then(() => order.push('second'));
        if (adapter.concurrent) await second;
        release.resolve();
        await expect(first).rejects.toThrow('mine');
        await second;
        expect(await marks('own-%')).toEqual(['own-2']);
        expect(order).toEqual(adapter.concurrent ? ['second', 'first'] : ['first', 'second']);
      });

      it('is refused after its end', async () => {
        let leaked: (() => Promise<unknown>) | undefined;
        await database.transaction(
          (tx) => {
            leaked = () => tx.query('select 1');
            return Promise.resolve();
          },
          { signal: never },
        );
        await expect(leaked?.()).rejects.toThrow('the transaction is over');
      });

      it('writes nothing when it is read-only', async () => {
        const writing = database.transaction((tx) => tx.query(`insert into marks (name) values ('ro')`), { signal: never, readOnly: true });
        await expect(writing).rejects.toSatisfy((error) => isDatabaseError(error, '25006'));
      });

      it('has the isolation asked for', async () => {
        for (const isolation of ['read committed', 'repeatable read', 'serializable'] as const) {
          const said = await database.transaction(
            async (tx) => (await tx.query<{ value: string }>(`select current_setting('transaction_isolation') as value`)).rows[0]?.value,
            { signal: never, isolation },
          );
          expect(said).toBe(isolation);
        }
      });

      it('runs many at once', async () => {
        await mark('many');
        const all = Array.from({ length: 50 }, () => query(`update marks set at = at + 1 where name = 'many'`));
        await Promise.all(all);
        expect(await value(`(select at from marks where name = 'many')`)).toBe(50);
      });
    });

    describe('abort', () => {
      const slow = `select count(*) from generate_series(1, 3000000000)`;
      /** Long enough to be in the middle of, short enough for an engine that cannot be interrupted. */
      const longish = `select count(*) from generate_series(1, 6000000)`;
      const aborting = (work: (signal: AbortSignal) => Promise<unknown>, afterMs = 100): Promise<unknown> => {
        const controller = new AbortController();
        setTimeout(() => controller.abort(new AppError('cancelled', 'by the test')), afterMs);
        return work(controller.signal).then(
          () => undefined,
          (caught: unknown) => caught,
        );
      };
      /** As `aborting`; what is asked next of an engine that cannot be interrupted waits, whoever has given up does not. */
      const abortingAhead = async (work: (signal: AbortSignal) => Promise<unknown>): Promise<unknown> => {
        if (adapter.concurrent) return aborting(work);
        const order: string[] = [];
        const aborted = aborting(work).finally(() => order.push('aborted'));
        await value('1').then(() => order.push('next'));
        expect(order).toEqual(['aborted', 'next']);
        return aborted;
      };

      it('is refused before it begins', async () => {
        const controller = new AbortController();
        controller.abort();
        await expect(database.transaction(() => Promise.resolve(), { signal: controller.signal })).rejects.toMatchObject({
          code: 'cancelled',
        });
        await expect(database.script('select 1', { signal: controller.signal })).rejects.toMatchObject({ code: 'cancelled' });
        await expect(database.listen('x', () => undefined, { signal: controller.signal })).rejects.toMatchObject({ code: 'cancelled' });
      });

      it('ends a transaction in the middle of a statement and keeps nothing', async () => {
        const error = await abortingAhead((signal) =>
          database.transaction(
            async (tx) => {
              await tx.query(`insert into marks (name) values ('abort-1')`);
              await tx.query(adapter.concurrent ? slow : longish);
            },
            { signal },
          ),
        );
        expect(isAppError(error, 'cancelled')).toBe(true);
        expect(await marks('abort-%')).toEqual([]);
        const active = (): Promise<unknown> =>
          value(`(select count(*) from pg_stat_activity where query = $1 and state = 'active')`, [slow]);
        await expect.poll(active).toBe(0);
      });

      it('ends a transaction between statements, and its later statements', async () => {
        const later = Promise.withResolvers<unknown>();
        const controller = new AbortController();
        const between = Promise.withResolvers<void>();
        const goOn = Promise.withResolvers<void>();
        const running = database.transaction(
          async (tx) => {
            await tx.query(`insert into marks (name) values ('between-1')`);
            between.resolve();
            await goOn.promise;
            later.resolve(tx.query(`insert into marks (name) values ('between-2')`));
            await later.promise;
          },
          { signal: controller.signal },
        );
        await Promise.race([between.promise, running]);
        controller.abort(new AppError('cancelled', 'by the test'));
        // It ends though its work has not.
        await expect(running).rejects.toMatchObject({ code: 'cancelled' });
        goOn.resolve();
        await expect(later.promise).rejects.toMatchObject({ code: 'cancelled' });
        expect(await marks('between-%')).toEqual([]);
      });

      it('ends a script, and nothing of its transaction stays open', async () => {
        const error = await abortingAhead((signal) =>
          database.script(`begin; insert into marks (name) values ('script-1'); ${adapter.concurrent ? slow : longish}; commit`, {
            signal,
          }),
        );
        expect(isAppError(error, 'cancelled')).toBe(true);
        // An engine that cannot be interrupted runs a script to its end.
        expect(await marks('script-%')).toEqual(adapter.concurrent ? [] : ['script-1']);
      });

      it('frees what it held: many aborted ones leave room for others', async () => {
        const all = Array.from({ length: 30 }, () =>
          aborting((signal) => database.transaction(() => sleep(60_000, undefined, { ref: false }), { signal }), 50),
        );
        for (const error of await Promise.all(all)) expect(isAppError(error, 'cancelled')).toBe(true);
        expect(await value('1')).toBe(1);
      });
    });

    describe('a script', () => {
      it('that fails leaves no transaction open', async () => {
        const failing = database.script(`begin; insert into marks (name) values ('broken'); select 1 / 0; commit`, { signal: never });
        await expect(failing).rejects.toSatisfy((error) => isDatabaseError(error, '22012'));
        expect(await marks('broken')).toEqual([]);
      });

      it('that forgets its end leaves none either', async () => {
        await database.script(`begin; insert into marks (name) values ('forgotten')`, { signal: never });
        expect(await marks('forgotten')).toEqual([]);
      });
    });

    describe('notices', () => {
      it('come after the commit, in order, to the channel asked for', async () => {
        const controller = new AbortController();
        const got: (string | undefined)[] = [];
        await database.listen('Contract "x"', (payload) => got.push(payload), { signal: controller.signal });
        await database.transaction(
          async (tx) => {
            await tx.query(`select pg_notify('Contract "x"', 'one')`);
            await tx.query(`select pg_notify('other', 'no')`);
            await sleep(150);
            expect(got).toEqual([]);
            await tx.query(`select pg_notify('Contract "x"', 'two')`);
          },
          { signal: never },
        );
        await expect.poll(() => got).toEqual(['one', 'two']);
        controller.abort();
        await query(`select pg_notify('Contract "x"', 'late')`);
        await sleep(150);
        expect(got).toEqual(['one', 'two']);
      });

      it('of a transaction that was rolled back never come', async () => {
        const controller = new AbortController();
        const got: (string | undefined)[] = [];
        await database.listen('rolled', (payload) => got.push(payload), { signal: controller.signal });
        const failing = database.transaction(
          async (tx) => {
            await tx.query(`select pg_notify('rolled', 'no')`);
            throw new Error('mine');
          },
          { signal: never },
        );
        await expect(failing).rejects.toThrow('mine');
        await query(`select pg_notify('rolled', 'yes')`);
        await expect.poll(() => got).toEqual(['yes']);
        controller.abort();
      });
    });

    it('is maintained without harm', async () => {
      await database.maintain({ signal: never });
      expect(await value('1')).toBe(1);
    });

    it('closes: waits for what runs, refuses what comes, cuts off what is too slow', async () => {
      const other = await adapter.open();
      const begun = Promise.withResolvers<void>();
      const quick = other.transaction(
        async (tx) => {
          begun.resolve();
          await sleep(100);
          return (await tx.query<{ value: number }>('select 1 as value')).rows[0]?.value;
        },
        { signal: never },
      );
      await Promise.race([begun.promise, quick]);
      const closing = other.close();
      await expect(other.transaction(() => Promise.resolve(), { signal: never })).rejects.toMatchObject({ code: 'database_unavailable' });
      expect(await quick).toBe(1);
      await Promise.all([closing, other.close()]);

      const third = await adapter.open();
      const stuck = third.transaction(() => sleep(60_000, undefined, { ref: false }), { signal: never });
      const outcome = stuck.then(
        () => 'done',
        (error: unknown) => (isAppError(error) ? error.code : error),
      );
      await sleep(50);
      await third.close({ graceMs: 50 });
      expect(await outcome).toBe('database_unavailable');
    });
  });
};
