import { sql } from 'kysely';
import type { SystemTx } from './system-tx.ts';

const instanceLock = 7_368_106;

/** Whoever sets the instance up does so alone until the transaction ends. */
export const holdInstance = async (tx: SystemTx): Promise<void> => {
  await tx.run(sql`select pg_advisory_xact_lock(${instanceLock})`);
};

/** Keeps a fact the first time and tells what it is from then on. */
export const settleFact = async (tx: SystemTx, name: string, value: string): Promise<string> => {
  await tx.change(sql`insert into instance_facts (name, value) values (${name}, to_jsonb(${value}::text)) on conflict do nothing`);
  const row = await tx.one(sql<{ value: string }>`select value #>> '{}' as value from instance_facts where name = ${name}`);
  return row?.value ?? value;
};

export const hasOperatorToken = async (tx: SystemTx): Promise<boolean> => {
  const row = await tx.one(sql<{ found: boolean }>`select exists (select from operator_tokens) as found`);
  return row?.found === true;
};

export const insertOperatorToken = async (tx: SystemTx, id: string, secretSha256: Uint8Array): Promise<void> => {
  await tx.change(sql`insert into operator_tokens (id, secret_sha256) values (${id}, ${secretSha256})`);
};

/** SHA-256 of the token's secret. Its use is noted once a minute at most, so that reading stays reading. */
export const findOperatorToken = async (tx: SystemTx, id: string): Promise<Uint8Array | undefined> => {
  const row = await tx.one(sql<{ secret_sha256: Uint8Array }>`select secret_sha256 from operator_tokens where id = ${id}`);
  return row?.secret_sha256;
};

export const noteOperatorTokenUse = async (tx: SystemTx, id: string): Promise<void> => {
  await tx.change(sql`
    update operator_tokens set last_used_at = clock_timestamp()
    where id = ${id} and (last_used_at is null or last_used_at < clock_timestamp() - interval '1 minute')`);
};

/** Ids of those that are gone. */
export const revokeOtherOperatorTokens = async (tx: SystemTx, keptId: string): Promise<readonly string[]> => {
  const rows = await tx.run(sql<{ id: string }>`delete from operator_tokens where id <> ${keptId} returning id`);
  return rows.map(({ id }) => id);
};
