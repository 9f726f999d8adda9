import type { Gate } from './scan.ts';
import type { GateThreshold, Severity } from './severity.ts';

/** States of a scan on a server, and the only ways between them. Terminal states never change. */
export const scanStates = ['created', 'queued', 'running', 'completed', 'failed', 'cancelled'] as const;
export type ScanState = (typeof scanStates)[number];

export const scanTransitions: Readonly<Record<ScanState, readonly ScanState[]>> = {
  created: ['queued', 'failed', 'cancelled'],
  queued: ['running', 'failed', 'cancelled'],
  running: ['completed', 'failed', 'cancelled'],
  completed: [],
  failed: [],
  cancelled: [],
};

export const isTerminalScan = (state: ScanState): boolean => scanTransitions[state].length === 0;
export const mayBecome = (from: ScanState, to: ScanState): boolean => scanTransitions[from].includes(to);

/** Interactive: somebody waits. Some capacity is kept for them. */
export const priorities = ['interactive', 'batch'] as const;
export type Priority = (typeof priorities)[number];

export type ScanSource =
  | { readonly type: 'git'; readonly url: string; readonly ref?: string; readonly commit?: string }
  | {
      readonly type: 'artifact';
      readonly artifactId: string;
      /** Name of the upload, kept with the scan, which outlives it; acceptance sets it. */
      readonly filename?: string;
      /** Branch or tag whose content it is; `HEAD` when absent. */
      readonly ref?: string;
    };

/** Takes the place of an engine in a scan of kind `import`. */
export const sarifImportEngine = 'sarif-import';

/** What may be set for one scan beside its source; everything absent is decided by the target's `sightline.yaml`, then the default. */
export interface ScanOptions {
  readonly failOn?: GateThreshold;
  readonly exclude?: readonly string[];
  readonly allowPartial?: boolean;
  readonly history?: boolean;
  /** Set where the submission named no engines: the target may, and the scan gets the tasks of those it names. */
  readonly enginesFromTarget?: boolean;
}

export type SeverityCounts = Readonly<Record<Severity, number>>;

export const activeScanStates: readonly ScanState[] = ['created', 'queued', 'running'];

/** What finds a scan: the instant is the one inside the id, and tells the partition. */
export interface ScanName {
  readonly organizationId: string;
  readonly scanId: string;
  readonly scanCreatedAt: Date;
}

/** A scan as the server keeps it. Instants are Dates. */
export interface ScanRecord {
  readonly organizationId: string;
  readonly id: string;
  readonly createdAt: Date;
  readonly projectId: string;
  readonly kind: 'scan' | 'import';
  readonly state: ScanState;
  readonly priority: Priority;
  readonly source: ScanSource;
  readonly ref: string;
  readonly commit?: string;
  readonly engines: readonly string[];
  readonly shardCount: number;
  readonly options: ScanOptions;
  readonly requestedBy: string;
  readonly traceId?: string;
  readonly cancelRequestedAt?: Date;
  readonly cancelReason?: string;
  readonly queuedAt?: Date;
  readonly startedAt?: Date;
  readonly finishedAt?: Date;
  readonly deadlineAt?: Date;
  readonly coverage?: 'full' | 'partial';
  readonly gate?: Gate;
  readonly error?: { readonly code: string; readonly message: string };
  readonly warnings: readonly string[];
  readonly tasksTotal: number;
  readonly tasksDone: number;
  readonly findingsTotal: number;
  readonly findingsBySeverity: SeverityCounts;
  readonly revision: number;
}

export const scanNameOf = (scan: Pick<ScanRecord, 'organizationId' | 'id' | 'createdAt'>): ScanName => ({
  organizationId: scan.organizationId,
  scanId: scan.id,
  scanCreatedAt: scan.createdAt,
});
