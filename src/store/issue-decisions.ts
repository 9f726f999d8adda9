import { sql } from 'kysely';
import type { IssueDecision, Triage } from '../domain/issue.ts';
import type { NewId } from '../lib/clock.ts';
import { storableText } from './storable-text.ts';
import type { OrgTx, Tx } from './tx.ts';
import { withoutNulls } from './without-nulls.ts';

/** Who decides where no person did. */
export const systemAuthor = 'system';

export interface Decision {
  readonly triage: Triage;
  readonly reason: string;
  readonly author: string;
  readonly cause: IssueDecision['cause'];
  readonly expiresAt?: Date;
}

/** The decision is in force from now on for each of the issues, and stands in their history for good. */
export const decide = async (tx: OrgTx, issueIds: readonly string[], decision: Decision, newId: NewId): Promise<void> => {
  if (issueIds.length === 0) return;
  const reason = storableText(decision.reason, 4000);
  await tx.change(sql`
    insert into issue_decisions (organization_id, id, issue_id, triage, reason, author, cause, expires_at)
    select ${tx.organizationId}::uuid, r.id, r.issue_id, ${decision.triage}, ${reason}, ${decision.author}, ${decision.cause},
           ${decision.expiresAt ?? null}::timestamptz
    from unnest(${issueIds.map(() => newId())}::uuid[], ${issueIds}::uuid[]) as r(id, issue_id)`);
  await tx.change(sql`
    update issues set triage = ${decision.triage}, triage_reason = ${reason === '' ? null : reason},
      triage_expires_at = ${decision.expiresAt ?? null}::timestamptz, revision = revision + 1
    where organization_id = ${tx.organizationId} and id = any(${issueIds}::uuid[])`);
};

/** Issues that were gone are back: what somebody called fixed is open again. Other decisions still hold. */
export const reopenFixed = async (
  tx: OrgTx,
  issueIds: readonly string[],
  options: { readonly at: Date; readonly newId: NewId; readonly ref: string; readonly scanId: string },
): Promise<void> => {
  if (issueIds.length === 0) return;
  const rows = await tx.run(sql<{ id: string; is_fixed: boolean }>`
    update issues set reopened_at = ${options.at}::timestamptz, revision = revision + 1
    where organization_id = ${tx.organizationId} and id = any(${issueIds}::uuid[]) returning id, triage = 'fixed' as is_fixed`);
  const reopened = rows.filter((row) => row.is_fixed).map(({ id }) => id);
  const reason = `found again on ${options.ref} by scan ${options.scanId}`;
  await decide(tx, reopened, { triage: 'open', reason, author: systemAuthor, cause: 'regression' }, options.newId);
};

/** Organisations with a decision whose time is over. */
export const organizationsWithExpired = async (tx: Tx): Promise<readonly string[]> => {
  const rows = await tx.run(sql<{ organization_id: string }>`
    select distinct organization_id from issues where triage_expires_at <= clock_timestamp() order by organization_id`);
  return rows.map((row) => row.organization_id);
};

/** Up to `limit` issues whose decision has run out are open again. Those that another transaction holds come another time. */
export const reopenExpired = async (tx: OrgTx, limit: number, newId: NewId): Promise<readonly string[]> => {
  const rows = await tx.run(sql<{ id: string }>`
    select id from issues where organization_id = ${tx.organizationId} and triage_expires_at <= clock_timestamp()
    order by triage_expires_at, id limit ${limit} for update skip locked`);
  const expired = rows.map(({ id }) => id);
  await decide(tx, expired, { triage: 'open', reason: 'the decision ran out', author: systemAuthor, cause: 'expiry' }, newId);
  await tx.change(sql`
    update issues set reopened_at = clock_timestamp() where organization_id = ${tx.organizationId} and id = any(${expired}::uuid[])`);
  return expired;
};

interface DecisionRow {
  readonly id: string;
  readonly triage: string;
  readonly reason: string;
  readonly author: string;
  readonly cause: string;
  readonly expires_at: Date | null;
  readonly created_at: Date;
}

/** Newest first, at most `limit`. */
export const decisionsOf = async (tx: OrgTx, issueId: string, limit: number): Promise<readonly IssueDecision[]> => {
  const rows = await tx.run(sql<DecisionRow>`
    select id, triage, reason, author, cause, expires_at, created_at from issue_decisions
    where organization_id = ${tx.organizationId} and issue_id = ${issueId} order by created_at desc, id desc limit ${limit}`);
  return rows.map((row) => ({
    id: row.id,
    triage: row.triage as Triage,
    reason: row.reason,
    author: row.author,
    cause: row.cause as IssueDecision['cause'],
    createdAt: row.created_at,
    ...withoutNulls({ expiresAt: row.expires_at }),
  }));
};
