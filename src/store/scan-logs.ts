import { sql } from 'kysely';
import type { LogLine } from '../domain/scan-log.ts';
import type { ScanName } from '../domain/scan-record.ts';
import { storableJson, storableText } from './storable-text.ts';
import type { OrgTx } from './tx.ts';
import { withoutNulls } from './without-nulls.ts';

export interface NewLogLine {
  readonly level: LogLine['level'];
  readonly message: string;
  readonly taskId?: string;
  readonly epoch?: number;
}

const maxMessageLength = 4000;

/** In the order given; each line gets the next id and the database's time. */
export const appendScanLog = async (
  tx: OrgTx,
  scan: { readonly id: string; readonly createdAt: Date },
  lines: readonly NewLogLine[],
): Promise<void> => {
  if (lines.length === 0) return;
  const rows = lines.map(({ level, message, taskId, epoch }) => ({
    level,
    message: storableText(message, maxMessageLength),
    task_id: taskId,
    epoch,
  }));
  await tx.change(sql`
    insert into scan_logs (organization_id, scan_id, scan_created_at, level, task_id, epoch, message)
    select ${tx.organizationId}::uuid, ${scan.id}::uuid, ${scan.createdAt}::timestamptz, r.level, r.task_id, r.epoch, r.message
    from rows from (jsonb_to_recordset(${storableJson(rows)}::jsonb) as (level text, task_id uuid, epoch integer, message text))
      with ordinality as r(level, task_id, epoch, message, place)
    order by r.place`);
};

/** Oldest first, after `afterId`. */
export const scanLogLines = async (
  tx: OrgTx,
  name: ScanName,
  range: { readonly afterId?: number | undefined; readonly limit: number },
): Promise<readonly LogLine[]> => {
  const rows = await tx.run(
    tx.build
      .selectFrom('scan_logs')
      .select(['id', 'at', 'level', 'task_id', 'epoch', 'message'])
      .where('organization_id', '=', tx.organizationId)
      .where('scan_id', '=', name.scanId)
      .where('id', '>', range.afterId ?? 0)
      .orderBy('id')
      .limit(range.limit),
  );
  return rows.map((row) => ({
    id: row.id,
    at: row.at,
    level: row.level as LogLine['level'],
    message: row.message,
    ...withoutNulls({ taskId: row.task_id, epoch: row.epoch }),
  }));
};
