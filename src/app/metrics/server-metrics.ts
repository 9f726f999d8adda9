import type { Metrics } from '../../lib/metrics.ts';

/** What a server counts by itself as it happens; what the database knows is asked when somebody looks, see `queue-gauges.ts`. */
export interface ServerMetrics {
  readonly request: (request: { readonly operation: string; readonly status: number; readonly durationMs: number }) => void;
  /** A lease that ended: with its result, or how else. */
  readonly attempt: (outcome: 'succeeded' | 'failed' | 'released' | 'cancelled' | 'expired', count?: number) => void;
  /** A late result that was refused. */
  readonly fencedCommit: () => void;
  readonly claimed: (tasks: number) => void;
}

const requestBuckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

export const createServerMetrics = (metrics: Metrics): ServerMetrics => {
  const requests = metrics.histogram({
    name: 'sightline_http_request_seconds',
    help: 'Time from the first byte of a request to the last of its answer, by operation and status.',
    labels: ['operation', 'status'],
    buckets: requestBuckets,
  });
  const attempts = metrics.counter({
    name: 'sightline_task_attempts_total',
    help: 'Attempts at tasks that ended, by outcome, as this process saw them.',
    labels: ['outcome'],
  });
  const fenced = metrics.counter({
    name: 'sightline_fenced_commits_total',
    help: 'Results that came after their lease was over and were refused, as this process saw them.',
    labels: [],
  });
  const claims = metrics.counter({
    name: 'sightline_tasks_claimed_total',
    help: 'Tasks leased to workers by this process.',
    labels: [],
  });
  return {
    request: ({ operation, status, durationMs }) => requests.observe({ operation, status: String(status) }, durationMs / 1000),
    attempt: (outcome, count = 1) => {
      if (count > 0) attempts.add({ outcome }, count);
    },
    fencedCommit: () => fenced.add({}),
    claimed: (tasks) => {
      if (tasks > 0) claims.add({}, tasks);
    },
  };
};
