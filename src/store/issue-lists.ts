import { type RawBuilder, type SelectQueryBuilder, sql } from 'kysely';
import type { FindingKind } from '../domain/finding.ts';
import type { Issue, Presence, Triage } from '../domain/issue.ts';
import { type Severity, severityRank } from '../domain/severity.ts';
import { countRows } from './count-rows.ts';
import { isExpired, toIssue } from './issues.ts';
import { containsText } from './like-pattern.ts';
import type { Schema } from './schema.ts';
import type { OrgTx } from './tx.ts';

export interface IssueListFilter {
  readonly projectId?: string;
  readonly severities?: readonly Severity[];
  readonly kinds?: readonly FindingKind[];
  readonly triages?: readonly Triage[];
  /** Issues of one branch or tag; with `presence`, in that state there. */
  readonly ref?: string;
  readonly presence?: Presence;
  readonly ruleId?: string;
  readonly engine?: string;
  /** Part of title, path or rule id; letter case does not matter. */
  readonly search?: string;
}

const matching = (tx: OrgTx, filter: IssueListFilter): SelectQueryBuilder<Schema, 'issues', object> => {
  const { projectId, severities, kinds, triages, ref, presence, ruleId, engine, search } = filter;
  let query = tx.build.selectFrom('issues').where('issues.organization_id', '=', tx.organizationId);
  if (projectId !== undefined) query = query.where('project_id', '=', projectId);
  if (severities !== undefined) query = query.where(sql<boolean>`severity_rank = any(${severities.map(severityRank)}::smallint[])`);
  if (kinds !== undefined) query = query.where(sql<boolean>`kind = any(${kinds}::text[])`);
  if (triages !== undefined)
    query = query.where(sql<boolean>`(case when ${isExpired} then 'open' else triage end) = any(${triages}::text[])`);
  if (ruleId !== undefined) query = query.where('rule_id', '=', ruleId);
  if (search !== undefined) query = query.where(containsText(['title', 'path', 'rule_id'], search));
  if (ref !== undefined || presence !== undefined) {
    query = query.where((expressions) => {
      let refs = expressions
        .selectFrom('issue_refs')
        .select(sql`1`.as('one'))
        .whereRef('issue_refs.organization_id', '=', 'issues.organization_id')
        .whereRef('issue_refs.issue_id', '=', 'issues.id');
      if (ref !== undefined) refs = refs.where('ref', '=', ref);
      if (presence !== undefined) refs = refs.where('presence', '=', presence);
      return expressions.exists(refs);
    });
  }
  if (engine !== undefined) {
    query = query.where((expressions) =>
      expressions.exists(
        expressions
          .selectFrom('issue_witnesses')
          .select(sql`1`.as('one'))
          .whereRef('issue_witnesses.organization_id', '=', 'issues.organization_id')
          .whereRef('issue_witnesses.issue_id', '=', 'issues.id')
          .where('issue_witnesses.engine', '=', engine),
      ),
    );
  }
  return query;
};

export const issueOrders = ['severity', 'last_seen', 'first_seen', 'path'] as const;
export type IssueOrder = (typeof issueOrders)[number];

/** Values a place in a sorted list is made of: those of the order, then the id. */
export type IssuePlace = readonly (string | number | Date)[];

interface OrderColumn {
  readonly sql: RawBuilder<unknown>;
  readonly type: RawBuilder<unknown>;
  readonly direction: 'asc' | 'desc';
  readonly of: (issue: Issue) => string | number | Date;
}

const rank: OrderColumn = { sql: sql`severity_rank`, type: sql`smallint`, direction: 'asc', of: (issue) => severityRank(issue.severity) };
const lastSeen: OrderColumn = { sql: sql`last_seen_at`, type: sql`timestamptz`, direction: 'desc', of: (issue) => issue.lastSeenAt };
const firstSeen: OrderColumn = { sql: sql`first_seen_at`, type: sql`timestamptz`, direction: 'desc', of: (issue) => issue.firstSeenAt };
/** By bytes, whatever the locale of the database. */
const path: OrderColumn = { sql: sql`path collate "C"`, type: sql`text`, direction: 'asc', of: (issue) => issue.path };
const id: OrderColumn = { sql: sql`id`, type: sql`uuid`, direction: 'desc', of: (issue) => issue.id };

/** As people expect them: the worst, the newest, the first letter first. */
const orders: Readonly<Record<IssueOrder, readonly OrderColumn[]>> = {
  severity: [rank, lastSeen, id],
  last_seen: [lastSeen, id],
  first_seen: [firstSeen, id],
  path: [path, id],
};

export interface IssueListOrder {
  readonly by: IssueOrder;
  readonly reversed: boolean;
}

export const placeOfIssue = (issue: Issue, order: IssueListOrder): IssuePlace => orders[order.by].map((column) => column.of(issue));

/** Rows behind a place: greater in the first column, or equal there and greater in the second, and so on, each in its direction. */
const behind = (columns: readonly (OrderColumn & { readonly isUp: boolean })[], place: IssuePlace): RawBuilder<boolean> =>
  sql<boolean>`(${sql.join(
    columns.map((last, at) => {
      const equal = columns.slice(0, at).map((column, index) => sql`${column.sql} = ${place[index]}::${column.type}`);
      return sql`(${sql.join([...equal, sql`${last.sql} ${last.isUp ? sql`>` : sql`<`} ${place[at]}::${last.type}`], sql` and `)})`;
    }),
    sql` or `,
  )})`;

export const issuePage = async (
  tx: OrgTx,
  filter: IssueListFilter,
  order: IssueListOrder,
  after: IssuePlace | undefined,
  limit: number,
): Promise<readonly Issue[]> => {
  const columns = orders[order.by].map((column) => ({ ...column, isUp: (column.direction === 'asc') !== order.reversed }));
  let query = matching(tx, filter).selectAll('issues').select(isExpired.as('is_expired')).limit(limit);
  for (const column of columns) query = query.orderBy(column.sql, column.isUp ? 'asc' : 'desc');
  if (after !== undefined) query = query.where(behind(columns, after));
  return (await tx.run(query)).map(toIssue);
};

export const countIssues = (tx: OrgTx, filter: IssueListFilter, options: { readonly exact: boolean }): Promise<number> =>
  countRows(tx, matching(tx, filter).select('issues.id'), options);
