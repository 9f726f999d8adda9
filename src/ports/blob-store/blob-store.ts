/**
 * Where artifacts' bytes lie. Keys are made by us (`<organization>/<kind>/<id>…`, characters `[a-z0-9/_.-]`, no empty, `.` or `..` part, at most 512
 * bytes), never by a caller of the API.
 *
 * Obligations of every adapter (checked by `blob-store.contract.ts`): an object is there whole or not at all, also after a crash in the middle
 * of `put`; what was put under a key never changes (a second `put` of the same bytes succeeds, of others is refused with `artifact_conflict`);
 * sizes and digests are verified while the bytes pass, not afterwards; every call ends within 1 s of abort and leaves nothing behind.
 */
export interface BlobStat {
  readonly sizeBytes: number;
  /** SHA-256, lower-case hexadecimal. */
  readonly sha256: string;
  readonly storedAt: Date;
}

export interface PutOptions {
  readonly signal: AbortSignal;
  /** More ends the upload with `size_limit`. */
  readonly maxBytes: number;
  /** What the bytes must be; otherwise `artifact_integrity` and nothing is stored. */
  readonly expect?: { readonly sizeBytes?: number; readonly sha256?: string };
}

export interface BlobStore {
  readonly kind: 'fs' | 's3' | 'gcs' | 'azure';
  /** @throws AppError `size_limit`, `artifact_integrity`, `artifact_conflict`, `storage_full`, `storage_unavailable` */
  readonly put: (key: string, bytes: AsyncIterable<Uint8Array>, options: PutOptions) => Promise<BlobStat>;
  /** The bytes, verified against the stored digest as they pass; undefined when there is no such object. `artifact_integrity` at the end when they differ. */
  readonly get: (key: string, options: { readonly signal: AbortSignal }) => Promise<AsyncIterable<Uint8Array> | undefined>;
  readonly stat: (key: string, options: { readonly signal: AbortSignal }) => Promise<BlobStat | undefined>;
  /** True when there was something to delete. */
  readonly delete: (key: string, options: { readonly signal: AbortSignal }) => Promise<boolean>;
  /** Keys that begin with `prefix`, in any order. */
  readonly list: (
    prefix: string,
    options: { readonly signal: AbortSignal },
  ) => AsyncIterable<{ readonly key: string; readonly stat: BlobStat }>;
  /** Removes leftovers of uploads that never ended, older than `olderThanMs`; number of them. */
  readonly sweep: (options: { readonly olderThanMs: number; readonly signal: AbortSignal }) => Promise<number>;
  /** Can it take and give back an object right now? @throws AppError `storage_unavailable`, `storage_full` */
  readonly check: (options: { readonly signal: AbortSignal }) => Promise<{ readonly freeBytes?: number }>;
}
