import { AppError } from '../../lib/errors.ts';
import { measurePendingArtifacts } from '../../store/artifacts.ts';
import type { OrgTx } from '../../store/tx.ts';
import type { ServerLimits } from '../dependencies.ts';

/** An upload takes minutes rather than seconds. */
const retryAfterSeconds = 60;

/**
 * Whether what was just announced is not too much. Exact when it is asked behind the audit entry of the announcement: writers of an
 * organisation come one by one from there to their commit, so each sees all before it.
 * @throws AppError `uploads_full`, which must roll the announcement back
 */
export const requireRoom = async (tx: OrgTx, limits: Pick<ServerLimits, 'maxPendingUploads' | 'maxPendingUploadBytes'>): Promise<void> => {
  const { count, sizeBytes } = await measurePendingArtifacts(tx);
  if (count <= limits.maxPendingUploads && sizeBytes <= limits.maxPendingUploadBytes) return;
  const [what, limit] =
    count > limits.maxPendingUploads ? ['uploads', limits.maxPendingUploads] : ['bytes of uploads', limits.maxPendingUploadBytes];
  throw new AppError('uploads_full', `more than ${limit} ${what} would be announced that have not arrived`, {
    hint: 'Upload what was announced, or delete those artifacts; the others are forgotten when they expire.',
    details: { limit, retry_after_s: retryAfterSeconds },
  });
};
