import type { BlobStat } from '../../ports/blob-store/blob-store.ts';
import { type Amount, unreferencedKeys } from '../../store/retention.ts';
import { deleteBlobs } from '../artifacts/delete-blobs.ts';
import type { RetentionDependencies, RetentionOptions } from './retention-run.ts';

/** Bytes are stored before the row that names them is committed; whatever is under way is younger. */
const orphanAgeMs = 24 * 3_600_000;
const batchSize = 500;

type Listed = { readonly key: string; readonly stat: BlobStat };

/**
 * Removes what a crash between the blob store and the database left, and results of attempts that were fenced off.
 */
export const removeOrphanBlobs = async (
  deps: Pick<RetentionDependencies, 'system' | 'blobs' | 'clock' | 'log'>,
  { signal, dryRun }: RetentionOptions,
): Promise<Amount> => {
  let count = 0;
  let bytes = 0;

  const removeAmong = async (listed: readonly Listed[]): Promise<void> => {
    const keys = listed.map(({ key }) => key);
    const orphans = await deps.system.transaction((tx) => unreferencedKeys(tx, keys), { signal, readOnly: true });
    const found = listed.filter(({ key }) => orphans.has(key));
    count += dryRun ? found.length : await deleteBlobs(deps, [...orphans], { signal });
    bytes += found.reduce((sum, { stat }) => sum + stat.sizeBytes, 0);
  };

  let batch: Listed[] = [];
  for await (const listed of deps.blobs.list('', { signal })) {
    // By the clock that wrote the file's time, which is this machine's.
    if (deps.clock.now() - listed.stat.storedAt.getTime() <= orphanAgeMs) continue;
    batch.push(listed);
    if (batch.length < batchSize) continue;
    await removeAmong(batch);
    batch = [];
  }
  if (batch.length > 0) await removeAmong(batch);
  return { count, bytes };
};
