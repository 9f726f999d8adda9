/** Numbers for a monitoring system. Names in snake_case with their unit at the end: `sightline_http_request_seconds`. */
export type Labels = Readonly<Record<string, string>>;

export interface Counter {
  readonly add: (labels: Labels, amount?: number) => void;
}
export interface Histogram {
  readonly observe: (labels: Labels, value: number) => void;
}
export interface Gauge {
  readonly set: (labels: Labels, value: number) => void;
  /** Forgets all values, before they are set anew. */
  readonly reset: () => void;
}

export interface MetricSpec {
  readonly name: string;
  /** One sentence. */
  readonly help: string;
  readonly labels: readonly string[];
}

/** One set of metrics; a process may have several. */
export interface Metrics {
  readonly counter: (spec: MetricSpec) => Counter;
  readonly gauge: (spec: MetricSpec) => Gauge;
  /** `buckets`: upper bounds, ascending. */
  readonly histogram: (spec: MetricSpec & { readonly buckets: readonly number[] }) => Histogram;
  /** All of them in the text format of Prometheus, 0.0.4. */
  readonly render: () => Promise<string>;
}
