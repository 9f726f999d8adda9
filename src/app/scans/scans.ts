import type { Caller } from '../../domain/caller.ts';
import type { Coverage } from '../../domain/coverage.ts';
import type { Page, PageRequest } from '../../domain/page.ts';
import type { Rule } from '../../domain/rule.ts';
import type { LogLine } from '../../domain/scan-log.ts';
import type { Priority, ScanOptions, ScanRecord, ScanSource, ScanState } from '../../domain/scan-record.ts';
import type { Severity } from '../../domain/severity.ts';
import type { StoredFinding } from '../../domain/stored-finding.ts';
import type { Attempt, TaskRecord } from '../../domain/task-record.ts';
import type { CallOptions } from '../../lib/call-options.ts';

export type { LogLine } from '../../domain/scan-log.ts';
export type { StoredFinding } from '../../domain/stored-finding.ts';

export interface SubmitScan {
  readonly projectId: string;
  readonly source: ScanSource;
  /** Absent: every engine that runs by default. */
  readonly engines?: readonly string[];
  readonly priority?: Priority;
  readonly shardCount?: number;
  readonly options?: ScanOptions;
  readonly timeoutMs?: number;
  /** A new scan even where the same one is active. */
  readonly force?: boolean;
  /** The caller's Idempotency-Key: the same key and request give the same scan for a day. */
  readonly idempotencyKey?: string;
}

export interface Submitted {
  readonly scan: ScanRecord;
  /** False: an earlier submission had already made it. */
  readonly isNew: boolean;
}

export interface ScanFilter {
  readonly projectId?: string;
  readonly states?: readonly ScanState[];
  readonly ref?: string;
  readonly kind?: 'scan' | 'import';
  readonly createdAfter?: Date;
  readonly createdBefore?: Date;
}

export interface ScanDetail {
  readonly scan: ScanRecord;
  readonly tasks: readonly (TaskRecord & { readonly attempts: readonly Attempt[] })[];
  /** Of the tasks that have a result. Files that were plainly analysed are counted, not listed. */
  readonly coverage: {
    readonly engines: Coverage['engines'];
    readonly filesAnalysed: number;
    readonly filesExcluded: number;
    readonly filesDegraded: number;
    readonly filesFailed: number;
    readonly bytesAnalysed: number;
    /** The first 100 that are not plainly analysed, failed ones first; the rest by `coverageFiles`. */
    readonly files: Coverage['files'];
  };
}

export interface FindingFilter {
  readonly scanId?: string;
  readonly projectId?: string;
  readonly severities?: readonly Severity[];
  readonly engine?: string;
  readonly ruleId?: string;
  /** Part of path, title or message; letter case does not matter. */
  readonly search?: string;
}

export interface ScanSummary {
  readonly total: number;
  readonly active: number;
  /** Since midnight UTC. */
  readonly completedToday: number;
  /** Start to end of completed scans of the last 30 days; absent when there are none. */
  readonly meanDurationMs?: number;
}

/** Use cases of scans. A foreign id is `not_found` exactly as one that does not exist. */
export interface Scans {
  /** One transaction: when it resolves, the scan will be run. @throws AppError `not_found`, `engine_unknown`, `queue_full`, `idempotency_conflict`, intake codes */
  readonly submit: (caller: Caller, input: SubmitScan, options: CallOptions) => Promise<Submitted>;
  readonly list: (caller: Caller, filter: ScanFilter, page: PageRequest, options: CallOptions) => Promise<Page<ScanRecord>>;
  readonly get: (caller: Caller, scanId: string, options: CallOptions) => Promise<ScanRecord>;
  readonly detail: (caller: Caller, scanId: string, options: CallOptions) => Promise<ScanDetail>;
  /** Files that are not plainly analysed, worst state first. */
  readonly coverageFiles: (
    caller: Caller,
    scanId: string,
    page: PageRequest,
    options: CallOptions,
  ) => Promise<Page<Coverage['files'][number]>>;
  /** Idempotent; a scan that has ended stays as it is (`scan_ended` when it did not end as cancelled). */
  readonly cancel: (caller: Caller, scanId: string, reason: string, options: CallOptions) => Promise<ScanRecord>;
  /** In any state; running work is cancelled. With findings, artifacts, logs, everything it owns; issues and their decisions stay. */
  readonly remove: (caller: Caller, scanId: string, options: CallOptions) => Promise<void>;
  readonly summary: (caller: Caller, options: CallOptions) => Promise<ScanSummary>;
  readonly logs: (
    caller: Caller,
    scanId: string,
    range: { readonly afterId?: number; readonly limit: number },
    options: CallOptions,
  ) => Promise<readonly LogLine[]>;
  /** Sorted by severity, then age. */
  readonly findings: (caller: Caller, filter: FindingFilter, page: PageRequest, options: CallOptions) => Promise<Page<StoredFinding>>;
  readonly finding: (caller: Caller, findingId: string, options: CallOptions) => Promise<StoredFinding>;
  /** The whole raw view, worst first, in batches; for exports. */
  readonly eachFinding: (caller: Caller, scanId: string, options: CallOptions) => AsyncIterable<readonly StoredFinding[]>;
  /** Rules the scan's findings name. */
  readonly rules: (caller: Caller, scanId: string, options: CallOptions) => Promise<readonly Rule[]>;
  /** A SARIF log already stored as an artifact of type `sarif` becomes a scan of kind `import`. */
  readonly importSarif: (
    caller: Caller,
    input: { readonly projectId: string; readonly artifactId: string; readonly ref?: string; readonly commit?: string },
    options: CallOptions,
  ) => Promise<Submitted>;
}
