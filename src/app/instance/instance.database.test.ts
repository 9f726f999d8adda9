import { sql } from 'kysely';
import { beforeAll, expect, it } from 'vitest';
import { describeDatabases, type TestDatabase } from '../../../test/support/database.ts';
import { defaultOrganizationId } from '../../domain/caller.ts';
import { isAppError } from '../../lib/errors.ts';
import { auditAfter } from '../../store/audit.ts';
import { ensureInstance, verifyOperatorToken } from './instance.ts';
import { makeOperatorToken } from './new-operator-token.ts';

describeDatabases('the instance', (open) => {
  let test: TestDatabase;
  beforeAll(async () => {
    test = await open();
  });
  const keyring = { id: '0123456789abcdef' };
  const ensure = () => ensureInstance(test.doors.system, { keyring, signal: test.signal });
  const verify = (token: string) => verifyOperatorToken(test.doors.system, token, { signal: test.signal });

  it('gives its first operator token once, to one of many that start at the same moment', async () => {
    const started = await Promise.all(Array.from({ length: 8 }, ensure));
    const tokens = started.flatMap(({ newOperatorToken }) => newOperatorToken ?? []);
    expect(tokens).toHaveLength(1);
    const [token = ''] = tokens;
    expect(await ensure()).toEqual({});
    expect(await verify(token)).toEqual({ tokenId: token.split('_')[1] });

    const rows = await test.doors.system.transaction(
      (tx) =>
        tx.run<{ text: string }>(sql`
          select row_to_json(t)::text as text from operator_tokens t union all select row_to_json(f)::text from instance_facts f`),
      { signal: test.signal },
    );
    const [, id = '', secret = ''] = token.split('_');
    expect(rows.some(({ text }) => text.includes(id))).toBe(true);
    expect(rows.some(({ text }) => text.includes(secret))).toBe(false);

    const last = token.at(-1) === '0' ? '1' : '0';
    for (const wrong of [
      '',
      'slo',
      'slo__',
      `${token}0`,
      token.slice(0, -1) + last,
      token.toUpperCase(),
      ` ${token}`,
      `slo_000000000000_${secret}`,
      `slo_${id}_${'0'.repeat(64)}`,
    ])
      expect(await verify(wrong)).toBeUndefined();
  });

  it('makes another token for whoever has lost it, revokes the others when asked, and writes both down', async () => {
    await ensure();
    const make = (revokeOthers: boolean) =>
      makeOperatorToken({ system: test.doors.system, clock: test.clock }, { revokeOthers, signal: test.signal });
    const second = await make(false);
    expect(second.revoked).toEqual([]);
    expect(await verify(second.token)).toEqual({ tokenId: second.tokenId });
    const third = await make(true);
    expect(third.revoked).toContain(second.tokenId);
    expect([await verify(second.token), await verify(third.token)]).toEqual([undefined, { tokenId: third.tokenId }]);
    // Somebody who has revoked all others is not given a first one again.
    expect(await ensure()).toEqual({});

    const entries = await test.doors
      .asOrganization(defaultOrganizationId)
      .transaction((tx) => auditAfter(tx, 0, 100), { signal: test.signal });
    expect(entries.map(({ action, actor, resourceId }) => [action, actor, resourceId])).toEqual([
      ['operator_token.created', 'console', second.tokenId],
      ['operator_token.created', 'console', third.tokenId],
    ]);
    expect(JSON.stringify(entries)).not.toContain(third.token.split('_')[2]);
  });

  it('has the default organisation, ready for scans', async () => {
    await ensure();
    const row = await test.doors.system.transaction(
      (tx) =>
        tx.one<{ slug: string; active_scans: number }>(sql`
          select o.slug, l.active_scans from organizations o join organization_load l on l.organization_id = o.id where o.id = ${defaultOrganizationId}`),
      { signal: test.signal },
    );
    expect(row).toEqual({ slug: 'default', active_scans: 0 });
  });

  it('starts with no other master key than its first one', async () => {
    await ensure();
    await expect(ensureInstance(test.doors.system, { keyring: { id: 'ffffffffffffffff' }, signal: test.signal })).rejects.toSatisfy(
      (error) => isAppError(error, 'key_unknown'),
    );
  });
});
