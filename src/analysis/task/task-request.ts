import type { TaskSecrets } from '../../domain/lease-service.ts';
import type { ScanOptions } from '../../domain/scan-record.ts';
import type { CheckoutBudgets, NetworkEnvironment } from '../../ports/checkout/checkout.ts';

/** What a task looks at. A file is on this disk already, its bytes verified; a directory is never a source. */
export type TaskSource =
  | { readonly type: 'git'; readonly url: string; readonly ref?: string; readonly commit?: string }
  | { readonly type: 'archive'; readonly path: string }
  | { readonly type: 'sarif'; readonly path: string };

/** What the operator of a worker decides for all its tasks. */
export interface TaskSettings {
  readonly budgets: CheckoutBudgets;
  /** `HOST[:PORT]` entries that need not be public addresses. */
  readonly allowHosts: readonly string[];
  /** Threads of one task; 1 or more. */
  readonly threads: number;
  /** Longest time one engine may spend on one file. */
  readonly fileTimeoutMs: number;
  readonly network: NetworkEnvironment;
  /** PATH that git and the engines' tools are looked up on. */
  readonly toolPath: string;
  /** Absolute `rules/` of this installation. */
  readonly rulesDir: string;
  readonly toolVersion: string;
}

/** One task with all it needs; serialisable. Holds credentials: it travels by pipe only. */
export interface TaskRequest {
  readonly engine: string;
  readonly shard: number;
  readonly shardCount: number;
  readonly source: TaskSource;
  readonly options: ScanOptions;
  readonly secrets: TaskSecrets;
  readonly settings: TaskSettings;
  /** Existing private directory; whoever gave it removes it. */
  readonly scratchDir: string;
  /** Where the result is to be written; nothing is there yet. */
  readonly resultPath: string;
}
