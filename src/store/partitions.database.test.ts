import { sql } from 'kysely';
import { beforeAll, beforeEach, expect, it } from 'vitest';
import { describeDatabases, type TestDatabase } from '../../test/support/database.ts';
import { uuidV7 } from '../lib/uuid-v7.ts';
import { ensurePartitions, type NewPartition } from './partitions.ts';

describeDatabases('partitions', (open) => {
  let test: TestDatabase;
  let organizationId: string;
  let projectId: string;
  beforeAll(async () => {
    test = await open();
  });
  beforeEach(async () => {
    organizationId = await test.newOrganization();
    projectId = test.newId();
    await change(sql`insert into projects (organization_id, id, slug, name) values (${organizationId}, ${projectId}, 'p', 'P')`);
  });

  const change = (query: ReturnType<typeof sql>): Promise<number> =>
    test.doors.system.transaction((tx) => tx.change(query), { signal: test.signal });
  const rows = <Row>(query: ReturnType<typeof sql<Row>>): Promise<readonly Row[]> =>
    test.doors.system.transaction((tx) => tx.run(query), { signal: test.signal });
  const ensure = (monthsAhead: number): Promise<readonly NewPartition[]> =>
    test.doors.system.transaction((tx) => ensurePartitions(tx, { monthsAhead }), { signal: test.signal });

  const monthAt = (ahead: number): Date => {
    const now = new Date();
    return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + ahead, 1));
  };
  const label = (ahead: number): string => monthAt(ahead).toISOString().slice(0, 7).replace('-', '_');
  const addScan = async (at: Date): Promise<string> => {
    const id = uuidV7(at.getTime(), crypto.getRandomValues(new Uint8Array(10)));
    await change(sql`
      insert into scans (organization_id, id, created_at, project_id, state, source, ref, engines, requested_by)
      values (${organizationId}, ${id}, uuid_v7_time(${id}::uuid), ${projectId}, 'queued', '{"type": "git"}', 'main', '{code}', 'test')`);
    // Something that would be carried away with it.
    await change(sql`
      insert into submission_keys (organization_id, kind, key, request_sha256, scan_id, scan_created_at)
      values (${organizationId}, 'active', ${id}, 'x', ${id}, uuid_v7_time(${id}::uuid))`);
    return id;
  };
  const homeOf = async (id: string): Promise<string | undefined> =>
    (
      await rows(
        sql<{ home: string }>`select tableoid::regclass::text as home from scans where organization_id = ${organizationId} and id = ${id}`,
      )
    )[0]?.home;
  const keysOf = async (id: string): Promise<number> =>
    (await rows(sql`select 1 from submission_keys where organization_id = ${organizationId} and scan_id = ${id}`)).length;
  const foreignKeys = async (): Promise<unknown> =>
    rows(sql`
      select conrelid::regclass::text as "table", conname, pg_get_constraintdef(oid) as definition, convalidated from pg_constraint
      where contype = 'f' and conparentid = 0 and confrelid in ('scans'::regclass, 'findings'::regclass) order by 1, 2`);

  it('are made for this month and the next ones, once, also by several at a time', async () => {
    const made = (await Promise.all([ensure(2), ensure(2), ensure(2)])).flat().map(({ name }) => name);
    expect(made.toSorted()).toEqual([0, 1, 2].flatMap((ahead) => [`findings_${label(ahead)}`, `scans_${label(ahead)}`]).toSorted());
    expect(await ensure(2)).toEqual([]);
    const id = await addScan(new Date(monthAt(1).getTime()));
    expect(await homeOf(id)).toBe(`scans_${label(1)}`);
  });

  it('are not needed: what lies 13 months ahead or 2 years back is taken', async () => {
    for (const ahead of [13, -24]) expect(await homeOf(await addScan(monthAt(ahead)))).toBe('scans_default');
  });

  it('take over what the default partition holds for them, with what belongs to it', async () => {
    const keysBefore = await foreignKeys();
    const first = await addScan(monthAt(5));
    const last = await addScan(new Date(monthAt(6).getTime() - 1));
    const later = await addScan(monthAt(6));
    const made = await ensure(5);
    expect(made.find(({ name }) => name === `scans_${label(5)}`)?.movedRows).toBe(2);
    expect([await homeOf(first), await homeOf(last), await homeOf(later)]).toEqual([
      `scans_${label(5)}`,
      `scans_${label(5)}`,
      'scans_default',
    ]);
    expect([await keysOf(first), await keysOf(last), await keysOf(later)]).toEqual([1, 1, 1]);
    expect(await foreignKeys()).toEqual(keysBefore);
    // What guards the table guards its new partition: the state rule (trigger), the keys, the cascade.
    await change(sql`update scans set state = 'cancelled', finished_at = now() where id = ${first}`);
    await expect(change(sql`update scans set state = 'queued', finished_at = null where id = ${first}`)).rejects.toMatchObject({
      constraint: 'terminal_state',
    });
    await change(sql`delete from scans where organization_id = ${organizationId} and id = ${first}`);
    expect(await keysOf(first)).toBe(0);
  });

  it('are looked up one by one for an id with its time', async () => {
    await ensure(2);
    const id = await addScan(monthAt(1));
    const plan = await rows(sql<{ 'QUERY PLAN': string }>`
      explain select * from scans where organization_id = ${organizationId} and id = ${id} and created_at = uuid_v7_time(${sql.lit(id)}::uuid)`);
    const text = plan.map((line) => line['QUERY PLAN']).join('\n');
    expect(text).toContain(`scans_${label(1)}`);
    expect(text).not.toContain('scans_default');
  });
});
