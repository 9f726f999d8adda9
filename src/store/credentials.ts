import { sql } from 'kysely';
import type { OrgTx } from './tx.ts';

/** What opens a private repository; only the application can read `sealed`. */
export interface SealedCredentials {
  readonly username?: string;
  readonly sealed: Uint8Array;
  readonly keyId: string;
}

export const findCredentials = async (tx: OrgTx, projectId: string): Promise<SealedCredentials | undefined> => {
  const row = await tx.one(sql<{ username: string | null; sealed: Uint8Array; key_id: string }>`
    select username, sealed, key_id from project_credentials where organization_id = ${tx.organizationId} and project_id = ${projectId}`);
  if (row === undefined) return undefined;
  return { sealed: row.sealed, keyId: row.key_id, ...(row.username === null ? {} : { username: row.username }) };
};

export const putCredentials = async (tx: OrgTx, projectId: string, credentials: SealedCredentials): Promise<void> => {
  await tx.change(sql`
    insert into project_credentials (organization_id, project_id, username, sealed, key_id)
    values (${tx.organizationId}, ${projectId}, ${credentials.username ?? null}, ${credentials.sealed}, ${credentials.keyId})
    on conflict (organization_id, project_id) do update
      set username = excluded.username, sealed = excluded.sealed, key_id = excluded.key_id, updated_at = clock_timestamp()`);
};

export const deleteCredentials = async (tx: OrgTx, projectId: string): Promise<boolean> =>
  (await tx.change(sql`
    delete from project_credentials where organization_id = ${tx.organizationId} and project_id = ${projectId}`)) === 1;
