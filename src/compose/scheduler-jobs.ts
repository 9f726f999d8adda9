import { placeEvents } from '../app/events/relay.ts';
import { isRetentionOverdue, runRetention } from '../app/retention/retention.ts';
import { expireDecisions } from '../app/scheduling/expire-decisions.ts';
import { expireScans } from '../app/scheduling/expire-scans.ts';
import { finaliseScans } from '../app/scheduling/finalise.ts';
import { reapExpired } from '../app/tasks/reaper.ts';
import type { Job } from '../roles/scheduler.ts';
import { ensurePartitions } from '../store/partitions.ts';
import type { ServerParts } from './server-parts.ts';

const second = 1000;
const hour = 3_600_000;

/** Partitions are made so far ahead: a server that is down for weeks still has them when it comes back. */
export const partitionMonthsAhead = 3;

/** All that the server does by itself, and when. What wakes a job makes it prompt; its interval is what can be relied on. */
export const schedulerJobs = ({ values, storage, deps, serverMetrics }: ServerParts): readonly Job[] => {
  const { system } = storage.doors;
  const all = { ...deps, system };
  const cleaner: Job = {
    name: 'retention',
    times: {
      dailyAt: { hour: Math.floor(values.retentionAtMinute / 60), minute: values.retentionAtMinute % 60 },
      isOverdue: (options) => isRetentionOverdue(all, options),
    },
    run: async (options) => {
      await runRetention(all, { dryRun: false, ...options });
      return undefined;
    },
  };
  return [
    {
      name: 'reaper',
      times: { everyMs: Math.min(5 * second, values.leaseMs / 3) },
      run: async (options) => {
        const { requeued, dead, lostWorkers } = await reapExpired(all, options);
        serverMetrics.attempt('expired', requeued + dead);
        if (requeued + dead + lostWorkers > 0) deps.log.warn('leases ran out', { requeued, dead, lost_workers: lostWorkers });
        return requeued + dead;
      },
    },
    { name: 'finalise', times: { everyMs: 2 * second }, wakeOn: ['scans'], run: (options) => finaliseScans(all, options) },
    { name: 'relay', times: { everyMs: 2 * second }, wakeOn: ['events'], run: (options) => placeEvents(all, options) },
    { name: 'expire-scans', times: { everyMs: 10 * second }, run: (options) => expireScans(all, options) },
    { name: 'expire-decisions', times: { everyMs: 60 * second }, run: (options) => expireDecisions(all, options) },
    {
      name: 'partitions',
      times: { everyMs: 6 * hour },
      run: async (options) => {
        await system.transaction((tx) => ensurePartitions(tx, { monthsAhead: partitionMonthsAhead }), options);
        return undefined;
      },
    },
    {
      name: 'maintain',
      // Not at the start, when there is nothing to gain.
      times: { dailyAt: { hour: 3, minute: 30 } },
      run: async (options) => {
        await storage.database.maintain(options);
        return undefined;
      },
    },
    ...(values.retentionEnabled ? [cleaner] : []),
  ];
};
