import type { Clock, NewId } from '../lib/clock.ts';
import type { Logger } from '../lib/log.ts';
import type { BlobStore } from '../ports/blob-store/blob-store.ts';
import type { Dispatcher } from '../ports/dispatcher/dispatcher.ts';
import type { AsOrganization } from '../store/tx.ts';
import type { Keyring } from './keyring/keyring.ts';

/** What use cases are made of. Those that must see every organisation take a `SystemDb` beside it. */
export interface AppDependencies {
  readonly asOrganization: AsOrganization;
  readonly clock: Clock;
  readonly newId: NewId;
  /** In [0, 1); for jitter only. */
  readonly random: () => number;
  readonly dispatcher: Dispatcher;
  readonly blobs: BlobStore;
  readonly keyring: Keyring;
  readonly log: Logger;
  readonly limits: ServerLimits;
}

/** Set by the operator; defaults in `config/schema.ts`. */
export interface ServerLimits {
  /** Scans of one organisation that are not ended; more are `queue_full`. 50,000. */
  readonly maxActiveScans: number;
  /** 15 s. */
  readonly leaseMs: number;
  /** 3. */
  readonly maxAttempts: number;
  /** Of one attempt; 30 min. */
  readonly taskTimeoutMs: number;
  /** From acceptance to end; 24 h. */
  readonly scanTimeoutMs: number;
  /** Of one uploaded artifact; 1 GiB. */
  readonly maxUploadBytes: number;
  /** Of one organisation: artifacts whose bytes have not arrived; more are `uploads_full`. 1,000. */
  readonly maxPendingUploads: number;
  /** And the bytes they were announced with; 64 GiB. */
  readonly maxPendingUploadBytes: number;
  /** A signed URL to upload to is good for so long; 24 h. */
  readonly uploadUrlMs: number;
  /** And one to download from; 1 h. */
  readonly downloadUrlMs: number;
  /** Ended scans are kept so long; 90 days. */
  readonly retentionMs: number;
  /** Keep the newest full scan of each project and ref whatever its age. */
  readonly keepLatest: boolean;
  /** Events are kept so long after they were written; 30 days. */
  readonly eventRetentionMs: number;
  /** `HOST[:PORT]` that scans may reach although it is private, on this machine, or without TLS. */
  readonly allowHosts: readonly string[];
}
