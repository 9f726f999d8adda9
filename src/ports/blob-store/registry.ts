import type { Clock } from '../../lib/clock.ts';
import type { BlobStore } from './blob-store.ts';

/** Where the objects lie. */
export type BlobStoreLocation = {
  readonly kind: 'fs';
  /** Absolute; made when missing. */
  readonly directory: string;
  /** Room that is left on the disk for others, say a database beside it; default none. */
  readonly keepFreeBytes?: number;
};

/** @throws AppError `storage_unavailable`, `storage_full` */
export const openBlobStore = async (
  location: BlobStoreLocation,
  options: { readonly clock: Clock; readonly signal: AbortSignal },
): Promise<BlobStore> => (await import('./fs/index.ts')).openFsBlobStore(location, options);
