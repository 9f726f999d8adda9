import { findKnown } from '../../domain/baseline.ts';
import type { Gate } from '../../domain/scan.ts';
import type { ScanName, ScanRecord } from '../../domain/scan-record.ts';
import type { GateThreshold } from '../../domain/severity.ts';
import type { TaskRecord } from '../../domain/task-record.ts';
import { messageOf } from '../../lib/errors.ts';
import { coverageOfScan } from '../../store/coverage.ts';
import { countFailing, findingEvidence, setBaselineStates } from '../../store/finding-lists.ts';
import { advanceRefHead, baselineScanOf } from '../../store/scan-projects.ts';
import { keptGate } from '../../store/scan-state.ts';
import { findScan, scansToFinalise, tryToFinaliseAlone } from '../../store/scans.ts';
import type { SystemDb } from '../../store/system-tx.ts';
import { holdTasksOfScan, tasksOfScan } from '../../store/tasks.ts';
import type { OrgTx } from '../../store/tx.ts';
import type { AppDependencies } from '../dependencies.ts';
import { assignIssues } from '../issues/assign.ts';
import { endScan, type ScanEnd } from '../scans/end-scan.ts';

export type FinaliseDependencies = Pick<AppDependencies, 'asOrganization' | 'clock' | 'newId' | 'dispatcher' | 'log'> & {
  readonly system: SystemDb;
};

/** Scans of one round; the caller comes again while there were any. */
const scansAtOnce = 100;
/** Where neither the target nor the submission says what fails the gate: as on the command line. */
const defaultThreshold: GateThreshold = 'high';

/** Findings the project's baseline already knows are `unchanged`, the others `new`. False when there is no baseline. */
const compareWithBaseline = async (tx: OrgTx, name: ScanName, scan: ScanRecord): Promise<boolean> => {
  const baseline = await baselineScanOf(tx, scan.projectId);
  if (baseline === undefined || baseline.scanId === scan.id) return false;
  const known = findKnown(await findingEvidence(tx, name), await findingEvidence(tx, baseline));
  await setBaselineStates(
    tx,
    name,
    [...known].map(({ findingId }) => findingId),
  );
  return true;
};

const judge = async (tx: OrgTx, name: ScanName, scan: ScanRecord): Promise<Gate> => {
  const baseline = await compareWithBaseline(tx, name, scan);
  const kept = await keptGate(tx, name);
  const failOn = scan.options.failOn ?? kept?.failOn ?? defaultThreshold;
  const allowPartial = scan.options.allowPartial ?? kept?.allowPartial ?? false;
  const failingFindings = failOn === 'none' ? 0 : await countFailing(tx, name, failOn);
  return { state: failingFindings > 0 ? 'failed' : 'passed', failOn, failingFindings, baseline, allowPartial };
};

/** Partial when a task has no result, or the result of one says so. */
const coverageOf = async (tx: OrgTx, name: ScanName, tasks: readonly TaskRecord[]): Promise<'full' | 'partial'> => {
  if (tasks.some((task) => task.state !== 'succeeded')) return 'partial';
  const parts = await coverageOfScan(tx, name, { withPaths: false });
  const isWhole =
    parts.length === tasks.length &&
    parts.every((part) => part.filesFailed === 0 && part.engines.every(({ state }) => state === 'complete'));
  return isWhole ? 'full' : 'partial';
};

const endOf = async (deps: FinaliseDependencies, tx: OrgTx, name: ScanName, scan: ScanRecord): Promise<ScanEnd> => {
  const tasks = await tasksOfScan(tx, name);
  // A task whose engine the target turned out not to want looked at nothing.
  if (!tasks.some(({ state, engine }) => state === 'succeeded' && scan.engines.includes(engine))) {
    const error = tasks.find((task) => task.error !== undefined)?.error;
    return { to: 'failed', fields: { error: error ?? { code: 'internal', message: 'no task of the scan has a result' } }, actor: 'system' };
  }
  return {
    to: 'completed',
    fields: { gate: await judge(tx, name, scan), coverage: await coverageOf(tx, name, tasks) },
    actor: 'system',
    afterMove: async (move) => {
      const statistics = await assignIssues(tx, move.scan, deps);
      deps.log.debug('issues assigned', { scan_id: name.scanId, ...statistics });
      if (move.scan.kind === 'scan' && move.scan.coverage === 'full') await advanceRefHead(tx, move.scan);
    },
  };
};

const finaliseOne = (deps: FinaliseDependencies, name: ScanName, signal: AbortSignal): Promise<boolean> =>
  deps.asOrganization(name.organizationId).transaction(
    async (tx) => {
      if (!(await tryToFinaliseAlone(tx, name))) return false;
      await holdTasksOfScan(tx, name);
      const scan = await findScan(tx, name, 'update');
      // Cancelled, removed or finalised meanwhile; or a dead letter was driven again.
      if (scan === undefined || scan.state !== 'running' || scan.tasksDone !== scan.tasksTotal) return false;
      const { moved } = await endScan(deps, tx, name, await endOf(deps, tx, name, scan));
      return moved;
    },
    { signal },
  );

/**
 * Ends scans whose tasks have all ended: verdict, comparison with the baseline, issues and the last records are one transaction for each scan.
 * Any number of processes may do this at once; a scan that fails to be ended is logged, left as it is, and tried again the next time. Number
 * of scans ended.
 */
export const finaliseScans = async (deps: FinaliseDependencies, { signal }: { readonly signal: AbortSignal }): Promise<number> => {
  const names = await deps.system.transaction((tx) => scansToFinalise(tx, scansAtOnce), { signal, readOnly: true });
  let ended = 0;
  for (const name of names) {
    try {
      if (await finaliseOne(deps, name, signal)) ended += 1;
    } catch (error) {
      if (signal.aborted) throw error;
      deps.log.error('a scan could not be ended', { scan_id: name.scanId, error: messageOf(error) });
    }
  }
  if (ended > 0) {
    // Projects have room for their next scans again.
    deps.dispatcher.announce('tasks');
    deps.dispatcher.announce('events');
  }
  return ended;
};
