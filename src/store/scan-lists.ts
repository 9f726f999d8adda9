import { type SelectQueryBuilder, sql } from 'kysely';
import { activeScanStates, type ScanRecord, type ScanState } from '../domain/scan-record.ts';
import { countRows } from './count-rows.ts';
import { toScanRecord } from './scans.ts';
import type { Schema } from './schema.ts';
import type { OrgTx } from './tx.ts';

export interface ScanListFilter {
  readonly projectId?: string;
  readonly states?: readonly ScanState[];
  readonly ref?: string;
  readonly kind?: ScanRecord['kind'];
  readonly createdAfter?: Date;
  readonly createdBefore?: Date;
}

const matching = (tx: OrgTx, filter: ScanListFilter): SelectQueryBuilder<Schema, 'scans', object> => {
  const { projectId, states, ref, kind, createdAfter, createdBefore } = filter;
  let query = tx.build.selectFrom('scans').where('organization_id', '=', tx.organizationId);
  if (projectId !== undefined) query = query.where('project_id', '=', projectId);
  if (states !== undefined) query = query.where(sql<boolean>`state = any(${[...states]}::text[])`);
  if (ref !== undefined) query = query.where('ref', '=', ref);
  if (kind !== undefined) query = query.where('kind', '=', kind);
  if (createdAfter !== undefined) query = query.where('created_at', '>=', createdAfter);
  if (createdBefore !== undefined) query = query.where('created_at', '<', createdBefore);
  return query;
};

/** Newest first. */
export const scanPage = async (
  tx: OrgTx,
  filter: ScanListFilter,
  after: { readonly createdAt: Date; readonly id: string } | undefined,
  limit: number,
): Promise<readonly ScanRecord[]> => {
  let query = matching(tx, filter).selectAll().orderBy('created_at', 'desc').orderBy('id', 'desc').limit(limit);
  if (after !== undefined) query = query.where(sql<boolean>`(created_at, id) < (${after.createdAt}::timestamptz, ${after.id}::uuid)`);
  return (await tx.run(query)).map(toScanRecord);
};

export const countScans = (tx: OrgTx, filter: ScanListFilter, options: { readonly exact: boolean }): Promise<number> =>
  countRows(tx, matching(tx, filter).select('id'), options);

export interface ScanFigures {
  readonly total: number;
  readonly active: number;
  readonly completedToday: number;
  readonly meanDurationMs: number | undefined;
}

/** By the database's clock; days begin at midnight UTC. */
export const scanFigures = async (tx: OrgTx): Promise<ScanFigures> => {
  const row = await tx.one(sql<{ total: number; active: number; completed_today: number; mean_duration_ms: number | null }>`
    select count(*) as total,
      count(*) filter (where state = any(${[...activeScanStates]}::text[])) as active,
      count(*) filter (where state = 'completed' and finished_at >= date_trunc('day', now(), 'UTC')) as completed_today,
      (avg(extract(epoch from finished_at - started_at)) filter (
        where state = 'completed' and kind = 'scan' and finished_at >= now() - interval '30 days') * 1000)::float8 as mean_duration_ms
    from scans where organization_id = ${tx.organizationId}`);
  return {
    total: row?.total ?? 0,
    active: row?.active ?? 0,
    completedToday: row?.completed_today ?? 0,
    meanDurationMs: row?.mean_duration_ms == null ? undefined : Math.round(row.mean_duration_ms),
  };
};
