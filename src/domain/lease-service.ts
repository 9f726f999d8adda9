import type { CallOptions } from '../lib/call-options.ts';
import type { ScanOptions } from './scan-record.ts';

/**
 * All that a worker knows of the server: serialisable messages, so that in one process this is a function call and between machines the
 * same messages travel over a wire. Refusals are values. Every method is idempotent: an answer that got lost may be asked for again.
 */
export interface LeaseService {
  readonly register: (request: RegisterRequest, options: CallOptions) => Promise<Registration>;
  /** Up to `slots` tasks whose lease is now this worker's, best first; fewer or none when there is no work it can do. */
  readonly claim: (request: ClaimRequest, options: CallOptions) => Promise<readonly LeasedTask[]>;
  /** Renews leases and tells what became of them. Also keeps the worker itself alive: send it without leases too. */
  readonly heartbeat: (request: HeartbeatRequest, options: CallOptions) => Promise<HeartbeatAnswer>;
  /**
   * Fixes the commit all tasks of the scan look at: the first one to ask decides, everybody gets its answer.
   */
  readonly pin: (request: PinRequest, options: CallOptions) => Promise<PinAnswer>;
  /** What only the holder of the lease may know: keys and credentials. Undefined when the lease is lost. */
  readonly openSecrets: (lease: LeaseName, options: CallOptions) => Promise<TaskSecrets | undefined>;
  /** The result, stored before under `resultKey` in the blob store, becomes the task's only one. */
  readonly commit: (request: CommitRequest, options: CallOptions) => Promise<CommitOutcome>;
  readonly fail: (request: FailRequest, options: CallOptions) => Promise<FailOutcome>;
  /** Hands a task back unfinished, without counting an attempt (drain). */
  readonly release: (lease: LeaseName, options: CallOptions) => Promise<'released' | 'lost'>;
  readonly deregister: (request: { readonly workerId: string }, options: CallOptions) => Promise<void>;
}

export interface WorkerCapabilities {
  readonly engines: readonly string[];
  /** Programs found on its PATH, of those engines ask for. */
  readonly tools: readonly string[];
  readonly sandbox: 'none' | 'container' | 'strong';
}

export interface RegisterRequest {
  /** Made by the worker: registering again with the same id is the same worker. */
  readonly workerId: string;
  readonly name: string;
  readonly host: string;
  readonly pid: number;
  readonly version: string;
  /** Tasks at a time. */
  readonly slots: number;
  readonly capabilities: WorkerCapabilities;
}

export interface Registration {
  readonly leaseMs: number;
  /** A third of the lease. */
  readonly heartbeatMs: number;
}

export interface ClaimRequest {
  readonly workerId: string;
  /** Free slots; `interactiveOnly` of them are kept for interactive scans. */
  readonly slots: number;
  readonly interactiveOnly: number;
}

/** Names one lease: every message about it carries this, and one with an older epoch is refused. */
export interface LeaseName {
  readonly organizationId: string;
  readonly taskId: string;
  readonly workerId: string;
  readonly epoch: number;
}

export type LeasedSource =
  | { readonly type: 'git'; readonly url: string; readonly ref?: string; readonly commit?: string }
  | {
      readonly type: 'artifact';
      readonly artifactId: string;
      /** Key in the blob store. */
      readonly storageKey: string;
      readonly filename: string;
      readonly sizeBytes: number;
      readonly sha256: string;
    };

export interface LeasedTask {
  readonly lease: LeaseName;
  /** How long the lease holds from the moment the request was sent; the worker counts on its own monotonic clock. */
  readonly leaseMs: number;
  readonly scanId: string;
  readonly projectId: string;
  /** `import`: the source is a SARIF log whose results become the findings. */
  readonly kind: 'scan' | 'import';
  readonly engine: string;
  readonly shard: number;
  readonly shardCount: number;
  readonly source: LeasedSource;
  readonly options: ScanOptions;
  readonly timeoutMs: number;
  /** 1 for the first. */
  readonly attempt: number;
  readonly traceId?: string;
}

export interface WorkerLogLine {
  readonly at: string;
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly message: string;
}

export interface HeartbeatRequest {
  readonly workerId: string;
  readonly state: 'active' | 'draining';
  readonly leases: readonly {
    readonly lease: LeaseName /** New since the last one, at most 200. */;
    readonly log: readonly WorkerLogLine[];
  }[];
}

export interface HeartbeatAnswer {
  /** False: the server does not know this worker any more; register again. */
  readonly known: boolean;
  readonly leases: readonly {
    readonly taskId: string;
    readonly epoch: number;
    /** `cancel`: stop at once and store nothing. `lost`: somebody else may have it; stop at once. */
    readonly state: 'held' | 'cancel' | 'lost';
  }[];
}

export interface PinRequest extends LeaseName {
  readonly commit: string;
  /** Branch or tag that was found, where the scan named none. */
  readonly ref?: string;
}
export type PinAnswer = { readonly state: 'pinned'; readonly commit: string } | { readonly state: 'lost' };

export interface TaskSecrets {
  readonly gitToken?: string;
  readonly gitUsername?: string;
  /** Base64; the organisation's key for `secret-hmac/v1`. */
  readonly hmacKey: { readonly id: string; readonly key: string };
}

export interface CommitRequest extends LeaseName {
  /** Key in the blob store, by {@link resultKeyOf}; another one is refused. */
  readonly resultKey: string;
  readonly resultSha256: string;
  readonly resultBytes: number;
  /** Wall time of the engine, for usage. */
  readonly engineMs: number;
}

/** Where a worker stores the result of a lease: two attempts never share a key, and whose it is can be seen from it. */
export const resultKeyOf = (lease: Pick<LeaseName, 'organizationId' | 'taskId' | 'epoch'>, sha256: string): string =>
  `${lease.organizationId}/results/${lease.taskId}/${lease.epoch}-${sha256}`;

export type CommitOutcome =
  /** Stored; a repeated commit of the same epoch and digest too. */
  | { readonly state: 'committed' }
  /** An older epoch, another digest, or the task has ended otherwise: nothing was stored. */
  | { readonly state: 'fenced' }
  | { readonly state: 'cancelled' }
  /** The result does not read as one; it counts as a failed attempt (`engine_output_invalid`). */
  | { readonly state: 'invalid'; readonly message: string };

export interface FailRequest extends LeaseName {
  readonly code: string;
  readonly message: string;
  /** Whether the same task may go well another time. */
  readonly retryable: boolean;
}

export type FailOutcome =
  | { readonly state: 'requeued'; readonly delayMs: number }
  | { readonly state: 'dead' }
  | { readonly state: 'fenced' };
