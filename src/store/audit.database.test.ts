import { sql } from 'kysely';
import { beforeAll, beforeEach, expect, it } from 'vitest';
import { describeDatabases, type TestDatabase } from '../../test/support/database.ts';
import { type AuditVerdict, appendAudit, auditAfter, verifyAudit } from './audit.ts';
import type { OrgTx } from './tx.ts';

describeDatabases('the audit chain', (open) => {
  let test: TestDatabase;
  let organizationId: string;
  beforeAll(async () => {
    test = await open();
  });
  beforeEach(async () => {
    organizationId = await test.newOrganization();
  });

  const run = <Result>(work: (tx: OrgTx) => Promise<Result>): Promise<Result> =>
    test.doors.asOrganization(organizationId).transaction(work, { signal: test.signal });
  const append = (action: string, data: Record<string, unknown> = {}): Promise<void> =>
    run((tx) =>
      appendAudit(tx, { actor: 'operator', action, resourceType: 'project', resourceId: 'p', data, at: new Date(test.clock.now()) }),
    );
  const verdict = (): Promise<AuditVerdict> => run(verifyAudit);
  /** As somebody could who has the database itself. */
  const forge = (statement: ReturnType<typeof sql>): Promise<void> =>
    test.doors.system.transaction(
      async (tx) => {
        await tx.run(sql`alter table audit_entries disable trigger audit_entries_append_only`);
        await tx.change(statement);
        await tx.run(sql`alter table audit_entries enable trigger audit_entries_append_only`);
      },
      { signal: test.signal },
    );

  it('holds what was done, numbered without a gap, however many write at once', async () => {
    expect(await verdict()).toEqual({ state: 'intact', entries: 0 });
    await Promise.all(Array.from({ length: 20 }, (_, at) => append('scan.submitted', { at })));
    const entries = await run((tx) => auditAfter(tx, 0, 100));
    expect(entries.map(({ seq }) => seq)).toEqual(Array.from({ length: 20 }, (_, at) => at + 1));
    expect(new Set(entries.map(({ data }) => data['at'])).size).toBe(20);
    expect(await verdict()).toEqual({ state: 'intact', entries: 20 });
    expect(await run((tx) => auditAfter(tx, 18, 100))).toEqual(entries.slice(18));
  });

  it('verifies whatever the data was, as it is read back', async () => {
    await append('odd', {
      z: 1,
      a: { 'ü 😀': 'x', '': [true, null, 1.5, 1e21, -0, 1e-7, 123456789012345680] },
      half: '\ud800 \0 \u2028 "\\u0000',
      gone: undefined,
      nan: Number.NaN,
      when: new Date(0),
    });
    expect(await verdict()).toEqual({ state: 'intact', entries: 1 });
  });

  it('goes with the transaction, and leaves no gap', async () => {
    await append('one');
    await expect(
      run(async (tx) => {
        await appendAudit(tx, { actor: 'x', action: 'never', resourceType: 'x', resourceId: 'x', data: {}, at: new Date(0) });
        throw new Error('changed my mind');
      }),
    ).rejects.toThrow('changed my mind');
    await append('two');
    expect((await run((tx) => auditAfter(tx, 0, 10))).map(({ action }) => action)).toEqual(['one', 'two']);
    expect(await verdict()).toEqual({ state: 'intact', entries: 2 });
  });

  it('cannot be changed or cut by those who use the tables', async () => {
    await append('one');
    for (const statement of [
      sql`update audit_entries set actor = 'me' where organization_id = ${organizationId}`,
      sql`delete from audit_entries where organization_id = ${organizationId}`,
    ])
      await expect(run((tx) => tx.change(statement))).rejects.toThrow(/never changed/);
  });

  it.each([
    ['an actor', 2, 'changed', (id: string) => sql`update audit_entries set actor = 'me' where organization_id = ${id} and seq = 2`],
    [
      'an instant',
      2,
      'changed',
      (id: string) => sql`update audit_entries set at = at + interval '1 second' where organization_id = ${id} and seq = 2`,
    ],
    ['the data', 3, 'changed', (id: string) => sql`update audit_entries set data = '{"n": 4}' where organization_id = ${id} and seq = 3`],
    ['a missing entry', 2, 'missing', (id: string) => sql`delete from audit_entries where organization_id = ${id} and seq = 2`],
    ['a cut tail', 4, 'head', (id: string) => sql`delete from audit_entries where organization_id = ${id} and seq = 4`],
    [
      'a link',
      3,
      'unlinked',
      (id: string) => sql`update audit_entries set prev_hash = sha256('x') where organization_id = ${id} and seq = 3`,
    ],
    ['nothing left', 4, 'head', (id: string) => sql`delete from audit_entries where organization_id = ${id}`],
  ] as const)('names the first bad entry: %s', async (_, seq, reason, statement) => {
    for (const n of [1, 2, 3, 4]) await append('done', { n });
    await forge(statement(organizationId));
    expect(await verdict()).toEqual({ state: 'broken', seq, reason });
  });

  it('is one for each organisation, and each entry is an event too', async () => {
    await append('one');
    const other = await test.newOrganization();
    expect(await test.doors.asOrganization(other).transaction(verifyAudit, { signal: test.signal })).toEqual({
      state: 'intact',
      entries: 0,
    });
    const events = await run((tx) =>
      tx.run<{ type: string; payload: unknown }>(sql`select type, payload from events where organization_id = ${organizationId}`),
    );
    expect(events).toHaveLength(1);
    expect(events[0]).toMatchObject({ type: 'audit.appended', payload: { seq: 1, action: 'one' } });
  });
});
