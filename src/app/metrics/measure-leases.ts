import type { LeaseService } from '../../domain/lease-service.ts';
import type { ServerMetrics } from './server-metrics.ts';

/** The same service, with what passes through it counted. */
export const measureLeases = (service: LeaseService, metrics: ServerMetrics): LeaseService => ({
  ...service,
  claim: async (request, options) => {
    const tasks = await service.claim(request, options);
    metrics.claimed(tasks.length);
    return tasks;
  },
  commit: async (request, options) => {
    const outcome = await service.commit(request, options);
    switch (outcome.state) {
      case 'committed':
        metrics.attempt('succeeded');
        break;
      case 'fenced':
        metrics.fencedCommit();
        break;
      case 'cancelled':
        metrics.attempt('cancelled');
        break;
      case 'invalid':
        metrics.attempt('failed');
        break;
    }
    return outcome;
  },
  fail: async (request, options) => {
    const outcome = await service.fail(request, options);
    if (outcome.state === 'fenced') metrics.fencedCommit();
    else metrics.attempt('failed');
    return outcome;
  },
  release: async (lease, options) => {
    const outcome = await service.release(lease, options);
    if (outcome === 'released') metrics.attempt('released');
    return outcome;
  },
});
