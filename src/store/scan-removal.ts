import { sql } from 'kysely';
import { isTerminalScan, type ScanName, scanStates } from '../domain/scan-record.ts';
import type { OrgTx, Tx } from './tx.ts';

/** Which scans may go by age. */
export interface RetentionRule {
  /** Those that ended before it. */
  readonly endedBefore: Date;
  /** Keep the newest full scan of each project and ref whatever its age. */
  readonly keepLatest: boolean;
}

const ended = sql.join(scanStates.filter(isTerminalScan).map((state) => sql.lit(state)));

/** True for a row `s` of scans that the rule lets go. What a person chose as a baseline stays under every rule. */
export const isRemovable = ({ endedBefore, keepLatest }: RetentionRule) => sql<boolean>`(
  s.state in (${ended}) and s.finished_at < ${endedBefore}::timestamptz
  and not exists (
    select from projects p where p.organization_id = s.organization_id and p.id = s.project_id and p.baseline_scan_id = s.id)
  ${
    keepLatest
      ? sql`and not exists (
    select from ref_heads h where h.organization_id = s.organization_id and h.project_id = s.project_id and h.newest_full_scan_id = s.id)`
      : sql``
  })`;

/** Of all organisations, in the order of organisation and id. */
export const removableScans = async (
  tx: Tx,
  rule: RetentionRule,
  range: { readonly after?: ScanName | undefined; readonly limit: number },
): Promise<readonly ScanName[]> => {
  const { after } = range;
  const rows = await tx.run(sql<{ organization_id: string; id: string; created_at: Date }>`
    select s.organization_id, s.id, s.created_at from scans s
    where ${isRemovable(rule)}
      ${after === undefined ? sql`` : sql`and (s.organization_id, s.id) > (${after.organizationId}::uuid, ${after.scanId}::uuid)`}
    order by s.organization_id, s.id limit ${range.limit}`);
  return rows.map((row) => ({ organizationId: row.organization_id, scanId: row.id, scanCreatedAt: row.created_at }));
};

/** Ended scans of a project, any age. */
export const endedScansOfProject = async (tx: OrgTx, projectId: string, limit: number): Promise<readonly ScanName[]> => {
  const rows = await tx.run(sql<{ id: string; created_at: Date }>`
    select id, created_at from scans
    where organization_id = ${tx.organizationId} and project_id = ${projectId} and state in (${ended}) limit ${limit}`);
  return rows.map((row) => ({ organizationId: tx.organizationId, scanId: row.id, scanCreatedAt: row.created_at }));
};

export const activeScansOfProject = async (tx: OrgTx, projectId: string, limit: number): Promise<readonly string[]> => {
  const rows = await tx.run(sql<{ id: string }>`
    select id from scans where organization_id = ${tx.organizationId} and project_id = ${projectId}
      and state in ('created', 'queued', 'running') limit ${limit}`);
  return rows.map((row) => row.id);
};

const namedScans = (scans: readonly ScanName[]) => sql`(id, created_at) in (
  select * from unnest(${scans.map((scan) => scan.scanId)}::uuid[], ${scans.map((scan) => scan.scanCreatedAt)}::timestamptz[]))`;

/** Those of the scans that nobody else holds; they stay as they are until the transaction ends. */
export const holdScans = async (tx: OrgTx, scans: readonly ScanName[]): Promise<readonly ScanName[]> => {
  const rows = await tx.run(sql<{ id: string }>`
    select id from scans where organization_id = ${tx.organizationId} and ${namedScans(scans)} order by id for update skip locked`);
  const held = new Set(rows.map((row) => row.id));
  return scans.filter((scan) => held.has(scan.scanId));
};

/** Those of the scans that the rule lets go as things are now. */
export const stillRemovable = async (tx: OrgTx, scans: readonly ScanName[], rule: RetentionRule): Promise<readonly ScanName[]> => {
  const rows = await tx.run(sql<{ id: string }>`
    select s.id from scans s where s.organization_id = ${tx.organizationId} and ${namedScans(scans)} and ${isRemovable(rule)}`);
  const removable = new Set(rows.map((row) => row.id));
  return scans.filter((scan) => removable.has(scan.scanId));
};

/** What the scans own. */
export interface ScanHoldings {
  readonly findings: number;
  readonly artifacts: number;
  readonly artifactBytes: number;
  /** Of the blob store; delete them after the commit. */
  readonly storageKeys: readonly string[];
}

export const holdingsOf = async (tx: OrgTx, scans: readonly ScanName[]): Promise<ScanHoldings> => {
  const ids = scans.map((scan) => scan.scanId);
  const counted = await tx.one(sql<{ findings: number }>`
    select count(*) as findings from findings where organization_id = ${tx.organizationId} and scan_id = any(${ids}::uuid[])`);
  const artifacts = await tx.run(sql<{ storage_key: string; size_bytes: number }>`
    select storage_key, size_bytes from artifacts
    where organization_id = ${tx.organizationId} and scan_id = any(${ids}::uuid[]) and state <> 'deleted'`);
  return {
    findings: counted?.findings ?? 0,
    artifacts: artifacts.length,
    artifactBytes: artifacts.reduce((sum, artifact) => sum + artifact.size_bytes, 0),
    storageKeys: artifacts.map((artifact) => artifact.storage_key),
  };
};

/** Ended scans with everything they own. Issues, decisions, usage and audit stay. */
export const deleteScans = async (tx: OrgTx, scans: readonly ScanName[]): Promise<void> => {
  const ids = scans.map((scan) => scan.scanId);
  await tx.change(sql`delete from artifacts where organization_id = ${tx.organizationId} and scan_id = any(${ids}::uuid[])`);
  await tx.change(sql`delete from ref_heads where organization_id = ${tx.organizationId} and newest_full_scan_id = any(${ids}::uuid[])`);
  await tx.change(sql`delete from scans where organization_id = ${tx.organizationId} and ${namedScans(scans)}`);
};
