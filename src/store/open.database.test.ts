import { sql } from 'kysely';
import { beforeAll, expect, it } from 'vitest';
import { describeDatabases, type TestDatabase } from '../../test/support/database.ts';
import { isDatabaseError } from '../ports/database/database.ts';

describeDatabases('the doors', (open) => {
  let test: TestDatabase;
  beforeAll(async () => {
    test = await open();
  });

  it('tells the database which organisation asks, for one transaction only', async () => {
    const organizationId = await test.newOrganization();
    const asked = sql<{ id: string | null }>`select nullif(current_setting('app.organization_id', true), '') as id`;
    const inside = await test.doors.asOrganization(organizationId).transaction((tx) => tx.one(asked), { signal: test.signal });
    const outside = await test.doors.system.transaction((tx) => tx.one(asked), { signal: test.signal });
    expect(inside?.id).toBe(organizationId);
    expect(outside?.id).toBeNull();
  });

  it('runs built queries and templates, and counts what changed', async () => {
    const organizationId = await test.newOrganization();
    const name = await test.doors.system.transaction(
      async (tx) => {
        expect(await tx.change(tx.build.updateTable('organizations').set({ name: `O'Neil` }).where('id', '=', organizationId))).toBe(1);
        const row = await tx.one(tx.build.selectFrom('organizations').select('name').where('id', '=', organizationId));
        return row?.name;
      },
      { signal: test.signal },
    );
    expect(name).toBe(`O'Neil`);
  });

  it('refuses a second row where one is asked for', async () => {
    const two = test.doors.system.transaction((tx) => tx.one(sql`select generate_series(1, 2)`), { signal: test.signal });
    await expect(two).rejects.toThrow('a query for one row gave 2');
  });

  it('keeps nothing of a transaction that throws', async () => {
    const id = test.newId();
    const failing = test.doors.system.transaction(
      async (tx) => {
        await tx.change(tx.build.insertInto('organizations').values({ id, slug: `x${id}`, name: 'x' }));
        await tx.run(sql`select 1 / 0`);
      },
      { signal: test.signal },
    );
    await expect(failing).rejects.toSatisfy((error) => isDatabaseError(error, '22012'));
    const row = await test.doors.system.transaction((tx) => tx.one(sql`select 1 from organizations where id = ${id}`), {
      signal: test.signal,
    });
    expect(row).toBeUndefined();
  });
});
