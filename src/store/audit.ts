import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import { canonicalJson } from '../lib/canonical-json.ts';
import { appendEvent } from './events.ts';
import { storableJson } from './storable-text.ts';
import type { OrgTx } from './tx.ts';

export interface NewAuditEntry {
  readonly actor: string;
  /** `project.created`, `scan.cancelled`: what was done, in the past. */
  readonly action: string;
  readonly resourceType: string;
  readonly resourceId: string;
  /** Wire form: snake_case keys. Never a secret. */
  readonly data: Readonly<Record<string, unknown>>;
  readonly at: Date;
}

export interface AuditEntry extends NewAuditEntry {
  readonly seq: number;
  /** SHA-256, hexadecimal. */
  readonly hash: string;
}

/** What the first entry of a chain names as the one before it. */
const noEntry = new Uint8Array(32);
const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

/** SHA-256 over the canonical JSON of everything the entry says, and of the hash of the one before: an outsider can compute it again. */
const hashOf = (seq: number, entry: NewAuditEntry, previous: Uint8Array): Buffer =>
  createHash('sha256')
    .update(
      canonicalJson({
        seq,
        at: entry.at.toISOString(),
        actor: entry.actor,
        action: entry.action,
        resource_type: entry.resourceType,
        resource_id: entry.resourceId,
        data: entry.data,
        prev_hash: hexOf(previous),
      }),
    )
    .digest();

/** A version 8 UUID made of the entry's hash: the event of an entry has the same id however often one looks. */
const eventIdOf = (hash: Buffer): string => {
  const bytes = Buffer.from(hash.subarray(0, 16));
  bytes[6] = 0x80 | ((bytes[6] ?? 0) & 0x0f);
  bytes[8] = 0x80 | ((bytes[8] ?? 0) & 0x3f);
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
};

/** The end of the chain, held until the transaction is over: entries of an organisation are written one after the other. */
const holdHead = async (tx: OrgTx): Promise<{ readonly seq: number; readonly hash: Uint8Array }> => {
  const held = (): Promise<{ seq: number; hash: Uint8Array } | undefined> =>
    tx.one(sql<{ seq: number; hash: Uint8Array }>`
      select seq, hash from audit_heads where organization_id = ${tx.organizationId} for update`);
  const head = await held();
  if (head !== undefined) return head;
  await tx.change(sql`
    insert into audit_heads (organization_id, seq, hash) values (${tx.organizationId}, 0, ${noEntry}) on conflict do nothing`);
  return (await held()) ?? { seq: 0, hash: noEntry };
};

/**
 * One more entry of the organisation's chain, with its event. It holds a lock that all writers of the organisation need: call it last in a
 * transaction, and not for what happens thousands of times a minute.
 */
export const appendAudit = async (tx: OrgTx, entry: NewAuditEntry): Promise<void> => {
  const head = await holdHead(tx);
  const seq = head.seq + 1;
  // Hashed as it will be read back, whatever the database cannot store.
  const json = storableJson(entry.data);
  const stored: NewAuditEntry = { ...entry, data: JSON.parse(json) as NewAuditEntry['data'] };
  const hash = hashOf(seq, stored, head.hash);
  await tx.change(sql`
    insert into audit_entries (organization_id, seq, at, actor, action, resource_type, resource_id, data, prev_hash, hash)
    values (${tx.organizationId}, ${seq}, ${stored.at}, ${stored.actor}, ${stored.action}, ${stored.resourceType}, ${stored.resourceId},
            ${json}::jsonb, ${head.hash}, ${hash})`);
  await tx.change(sql`update audit_heads set seq = ${seq}, hash = ${hash} where organization_id = ${tx.organizationId}`);
  await appendEvent(tx, {
    id: eventIdOf(hash),
    type: 'audit.appended',
    schemaVersion: 1,
    subjectId: tx.organizationId,
    payload: {
      seq,
      actor: stored.actor,
      action: stored.action,
      resource_type: stored.resourceType,
      resource_id: stored.resourceId,
      hash: hash.toString('hex'),
    },
  });
};

interface AuditRow {
  readonly seq: number;
  readonly at: Date;
  readonly actor: string;
  readonly action: string;
  readonly resource_type: string;
  readonly resource_id: string;
  readonly data: unknown;
  readonly prev_hash: Uint8Array;
  readonly hash: Uint8Array;
}

const toEntry = (row: AuditRow): AuditEntry => ({
  seq: row.seq,
  at: row.at,
  actor: row.actor,
  action: row.action,
  resourceType: row.resource_type,
  resourceId: row.resource_id,
  data: row.data as AuditEntry['data'],
  hash: hexOf(row.hash),
});

const rowsAfter = (tx: OrgTx, seq: number, limit: number): Promise<readonly AuditRow[]> =>
  tx.run(sql<AuditRow>`
    select seq, at, actor, action, resource_type, resource_id, data, prev_hash, hash from audit_entries
    where organization_id = ${tx.organizationId} and seq > ${seq} order by seq limit ${limit}`);

/** In the order they were written. */
export const auditAfter = async (tx: OrgTx, seq: number, limit: number): Promise<readonly AuditEntry[]> =>
  (await rowsAfter(tx, seq, limit)).map(toEntry);

export type AuditVerdict =
  | { readonly state: 'intact'; readonly entries: number }
  | { readonly state: 'broken'; readonly seq: number; readonly reason: 'missing' | 'changed' | 'unlinked' | 'head' };

const verifyBatch = 1000;
const sameBytes = (left: Uint8Array, right: Uint8Array): boolean => Buffer.compare(left, right) === 0;

/**
 * Walks the chain and names the first entry that is not as it was written: `missing`, `changed` (its hash is not of its content), `unlinked`
 * (it does not follow the one before), or `head` (the chain ends elsewhere than the head says: its tail was cut or forged).
 * Use a `repeatable read` transaction where others write meanwhile.
 */
export const verifyAudit = async (tx: OrgTx): Promise<AuditVerdict> => {
  let seq = 0;
  let previous: Uint8Array = noEntry;
  for (;;) {
    const rows = await rowsAfter(tx, seq, verifyBatch);
    for (const row of rows) {
      if (row.seq !== seq + 1) return { state: 'broken', seq: seq + 1, reason: 'missing' };
      if (!sameBytes(row.prev_hash, previous)) return { state: 'broken', seq: row.seq, reason: 'unlinked' };
      if (!sameBytes(row.hash, hashOf(row.seq, toEntry(row), previous))) return { state: 'broken', seq: row.seq, reason: 'changed' };
      seq = row.seq;
      previous = row.hash;
    }
    if (rows.length < verifyBatch) break;
  }
  const head = await tx.one(sql<{ seq: number; hash: Uint8Array }>`
    select seq, hash from audit_heads where organization_id = ${tx.organizationId}`);
  const agrees = head === undefined ? seq === 0 : head.seq === seq && sameBytes(head.hash, previous);
  return agrees ? { state: 'intact', entries: seq } : { state: 'broken', seq: Math.max(seq, head?.seq ?? 0), reason: 'head' };
};
