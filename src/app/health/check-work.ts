import type { Worker } from '../../domain/worker.ts';
import { engineNames, loadEngine } from '../../engines/registry.ts';
import { counted } from '../../report/summary.ts';
import { measureWork } from '../../store/queue-measures.ts';
import type { SystemDb } from '../../store/system-tx.ts';
import { listWorkers } from '../../store/workers.ts';
import type { HealthCheck } from './health-check.ts';

/** Many more than anybody has; they come first in the list. */
const mostWorkers = 10_000;
/** A relay that works places events within seconds. */
const longestEventLagSeconds = 60;

const workersCheck = (workers: readonly Worker[]): HealthCheck => {
  const slots = workers.reduce((sum, worker) => sum + worker.slots, 0);
  const leased = workers.reduce((sum, worker) => sum + worker.leasedTasks, 0);
  return workers.length > 0
    ? { name: 'workers', isOk: true, detail: `${workers.length} active, ${leased} of ${slots} slots busy` }
    : {
        name: 'workers',
        isOk: false,
        detail: 'none is running: scans wait',
        hint: 'Start one: "sightline serve --roles worker", with the same database.',
      };
};

/** Engines that run where nobody says which; a worker offers only those it has the programs for. */
const engineChecks = async (workers: readonly Worker[]): Promise<readonly HealthCheck[]> => {
  const engines = await Promise.all(engineNames.map((name) => loadEngine(name)));
  return engines
    .filter(({ isDefault }) => isDefault)
    .map(({ name, version }): HealthCheck => {
      const count = workers.filter(({ capabilities }) => capabilities.engines.includes(name)).length;
      return count > 0
        ? { name: `engine ${name}`, isOk: true, detail: `version ${version}, on ${count} of ${counted(workers.length, 'worker')}` }
        : {
            name: `engine ${name}`,
            isOk: false,
            detail: 'no worker has it',
            hint: 'Where a worker runs, "sightline engines doctor" says what is missing.',
          };
    });
};

/** Whether work gets done: who does it, what waits, and whether events reach those who follow them. */
export const checkWork = async (system: SystemDb, { signal }: { readonly signal: AbortSignal }): Promise<readonly HealthCheck[]> => {
  const { known, work } = await system.transaction(
    async (tx) => ({ known: await listWorkers(tx, mostWorkers), work: await measureWork(tx) }),
    { signal, readOnly: true },
  );
  const active = known.filter(({ state }) => state === 'active');
  const checks: HealthCheck[] = [workersCheck(active)];
  if (active.length > 0) checks.push(...(await engineChecks(active)));
  if (work === undefined) return checks;
  const lagSeconds = Math.round(work.eventLagSeconds);
  const isInStep = lagSeconds <= longestEventLagSeconds;
  return [
    ...checks,
    { name: 'scans', isOk: true, detail: `${work.activeScans} waiting or running, ${counted(work.deadLetters, 'dead letter')}` },
    {
      name: 'events',
      isOk: isInStep,
      detail: isInStep ? 'in step' : `${work.unplacedEvents} wait to be placed, the oldest for ${lagSeconds} s`,
      ...(isInStep ? {} : { hint: 'Is a process with the role scheduler running? Its log says what fails.' }),
    },
  ];
};
