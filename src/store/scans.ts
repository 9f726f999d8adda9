import { type Selectable, sql } from 'kysely';
import type { Gate } from '../domain/scan.ts';
import {
  activeScanStates,
  type ScanName,
  type ScanOptions,
  type ScanRecord,
  type ScanSource,
  type ScanState,
} from '../domain/scan-record.ts';
import { uuidV7Time } from '../lib/uuid-v7.ts';
import { camelKeys, snakeKeys } from './json-keys.ts';
import type { Schema } from './schema.ts';
import type { OrgTx, Tx } from './tx.ts';
import { withoutNulls } from './without-nulls.ts';

export type ScanRow = Selectable<Schema['scans']>;

/** Written with each task's result before there is a verdict; see `keepTaskHead`. */
const gateOf = (row: ScanRow): Gate | undefined =>
  row.gate_state === null ? undefined : { ...(camelKeys(row.gate) as Omit<Gate, 'state'>), state: row.gate_state as Gate['state'] };

export const toScanRecord = (row: ScanRow): ScanRecord => ({
  organizationId: row.organization_id,
  id: row.id,
  createdAt: row.created_at,
  projectId: row.project_id,
  kind: row.kind as ScanRecord['kind'],
  state: row.state as ScanState,
  priority: row.priority as ScanRecord['priority'],
  source: camelKeys(row.source) as ScanSource,
  ref: row.ref,
  engines: row.engines,
  shardCount: row.shard_count,
  options: camelKeys(row.options) as ScanOptions,
  requestedBy: row.requested_by,
  warnings: row.warnings,
  tasksTotal: row.tasks_total,
  tasksDone: row.tasks_done,
  findingsTotal: row.findings_total,
  findingsBySeverity: {
    critical: row.critical_count,
    high: row.high_count,
    medium: row.medium_count,
    low: row.low_count,
    info: row.info_count,
  },
  revision: row.revision,
  ...withoutNulls({
    commit: row.commit_sha,
    traceId: row.trace_id,
    cancelRequestedAt: row.cancel_requested_at,
    cancelReason: row.cancel_reason,
    queuedAt: row.queued_at,
    startedAt: row.started_at,
    finishedAt: row.finished_at,
    deadlineAt: row.deadline_at,
    coverage: row.coverage_state as ScanRecord['coverage'],
    gate: gateOf(row),
    error: row.error_code === null ? null : { code: row.error_code, message: row.error_message ?? '' },
  }),
});

/** Where a scan with that id would be; undefined when no scan can have it. */
export const scanNameIn = (organizationId: string, scanId: string): ScanName | undefined => {
  const scanCreatedAt = uuidV7Time(scanId);
  return scanCreatedAt === undefined ? undefined : { organizationId, scanId, scanCreatedAt };
};

/**
 * `share`: it cannot change or go until the transaction ends. `update`: nobody else may lock it meanwhile. `update-or-skip`: undefined when
 * somebody has it. Neither waits for a commit that is still storing findings, which refer to the scan's key. Who locks tasks of a scan too locks them first, in the order of their ids.
 */
export type ScanLock = 'share' | 'update' | 'update-or-skip';

export const findScan = async (tx: Tx, name: ScanName, lock?: ScanLock): Promise<ScanRecord | undefined> => {
  const query = tx.build
    .selectFrom('scans')
    .selectAll()
    .where('organization_id', '=', name.organizationId)
    .where('id', '=', name.scanId)
    .where('created_at', '=', name.scanCreatedAt)
    .$if(lock === 'share', (found) => found.forShare())
    .$if(lock === 'update', (found) => found.forNoKeyUpdate());
  const row = await tx.one(query);
  return row === undefined ? undefined : toScanRecord(row);
};

export interface NewScan
  extends Pick<
    ScanRecord,
    'id' | 'projectId' | 'kind' | 'priority' | 'source' | 'ref' | 'engines' | 'shardCount' | 'options' | 'requestedBy'
  > {
  readonly commit?: string | undefined;
  readonly traceId: string;
  readonly timeoutMs: number;
  readonly tasksTotal: number;
}

/** Accepted and queued in one step, by the database's clock. */
export const insertScan = async (tx: OrgTx, scan: NewScan, createdAt: Date): Promise<ScanRecord> => {
  const row = await tx.one(
    tx.build
      .insertInto('scans')
      .values({
        organization_id: tx.organizationId,
        id: scan.id,
        created_at: createdAt,
        project_id: scan.projectId,
        kind: scan.kind,
        state: 'queued',
        priority: scan.priority,
        source: JSON.stringify(snakeKeys(scan.source)),
        ref: scan.ref,
        commit_sha: scan.commit ?? null,
        engines: [...scan.engines],
        shard_count: scan.shardCount,
        options: JSON.stringify(snakeKeys(scan.options)),
        requested_by: scan.requestedBy,
        trace_id: scan.traceId,
        queued_at: sql<Date>`clock_timestamp()`,
        deadline_at: sql<Date>`clock_timestamp() + ${scan.timeoutMs}::double precision * interval '1 millisecond'`,
        tasks_total: scan.tasksTotal,
      })
      .returningAll(),
  );
  if (row === undefined) throw new Error('an insert gave no row back');
  return toScanRecord(row);
};

/** With everything that hangs on it: tasks, findings, coverage, logs, keys. Artifacts' rows do not. */
export const deleteScan = (tx: Tx, name: ScanName): Promise<number> =>
  tx.change(
    tx.build
      .deleteFrom('scans')
      .where('organization_id', '=', name.organizationId)
      .where('id', '=', name.scanId)
      .where('created_at', '=', name.scanCreatedAt),
  );

const namesOf = (rows: readonly { organization_id: string; id: string; created_at: Date }[]): readonly ScanName[] =>
  rows.map((row) => ({ organizationId: row.organization_id, scanId: row.id, scanCreatedAt: row.created_at }));

/** Running scans with nothing left to run, longest waiting first; any organisation a system transaction sees. */
export const scansToFinalise = async (tx: Tx, limit: number): Promise<readonly ScanName[]> =>
  namesOf(
    await tx.run(
      tx.build
        .selectFrom('scans')
        .select(['organization_id', 'id', 'created_at'])
        .where('state', '=', 'running')
        .whereRef('tasks_done', '=', 'tasks_total')
        .orderBy('created_at')
        .orderBy('id')
        .limit(limit),
    ),
  );

/** Active scans past their deadline by the database's clock. */
export const scansPastDeadline = async (tx: Tx, limit: number): Promise<readonly ScanName[]> =>
  namesOf(
    await tx.run(
      tx.build
        .selectFrom('scans')
        .select(['organization_id', 'id', 'created_at'])
        .where('state', 'in', [...activeScanStates])
        .where('deadline_at', '<', sql<Date>`clock_timestamp()`)
        .orderBy('deadline_at')
        .limit(limit),
    ),
  );

/** False while another process ends the scan; else nobody does until this transaction is over. */
export const tryToFinaliseAlone = async (tx: Tx, name: ScanName): Promise<boolean> => {
  const row = await tx.one(
    sql<{ alone: boolean }>`select pg_try_advisory_xact_lock(hashtextextended(${`finalise ${name.scanId}`}, 0)) as alone`,
  );
  return row?.alone === true;
};
