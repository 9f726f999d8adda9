import { sql } from 'kysely';
import type { ScanName } from '../domain/scan-record.ts';
import type { OrgTx } from './tx.ts';

/**
 * The commit that all tasks of the scan look at: the first one to ask fixes it, with the ref where the scan named none. Undefined when the scan
 * does not run.
 */
export const pinScan = async (
  tx: OrgTx,
  name: ScanName,
  found: { readonly commit: string; readonly ref?: string | undefined },
): Promise<string | undefined> => {
  const row = await tx.one<{ readonly commit_sha: string }>(sql`
    update scans set
      commit_sha = coalesce(commit_sha, ${found.commit}::text),
      ref = case when commit_sha is null and ref = 'HEAD' then coalesce(${found.ref ?? null}::text, ref) else ref end,
      revision = case when commit_sha is null then revision + 1 else revision end
    where organization_id = ${tx.organizationId} and id = ${name.scanId} and created_at = ${name.scanCreatedAt} and state = 'running'
    returning commit_sha`);
  return row?.commit_sha;
};
