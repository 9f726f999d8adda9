import { sql } from 'kysely';
import type { EventType } from '../domain/event.ts';
import type { Gate } from '../domain/scan.ts';
import { isTerminalScan, mayBecome, type ScanName, type ScanRecord, type ScanState, type SeverityCounts } from '../domain/scan-record.ts';
import type { GateThreshold } from '../domain/severity.ts';
import type { NewId } from '../lib/clock.ts';
import { appendEvents, type NewEvent } from './events.ts';
import { inOrganization } from './in-organization.ts';
import { snakeKeys } from './json-keys.ts';
import { findScan, toScanRecord } from './scans.ts';
import { storableText } from './storable-text.ts';
import type { Tx } from './tx.ts';

/** What a move may set besides the state. */
export interface ScanMoveFields {
  readonly coverage?: 'full' | 'partial';
  readonly gate?: Gate;
  readonly error?: { readonly code: string; readonly message: string };
  readonly cancelReason?: string;
}

export type ScanMove =
  | { readonly moved: true; readonly scan: ScanRecord }
  /** The transition table has no such way; nothing was changed. */
  | { readonly moved: false; readonly state: ScanState | 'missing' };

const appendMoveEvents = (tx: Tx, from: ScanState, scan: ScanRecord, newId: NewId): Promise<void> => {
  const eventOf = (type: EventType, payload: Readonly<Record<string, unknown>>): NewEvent => ({
    id: newId(),
    type,
    schemaVersion: 1,
    subjectId: scan.id,
    scanId: scan.id,
    payload: { scan_id: scan.id, project_id: scan.projectId, ...payload },
    ...(scan.traceId === undefined ? {} : { traceId: scan.traceId }),
  });
  const events = [eventOf('scan.status_changed', { from, to: scan.state, revision: scan.revision })];
  if (scan.state === 'completed') {
    const { coverage, gate, findingsTotal, findingsBySeverity } = scan;
    const verdict = { coverage, gate: gate?.state, findings_total: findingsTotal, findings_by_severity: findingsBySeverity };
    events.push(eventOf('scan.completed', verdict));
  }
  if (scan.state === 'failed') events.push(eventOf('scan.failed', { code: scan.error?.code, message: scan.error?.message }));
  return appendEvents(inOrganization(tx, scan.organizationId), events);
};

/**
 * The only writer of `scans.state`. Looks under a lock whether the transition table allows the move, sets the instants by the database's
 * clock, counts the revision up and writes the events, all in the caller's transaction.
 */
export const moveScan = async (
  tx: Tx,
  name: ScanName,
  to: ScanState,
  fields: ScanMoveFields,
  { newId }: { readonly newId: NewId },
): Promise<ScanMove> => {
  const before = await findScan(tx, name, 'update');
  if (before === undefined) return { moved: false, state: 'missing' };
  if (!mayBecome(before.state, to)) return { moved: false, state: before.state };
  const { coverage, gate, error, cancelReason } = fields;
  const row = await tx.one(
    tx.build
      .updateTable('scans')
      .set({
        state: to,
        revision: sql<number>`revision + 1`,
        ...(to === 'queued' ? { queued_at: sql<Date>`clock_timestamp()` } : {}),
        ...(to === 'running' ? { started_at: sql<Date>`clock_timestamp()` } : {}),
        ...(isTerminalScan(to) ? { finished_at: sql<Date>`clock_timestamp()` } : {}),
        ...(to === 'cancelled' ? { cancel_requested_at: sql<Date>`clock_timestamp()` } : {}),
        ...(cancelReason === undefined ? {} : { cancel_reason: storableText(cancelReason, 4000) }),
        ...(coverage === undefined ? {} : { coverage_state: coverage }),
        ...(error === undefined ? {} : { error_code: error.code, error_message: storableText(error.message, 4000) }),
        ...(gate === undefined ? {} : { gate_state: gate.state, gate: JSON.stringify(snakeKeys({ ...gate, state: undefined })) }),
      })
      .where('organization_id', '=', name.organizationId)
      .where('id', '=', name.scanId)
      .where('created_at', '=', name.scanCreatedAt)
      .returningAll(),
  );
  if (row === undefined) throw new Error('a locked scan is gone');
  const scan = toScanRecord(row);
  await appendMoveEvents(tx, before.state, scan, newId);
  return { moved: true, scan };
};

/** At its first lease. A scan that runs already stays as it is, which is the usual answer. */
export const startScan = (tx: Tx, name: ScanName, deps: { readonly newId: NewId }): Promise<ScanMove> =>
  moveScan(tx, name, 'running', {}, deps);

/**
 * One task has ended, with these findings stored by the same transaction. False when the scan is not running any more: then nothing may be
 * stored, and the transaction must be rolled back.
 */
export const countTaskDone = async (tx: Tx, name: ScanName, counts: SeverityCounts): Promise<boolean> => {
  const total = counts.critical + counts.high + counts.medium + counts.low + counts.info;
  const changed = await tx.change(
    tx.build
      .updateTable('scans')
      .set({
        tasks_done: sql<number>`tasks_done + 1`,
        findings_total: sql<number>`findings_total + ${total}::integer`,
        critical_count: sql<number>`critical_count + ${counts.critical}::integer`,
        high_count: sql<number>`high_count + ${counts.high}::integer`,
        medium_count: sql<number>`medium_count + ${counts.medium}::integer`,
        low_count: sql<number>`low_count + ${counts.low}::integer`,
        info_count: sql<number>`info_count + ${counts.info}::integer`,
        revision: sql<number>`revision + 1`,
      })
      .where('organization_id', '=', name.organizationId)
      .where('id', '=', name.scanId)
      .where('created_at', '=', name.scanCreatedAt)
      .where('state', '=', 'running'),
  );
  return changed === 1;
};

/** More is to be done than was planned, with other engines. The caller holds the scan, which runs. */
export const growScan = async (
  tx: Tx,
  name: ScanName,
  { engines, moreTasks }: { readonly engines: readonly string[]; readonly moreTasks: number },
): Promise<void> => {
  await tx.change(
    tx.build
      .updateTable('scans')
      .set({
        engines: [...engines],
        tasks_total: sql<number>`tasks_total + ${moreTasks}::integer`,
        revision: sql<number>`revision + 1`,
      })
      .where('organization_id', '=', name.organizationId)
      .where('id', '=', name.scanId)
      .where('created_at', '=', name.scanCreatedAt),
  );
};

/** Tasks that ended with their scan, without a result; before the scan itself is moved. */
export const countTasksCancelled = async (tx: Tx, name: ScanName, count: number): Promise<void> => {
  if (count === 0) return;
  await tx.change(
    tx.build
      .updateTable('scans')
      .set({ tasks_done: sql<number>`tasks_done + ${count}::integer` })
      .where('organization_id', '=', name.organizationId)
      .where('id', '=', name.scanId)
      .where('created_at', '=', name.scanCreatedAt),
  );
};

/** A task that had ended without a result begins anew. False when the scan is not running any more: then it must not. */
export const uncountTaskDone = async (tx: Tx, name: ScanName): Promise<boolean> => {
  const changed = await tx.change(
    tx.build
      .updateTable('scans')
      .set({ tasks_done: sql<number>`tasks_done - 1`, revision: sql<number>`revision + 1` })
      .where('organization_id', '=', name.organizationId)
      .where('id', '=', name.scanId)
      .where('created_at', '=', name.scanCreatedAt)
      .where('state', '=', 'running'),
  );
  return changed === 1;
};

/** Settings of the target that the gate will need, from the head of a task's result. */
export interface TaskHead {
  readonly failOn: GateThreshold;
  readonly allowPartial: boolean;
  readonly warnings: readonly string[];
}

const maxWarnings = 200;

/**
 * Keeps what a task's result says for the whole scan until the verdict. All tasks look at the same commit and so say the same; the first
 * one counts. Warnings are joined, each once.
 */
export const keepTaskHead = async (tx: Tx, name: ScanName, head: TaskHead): Promise<void> => {
  const gate = JSON.stringify({ fail_on: head.failOn, allow_partial: head.allowPartial });
  const warnings = [...new Set(head.warnings.slice(0, maxWarnings).map((warning) => storableText(warning, 2000)))];
  await tx.change(sql`
    update scans set
      gate = coalesce(gate, ${gate}::jsonb),
      warnings = (warnings || array(select w from unnest(${warnings}::text[]) w where w <> all (warnings)))[1:${sql.lit(maxWarnings)}]
    where organization_id = ${name.organizationId} and id = ${name.scanId} and created_at = ${name.scanCreatedAt}`);
};

/** What {@link keepTaskHead} kept. */
export const keptGate = async (tx: Tx, name: ScanName): Promise<Pick<TaskHead, 'failOn' | 'allowPartial'> | undefined> => {
  const row = await tx.one(
    tx.build
      .selectFrom('scans')
      .select('gate')
      .where('organization_id', '=', name.organizationId)
      .where('id', '=', name.scanId)
      .where('created_at', '=', name.scanCreatedAt),
  );
  const gate = row?.gate as { readonly fail_on: GateThreshold; readonly allow_partial: boolean } | null | undefined;
  return gate === null || gate === undefined ? undefined : { failOn: gate.fail_on, allowPartial: gate.allow_partial };
};
