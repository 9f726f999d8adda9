import { type Amount, countExpiredArtifacts, markExpiredArtifacts } from '../../store/retention.ts';
import { deleteBlobs } from '../artifacts/delete-blobs.ts';
import type { RetentionDependencies, RetentionRunContext } from './retention-run.ts';

const batchSize = 200;

export const removeExpiredArtifacts = async (deps: RetentionDependencies, run: RetentionRunContext): Promise<Amount> => {
  const { now, rule, signal } = run;
  if (run.dryRun) return deps.system.transaction((tx) => countExpiredArtifacts(tx, now, rule), { signal, readOnly: true });
  let count = 0;
  let bytes = 0;
  for (;;) {
    const marked = await deps.system.transaction((tx) => markExpiredArtifacts(tx, now, rule, batchSize), { signal });
    if (marked.length === 0) return { count, bytes };
    await deleteBlobs(
      deps,
      marked.map((artifact) => artifact.storageKey),
      { signal },
    );
    count += marked.length;
    bytes += marked.reduce((sum, artifact) => sum + artifact.sizeBytes, 0);
  }
};
