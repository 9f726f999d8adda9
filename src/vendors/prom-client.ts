import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Labels, Metrics } from '../lib/metrics.ts';

const copy = (labels: Labels): Record<string, string> => ({ ...labels });

/** Metrics kept by prom-client in a registry of their own; its global one stays empty. Process and runtime are measured too. */
export const createPrometheusMetrics = (): Metrics => {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  return {
    counter: ({ name, help, labels }) => {
      const counter = new Counter({ name, help, labelNames: [...labels], registers });
      return { add: (values, amount = 1) => counter.inc(copy(values), amount) };
    },
    gauge: ({ name, help, labels }) => {
      const gauge = new Gauge({ name, help, labelNames: [...labels], registers });
      return { set: (values, value) => gauge.set(copy(values), value), reset: () => gauge.reset() };
    },
    histogram: ({ name, help, labels, buckets }) => {
      const histogram = new Histogram({ name, help, labelNames: [...labels], buckets: [...buckets], registers });
      return { observe: (values, value) => histogram.observe(copy(values), value) };
    },
    render: () => registry.metrics(),
  };
};
