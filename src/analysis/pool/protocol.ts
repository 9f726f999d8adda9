import type { CoverageReason, FileState } from '../../domain/coverage.ts';
import type { RawFinding } from '../../domain/finding.ts';

/** What a worker thread is started with. */
export interface WorkerSetup {
  readonly root: string;
  readonly engines: readonly { readonly name: string; readonly options: unknown }[];
  /** Larger files were left out by the checkout; one that has grown since is reported as changed. */
  readonly fileBytes: number;
  /** Shared with the pool; see {@link slot}. */
  readonly state: Int32Array;
}

/**
 * Words a worker publishes so that the pool can see a hang or name the culprit of a crash. `startedAtMs` counts from
 * `Batch.epochMs` on the monotonic clock.
 */
export const slot = { item: 0, engine: 1, startedAtMs: 2, doneItems: 3 } as const;
export const slotCount = 4;
/** Value of `slot.item` and `slot.engine` between items, and of `engine` while the file is read. */
export const idle = -1;

/** One file to read below the root, or text that came from elsewhere (history). */
export interface WorkItem {
  /** Position in the whole run; results are put back in this order. */
  readonly sequence: number;
  readonly path: string;
  readonly pathBytes?: Uint8Array;
  readonly sizeBytes: number;
  readonly text?: Uint8Array;
  /** Full id of the commit `text` was added by. */
  readonly commit?: string;
  /** Indexes into `WorkerSetup.engines`. */
  readonly engines: readonly number[];
}

export interface Batch {
  readonly id: number;
  /** Origin of `startedAtMs`. */
  readonly epochMs: number;
  readonly items: readonly WorkItem[];
}

/** A finding with what only the file's text can tell. */
export interface LocatedFinding {
  readonly finding: RawFinding;
  /** Reason of the directive in the source that says to ignore it. */
  readonly ignoredBecause?: string;
  readonly lineHash?: string;
}

export interface EngineResult {
  readonly engine: number;
  readonly state: FileState;
  readonly reason?: CoverageReason;
  readonly detail?: string;
  readonly findings: readonly LocatedFinding[];
}

export interface ItemResult {
  readonly sequence: number;
  readonly path: string;
  readonly bytes: number;
  /**
   * Set when no engine saw its bytes: excluded or failed for all alike. Engines are still asked about the name of a binary file, so
   * `results` may hold findings.
   */
  readonly common?: { readonly state: 'excluded' | 'failed'; readonly reason: CoverageReason; readonly detail?: string };
  readonly results: readonly EngineResult[];
}

export type WorkerMessage =
  | { readonly type: 'ready' }
  | { readonly type: 'batch'; readonly id: number; readonly results: readonly ItemResult[] }
  /** An engine could not be opened or warmed up: the installation is broken. */
  | { readonly type: 'broken'; readonly message: string };
