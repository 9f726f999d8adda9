import { sql } from 'kysely';
import type { ScanName, ScanRecord } from '../domain/scan-record.ts';
import type { OrgTx } from './tx.ts';

/** The project cannot go until the transaction ends. False when there is none. */
export const holdProject = async (tx: OrgTx, projectId: string): Promise<boolean> => {
  const row = await tx.one(
    tx.build.selectFrom('projects').select('id').where('organization_id', '=', tx.organizationId).where('id', '=', projectId).forKeyShare(),
  );
  return row !== undefined;
};

/** The scan whose findings are known in the project, where it has one and that one has ended well. */
export const baselineScanOf = async (tx: OrgTx, projectId: string): Promise<ScanName | undefined> => {
  const row = await tx.one(sql<{ id: string; created_at: Date }>`
    select s.id, s.created_at from projects p
    join scans s on s.organization_id = p.organization_id and s.id = p.baseline_scan_id and s.created_at = uuid_v7_time(p.baseline_scan_id)
    where p.organization_id = ${tx.organizationId} and p.id = ${projectId} and s.state = 'completed' and s.project_id = p.id`);
  return row === undefined ? undefined : { organizationId: tx.organizationId, scanId: row.id, scanCreatedAt: row.created_at };
};

/** The newest scan that may say what is there, by project and ref: a younger one replaces an older one, never the other way round. */
export const advanceRefHead = async (tx: OrgTx, scan: Pick<ScanRecord, 'id' | 'createdAt' | 'projectId' | 'ref'>): Promise<void> => {
  await tx.change(sql`
    insert into ref_heads as head (organization_id, project_id, ref, newest_full_scan_id, newest_full_scan_at)
    values (${tx.organizationId}, ${scan.projectId}, ${scan.ref}, ${scan.id}, ${scan.createdAt})
    on conflict (organization_id, project_id, ref) do update set
      newest_full_scan_id = excluded.newest_full_scan_id, newest_full_scan_at = excluded.newest_full_scan_at
    where (head.newest_full_scan_at, head.newest_full_scan_id) < (excluded.newest_full_scan_at, excluded.newest_full_scan_id)`);
};

/** A scan is about to be removed: the one before it is the newest then, and a project it was the baseline of has none. */
export const forgetScanInProject = async (tx: OrgTx, scan: Pick<ScanRecord, 'id' | 'projectId' | 'ref'>): Promise<void> => {
  await tx.change(sql`
    update projects set baseline_scan_id = null, revision = revision + 1, updated_at = clock_timestamp()
    where organization_id = ${tx.organizationId} and id = ${scan.projectId} and baseline_scan_id = ${scan.id}`);
  const wasHead = await tx.change(sql`
    delete from ref_heads where organization_id = ${tx.organizationId} and project_id = ${scan.projectId} and ref = ${scan.ref}
      and newest_full_scan_id = ${scan.id}`);
  if (wasHead === 0) return;
  await tx.change(sql`
    insert into ref_heads (organization_id, project_id, ref, newest_full_scan_id, newest_full_scan_at)
    select organization_id, project_id, ref, id, created_at from scans
    where organization_id = ${tx.organizationId} and project_id = ${scan.projectId} and ref = ${scan.ref} and id <> ${scan.id}
      and kind = 'scan' and state = 'completed' and coverage_state = 'full'
    order by created_at desc, id desc limit 1
    on conflict do nothing`);
};
