import { type SelectQueryBuilder, sql } from 'kysely';
import type { BaselineEntry } from '../domain/baseline.ts';
import type { Fingerprint } from '../domain/finding.ts';
import type { ScanName } from '../domain/scan-record.ts';
import { type Severity, severityRank } from '../domain/severity.ts';
import type { StoredFinding } from '../domain/stored-finding.ts';
import { uuidV7Time } from '../lib/uuid-v7.ts';
import { countRows } from './count-rows.ts';
import { findingColumns, toStoredFinding } from './findings.ts';
import { camelKeys } from './json-keys.ts';
import { containsText } from './like-pattern.ts';
import type { Schema } from './schema.ts';
import type { OrgTx } from './tx.ts';

export interface FindingListFilter {
  readonly scan?: Pick<ScanName, 'scanId' | 'scanCreatedAt'>;
  readonly projectId?: string;
  readonly severities?: readonly Severity[];
  readonly engine?: string;
  readonly ruleId?: string;
  readonly search?: string;
}

/** A place in the order of {@link findingPage}. */
export interface FindingPlace {
  readonly severityRank: number;
  readonly findingId: string;
}

export const placeOfFinding = (finding: StoredFinding): FindingPlace => ({
  severityRank: severityRank(finding.severity),
  findingId: finding.findingId,
});

/** Findings are made after their scan; servers' clocks may differ by less than this. */
const clockMarginMs = 86_400_000;

const matching = (tx: OrgTx, filter: FindingListFilter): SelectQueryBuilder<Schema, 'findings', object> => {
  const { scan, projectId, severities, engine, ruleId, search } = filter;
  let query = tx.build.selectFrom('findings').where('findings.organization_id', '=', tx.organizationId);
  if (scan !== undefined) {
    query = query
      .where('scan_id', '=', scan.scanId)
      // Partitions of the months before the scan are not looked at.
      .where('created_at', '>=', new Date(scan.scanCreatedAt.getTime() - clockMarginMs));
  }
  if (projectId !== undefined) query = query.where('project_id', '=', projectId);
  if (severities !== undefined) query = query.where(sql<boolean>`severity_rank = any(${severities.map(severityRank)}::smallint[])`);
  if (engine !== undefined) query = query.where('engine', '=', engine);
  if (ruleId !== undefined) query = query.where('rule_id', '=', ruleId);
  if (search !== undefined) query = query.where(containsText(['path', 'title', 'message'], search));
  return query;
};

/** Worst first, then oldest. */
export const findingPage = async (
  tx: OrgTx,
  filter: FindingListFilter,
  after: FindingPlace | undefined,
  limit: number,
): Promise<readonly StoredFinding[]> => {
  let query = matching(tx, filter).select(findingColumns).orderBy('severity_rank').orderBy('id').limit(limit);
  if (after !== undefined) {
    query = query.where(sql<boolean>`(severity_rank, id) > (${after.severityRank}::smallint, ${after.findingId}::uuid)`);
  }
  return (await tx.run(query)).map(toStoredFinding);
};

export const countFindings = (tx: OrgTx, filter: FindingListFilter, options: { readonly exact: boolean }): Promise<number> =>
  countRows(tx, matching(tx, filter).select('id'), options);

export const findFinding = async (tx: OrgTx, findingId: string): Promise<StoredFinding | undefined> => {
  const createdAt = uuidV7Time(findingId);
  if (createdAt === undefined) return undefined;
  const row = await tx.one(
    tx.build
      .selectFrom('findings')
      .select(findingColumns)
      .where('organization_id', '=', tx.organizationId)
      .where('id', '=', findingId)
      .where('created_at', '=', createdAt),
  );
  return row === undefined ? undefined : toStoredFinding(row);
};

/** A finding as far as a comparison and the gate need it. */
export interface FindingEvidence extends BaselineEntry {
  readonly findingId: string;
}

/** All of a scan, in the order they were made. */
export const findingEvidence = async (tx: OrgTx, scan: Pick<ScanName, 'scanId' | 'scanCreatedAt'>): Promise<readonly FindingEvidence[]> => {
  const rows = await tx.run(matching(tx, { scan }).select(['id', 'rule_id', 'fingerprints']).orderBy('id'));
  return rows.map((row) => ({
    findingId: row.id,
    ruleId: row.rule_id,
    fingerprints: camelKeys(row.fingerprints) as readonly Fingerprint[],
  }));
};

/** Every finding of the scan is `unchanged` when its id is among `known`, else `new`. */
export const setBaselineStates = (tx: OrgTx, scan: Pick<ScanName, 'scanId' | 'scanCreatedAt'>, known: readonly string[]): Promise<number> =>
  tx.change(sql`
    update findings set baseline_state = case when id = any(${known}::uuid[]) then 'unchanged' else 'new' end
    where organization_id = ${tx.organizationId} and scan_id = ${scan.scanId}
      and created_at >= ${new Date(scan.scanCreatedAt.getTime() - clockMarginMs)}`);

/** Findings that count against a gate: as severe as `worstRank` or worse, not suppressed, not known from the baseline. */
export const countFailing = async (tx: OrgTx, scan: Pick<ScanName, 'scanId' | 'scanCreatedAt'>, threshold: Severity): Promise<number> => {
  const row = await tx.one(
    matching(tx, { scan })
      .select((e) => e.fn.countAll<number>().as('n'))
      .where('severity_rank', '<=', severityRank(threshold))
      .where('suppression', 'is', null)
      .where(sql<boolean>`baseline_state is distinct from 'unchanged'`),
  );
  return row?.n ?? 0;
};
