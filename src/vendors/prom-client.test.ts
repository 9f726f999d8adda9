import { expect, it } from 'vitest';
import { createServerMetrics } from '../app/metrics/server-metrics.ts';
import { createPrometheusMetrics } from './prom-client.ts';

it('counts in a registry of its own', async () => {
  const [first, second] = [createPrometheusMetrics(), createPrometheusMetrics()];
  const metrics = createServerMetrics(first);
  createServerMetrics(second);
  metrics.request({ operation: 'getScan', status: 200, durationMs: 30 });
  metrics.attempt('succeeded');
  metrics.attempt('expired', 0);
  metrics.fencedCommit();
  metrics.claimed(3);
  const text = await first.render();
  expect(text).toContain('sightline_http_request_seconds_bucket{le="0.05",operation="getScan",status="200"} 1');
  expect(text).toContain('sightline_http_request_seconds_bucket{le="0.025",operation="getScan",status="200"} 0');
  expect(text).toContain('sightline_task_attempts_total{outcome="succeeded"} 1');
  expect(text).not.toContain('outcome="expired"');
  expect(text).toContain('sightline_fenced_commits_total 1');
  expect(text).toContain('sightline_tasks_claimed_total 3');
  expect(text).toContain('process_cpu_seconds_total');
  expect(await second.render()).not.toContain('operation="getScan"');
});
