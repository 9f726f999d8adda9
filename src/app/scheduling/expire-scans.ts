import type { ScanName } from '../../domain/scan-record.ts';
import { messageOf } from '../../lib/errors.ts';
import { scansPastDeadline } from '../../store/scans.ts';
import type { SystemDb } from '../../store/system-tx.ts';
import type { AppDependencies } from '../dependencies.ts';
import { endScan } from '../scans/end-scan.ts';

type ExpireDependencies = Pick<AppDependencies, 'asOrganization' | 'clock' | 'newId' | 'dispatcher' | 'log'> & {
  readonly system: SystemDb;
};

const scansAtOnce = 100;

const expireOne = (deps: ExpireDependencies, name: ScanName, signal: AbortSignal): Promise<boolean> =>
  deps.asOrganization(name.organizationId).transaction(
    async (tx) => {
      const error = { code: 'deadline_exceeded', message: 'the scan did not end before its deadline' };
      const { moved } = await endScan(deps, tx, name, { to: 'failed', fields: { error }, actor: 'system' });
      return moved;
    },
    { signal },
  );

/**
 * Fails scans that are past their deadline by the database's clock; what still runs for them is cancelled, what was found stays. A scan that
 * ended meanwhile stays as it ended. Number of scans failed.
 */
export const expireScans = async (deps: ExpireDependencies, { signal }: { readonly signal: AbortSignal }): Promise<number> => {
  const names = await deps.system.transaction((tx) => scansPastDeadline(tx, scansAtOnce), { signal, readOnly: true });
  let failed = 0;
  for (const name of names) {
    try {
      if (await expireOne(deps, name, signal)) failed += 1;
    } catch (error) {
      if (signal.aborted) throw error;
      deps.log.error('a scan past its deadline could not be ended', { scan_id: name.scanId, error: messageOf(error) });
    }
  }
  if (failed > 0) {
    deps.dispatcher.announce('cancellations');
    deps.dispatcher.announce('tasks');
    deps.dispatcher.announce('events');
  }
  return failed;
};
