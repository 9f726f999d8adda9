import type { CallOptions } from '../../lib/call-options.ts';
import type { Metrics } from '../../lib/metrics.ts';
import { measureEndedScans, measureQueue, measureWork, measureWorkers } from '../../store/queue-measures.ts';
import type { SystemDb } from '../../store/system-tx.ts';

/** What only the database knows, set anew each time somebody looks; the same numbers from every process. */
export interface QueueGauges {
  readonly refresh: (options: CallOptions) => Promise<void>;
}

const priorities = ['interactive', 'batch'] as const;

export const createQueueGauges = (deps: { readonly system: SystemDb; readonly metrics: Metrics }): QueueGauges => {
  const gauge = (name: string, help: string, labels: readonly string[] = []) =>
    deps.metrics.gauge({ name: `sightline_${name}`, help, labels });
  const queued = gauge('tasks_queued', 'Tasks that wait for a worker.', ['priority']);
  const oldest = gauge('tasks_oldest_queued_seconds', 'How long the oldest task that could run has waited.', ['priority']);
  const leased = gauge('tasks_leased', 'Tasks that a worker has.');
  const expired = gauge('tasks_lease_expired', 'Leases past their end that the reaper has not seen yet.');
  const dead = gauge('dead_letters', 'Tasks that failed for good and wait for somebody to look.');
  const active = gauge('scans_active', 'Scans that are accepted and have not ended.');
  const unplaced = gauge('events_unplaced', 'Events that the relay has not placed yet.');
  const lag = gauge('event_lag_seconds', 'Age of the oldest event that the relay has not placed yet.');
  const workers = gauge('workers', 'Workers that are alive.', ['state']);
  const ended = gauge('scans_ended_last_hour', 'Scans that ended within the last hour.', ['state']);
  const durations = gauge('scan_duration_seconds', 'Start to end of scans that ended within the last hour.', ['state', 'quantile']);

  return {
    refresh: async ({ signal }) => {
      const [queue, work, alive, scans] = await deps.system.transaction(
        async (tx) => [await measureQueue(tx), await measureWork(tx), await measureWorkers(tx), await measureEndedScans(tx)] as const,
        { signal, readOnly: true },
      );
      for (const priority of priorities) {
        const row = queue.find((measure) => measure.priority === priority);
        queued.set({ priority }, row?.queued ?? 0);
        oldest.set({ priority }, row?.oldestSeconds ?? 0);
      }
      leased.set({}, work?.leased ?? 0);
      expired.set({}, work?.expiredLeases ?? 0);
      dead.set({}, work?.deadLetters ?? 0);
      active.set({}, work?.activeScans ?? 0);
      unplaced.set({}, work?.unplacedEvents ?? 0);
      lag.set({}, work?.eventLagSeconds ?? 0);
      for (const state of ['active', 'draining']) workers.set({ state }, alive.find((row) => row.state === state)?.workers ?? 0);
      durations.reset();
      for (const state of ['completed', 'failed', 'cancelled']) {
        const row = scans.find((measure) => measure.state === state);
        ended.set({ state }, row?.ended ?? 0);
        const quantiles = { '0.5': row?.medianSeconds, '0.95': row?.p95Seconds, '0.99': row?.p99Seconds };
        for (const [quantile, seconds] of Object.entries(quantiles))
          if (typeof seconds === 'number') durations.set({ state, quantile }, seconds);
      }
    },
  };
};
