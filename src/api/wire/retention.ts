import { z } from 'zod';
import { type RetentionStatistics, statisticsRecord } from '../../app/retention/retention-run.ts';

/** `POST /retention/runs` */
export const retentionInput = z
  .strictObject({
    dry_run: z.boolean().optional().describe('Only count what would be removed.'),
    keep_latest: z
      .boolean()
      .optional()
      .describe('Keep the newest complete scan of each project and branch whatever its age; as the server is set when absent.'),
  })
  .meta({ id: 'RetentionInput' });

const count = z.int().min(0);

export const retentionRunShape = z
  .object({
    dry_run: z.boolean().describe('True: nothing was removed, these would have been.'),
    statistics: z.object({
      scans: count,
      findings: count,
      artifacts: count,
      artifact_bytes: count,
      orphan_blobs: count.describe('Stored objects that nothing names any more.'),
      orphan_bytes: count,
      events: count,
      submission_keys: count,
      workers: count,
    }),
  })
  .meta({ id: 'RetentionRun' });
export type RetentionRunWire = z.infer<typeof retentionRunShape>;

export const toRetentionRunWire = (dryRun: boolean, statistics: RetentionStatistics): RetentionRunWire => ({
  dry_run: dryRun,
  statistics: statisticsRecord(statistics),
});
