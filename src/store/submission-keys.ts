import { sql } from 'kysely';
import type { ScanName } from '../domain/scan-record.ts';
import type { OrgTx } from './tx.ts';

/** `idempotency`: the caller's own key, for a day. `active`: what is scanned, while that scan has not ended. */
export type SubmissionKeyKind = 'idempotency' | 'active';

export interface SubmissionKey {
  readonly kind: SubmissionKeyKind;
  readonly key: string;
  /** Of the canonical request. */
  readonly requestSha256: string;
}

/**
 * Makes others with the same key wait until this transaction is over, whether there is a row or not. Take the keys of a submission in one
 * order: `idempotency`, then `active`.
 */
export const holdSubmissionKey = async (tx: OrgTx, kind: SubmissionKeyKind, key: string): Promise<void> => {
  const name = `submission ${tx.organizationId} ${kind} ${key}`;
  await tx.run(sql`select pg_advisory_xact_lock(hashtextextended(${name}, 0))`);
};

/** The live one; a row past its time is removed. */
export const findSubmissionKey = async (
  tx: OrgTx,
  kind: SubmissionKeyKind,
  key: string,
): Promise<(ScanName & { readonly requestSha256: string }) | undefined> => {
  await tx.change(sql`
    delete from submission_keys where organization_id = ${tx.organizationId} and kind = ${kind} and key = ${key}
      and expires_at <= clock_timestamp()`);
  const row = await tx.one(
    tx.build
      .selectFrom('submission_keys')
      .select(['scan_id', 'scan_created_at', 'request_sha256'])
      .where('organization_id', '=', tx.organizationId)
      .where('kind', '=', kind)
      .where('key', '=', key),
  );
  return row === undefined
    ? undefined
    : {
        organizationId: tx.organizationId,
        scanId: row.scan_id,
        scanCreatedAt: row.scan_created_at,
        requestSha256: row.request_sha256,
      };
};

/** The scan answers for the key from now on, also where an older one did. `lifeMs` absent: until it is removed. */
export const putSubmissionKey = async (
  tx: OrgTx,
  key: SubmissionKey,
  scan: { readonly id: string; readonly createdAt: Date },
  lifeMs?: number,
): Promise<void> => {
  const expiresAt =
    lifeMs === undefined ? sql`null::timestamptz` : sql`clock_timestamp() + ${lifeMs}::double precision * interval '1 millisecond'`;
  await tx.change(sql`
    insert into submission_keys (organization_id, kind, key, request_sha256, scan_id, scan_created_at, expires_at)
    values (${tx.organizationId}, ${key.kind}, ${key.key}, ${key.requestSha256}, ${scan.id}, ${scan.createdAt}, ${expiresAt})
    on conflict (organization_id, kind, key) do update set
      request_sha256 = excluded.request_sha256, scan_id = excluded.scan_id, scan_created_at = excluded.scan_created_at,
      created_at = now(), expires_at = excluded.expires_at`);
};

/** What is scanned is free again, with the end of its scan. */
export const removeActiveKey = async (tx: OrgTx, scanId: string): Promise<void> => {
  await tx.change(
    tx.build
      .deleteFrom('submission_keys')
      .where('organization_id', '=', tx.organizationId)
      .where('scan_id', '=', scanId)
      .where('kind', '=', 'active'),
  );
};
