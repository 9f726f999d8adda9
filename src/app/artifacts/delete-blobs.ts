import { isAppError, messageOf } from '../../lib/errors.ts';
import type { AppDependencies } from '../dependencies.ts';

/**
 * Deletes the bytes of rows that are gone already; number deleted. What cannot be deleted now is logged and stays an orphan, which
 * retention removes a day later.
 */
export const deleteBlobs = async (
  deps: Pick<AppDependencies, 'blobs' | 'log'>,
  storageKeys: readonly string[],
  { signal }: { readonly signal: AbortSignal },
): Promise<number> => {
  let deleted = 0;
  for (const key of storageKeys) {
    try {
      if (await deps.blobs.delete(key, { signal })) deleted += 1;
    } catch (error) {
      if (isAppError(error, 'cancelled')) throw error;
      deps.log.warn('an object of the blob store could not be deleted', { storage_key: key, error: messageOf(error) });
    }
  }
  return deleted;
};
