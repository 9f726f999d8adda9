import type { Caller } from '../../domain/caller.ts';
import type { Issue, IssueDetail } from '../../domain/issue.ts';
import { AppError } from '../../lib/errors.ts';
import { uuidV7Time } from '../../lib/uuid-v7.ts';
import { appendAudit } from '../../store/audit.ts';
import { holdProjectIssues } from '../../store/issue-assignment.ts';
import { type Decision, decide, decisionsOf } from '../../store/issue-decisions.ts';
import { countIssues, type IssueListOrder, issuePage, placeOfIssue } from '../../store/issue-lists.ts';
import { countFindingsOfIssue, findIssue, findingsOfIssue, holdIssues, projectsOfIssues, refsOf, witnessesOf } from '../../store/issues.ts';
import type { OrgTx } from '../../store/tx.ts';
import type { AppDependencies } from '../dependencies.ts';
import { countOptions, decodeCursor, encodeCursor, listNameOf, pageOf, rowsToRead, type ValueKind } from '../paging/cursor.ts';
import { checkTriage } from './check-triage.ts';
import type { IssueSort, Issues, TriageInput } from './issues.ts';

const maxRefs = 1000;
const maxDecisions = 1000;
const maxAtOnce = 1000;

const placeKinds = {
  severity: ['number', 'instant', 'text'],
  last_seen: ['instant', 'text'],
  first_seen: ['instant', 'text'],
  path: ['text', 'text'],
} as const satisfies Record<IssueSort, readonly ValueKind[]>;

/** What each order gives without being asked for a direction: the worst and the newest come first, and so does the first letter. */
const startsDescending: Readonly<Record<IssueSort, boolean>> = { severity: true, last_seen: true, first_seen: true, path: false };

const notFound = (): AppError => new AppError('not_found', 'there is no issue with that id');

const decisionOf = (caller: Caller, input: TriageInput): Decision => ({
  triage: input.triage,
  reason: input.reason?.trim() ?? '',
  author: caller.actor,
  cause: 'manual',
  ...(input.expiresAt === undefined ? {} : { expiresAt: input.expiresAt }),
});

/** The same decision again is none. */
const changes = (issue: Issue, decision: Decision): boolean =>
  issue.triage !== decision.triage ||
  (issue.triageReason ?? '') !== decision.reason ||
  issue.triageExpiresAt?.getTime() !== decision.expiresAt?.getTime();

const auditData = ({ triage, reason, expiresAt }: Decision) => ({
  triage,
  reason,
  ...(expiresAt === undefined ? {} : { expires_at: expiresAt.toISOString() }),
});

/** Many issues are held behind the lock of their projects, as an ending scan holds them: neither can wait for the other halfway. */
const holdAll = async (tx: OrgTx, issueIds: readonly string[]): Promise<readonly Issue[]> => {
  for (const projectId of await projectsOfIssues(tx, issueIds)) await holdProjectIssues(tx, projectId);
  return holdIssues(tx, issueIds);
};

export const createIssues = (deps: Pick<AppDependencies, 'asOrganization' | 'clock' | 'newId' | 'keyring'>): Issues => {
  const detailOf = async (tx: OrgTx, issueId: string): Promise<IssueDetail> => {
    const issue = await findIssue(tx, issueId);
    if (issue === undefined) throw notFound();
    return {
      ...issue,
      refs: await refsOf(tx, issueId, maxRefs),
      decisions: await decisionsOf(tx, issueId, maxDecisions),
      witnesses: await witnessesOf(tx, issueId),
    };
  };

  return {
    list: (caller, filter, request, { signal }) =>
      deps.asOrganization(caller.organizationId).transaction(
        async (tx) => {
          const by = request.sort ?? 'severity';
          const order: IssueListOrder = {
            by,
            reversed: request.descending !== undefined && request.descending !== startsDescending[by],
          };
          const name = listNameOf('issues', { filter, order });
          const after = decodeCursor(deps.keyring, caller, name, request.cursor, placeKinds[by]);
          const rows = await issuePage(tx, filter, order, after, rowsToRead(request));
          const count = await countIssues(tx, filter, countOptions(request));
          return pageOf(rows, count, request, (issue) => encodeCursor(deps.keyring, caller, name, placeOfIssue(issue, order)));
        },
        { signal, readOnly: true },
      ),

    get: (caller, issueId, { signal }) =>
      deps.asOrganization(caller.organizationId).transaction((tx) => detailOf(tx, issueId), { signal, readOnly: true }),

    findings: (caller, issueId, request, { signal }) =>
      deps.asOrganization(caller.organizationId).transaction(
        async (tx) => {
          if ((await findIssue(tx, issueId)) === undefined) throw notFound();
          const name = listNameOf('issue-findings', { issueId });
          const [createdAt, findingId] = decodeCursor(deps.keyring, caller, name, request.cursor, ['instant', 'text']) ?? [];
          const after = createdAt === undefined || findingId === undefined ? undefined : { createdAt, findingId };
          const rows = await findingsOfIssue(tx, issueId, after, rowsToRead(request));
          const count = await countFindingsOfIssue(tx, issueId, countOptions(request));
          return pageOf(rows, count, request, (finding) =>
            encodeCursor(deps.keyring, caller, name, [finding.createdAt, finding.findingId]),
          );
        },
        { signal, readOnly: true },
      ),

    triage: (caller, issueId, input, { signal, ifRevision }) =>
      deps.asOrganization(caller.organizationId).transaction(
        async (tx) => {
          const at = new Date(deps.clock.now());
          checkTriage(input, at.getTime());
          const issue = await findIssue(tx, issueId, { forUpdate: true });
          if (issue === undefined) throw notFound();
          if (ifRevision !== undefined && ifRevision !== issue.revision)
            throw new AppError('revision_conflict', `the issue has revision ${issue.revision} by now, not ${ifRevision}`, {
              hint: 'Read it again and decide with what it says now.',
            });
          const decision = decisionOf(caller, input);
          if (changes(issue, decision)) {
            await decide(tx, [issueId], decision, deps.newId);
            const data = { ...auditData(decision), before: issue.triage };
            await appendAudit(tx, { actor: caller.actor, action: 'issue.triaged', resourceType: 'issue', resourceId: issueId, data, at });
          }
          return detailOf(tx, issueId);
        },
        { signal },
      ),

    triageMany: (caller, issueIds, input, { signal }) =>
      deps.asOrganization(caller.organizationId).transaction(
        async (tx) => {
          const at = new Date(deps.clock.now());
          checkTriage(input, at.getTime());
          const wanted = [...new Set(issueIds)];
          if (wanted.length === 0 || wanted.length > maxAtOnce)
            throw new AppError('request_invalid', `issue_ids: expected 1 to ${maxAtOnce} ids`, { details: { field: 'issue_ids' } });
          const known = wanted.every((id) => uuidV7Time(id) !== undefined) ? await holdAll(tx, wanted) : [];
          if (known.length < wanted.length)
            throw new AppError('not_found', 'some of the ids are no issues; none was changed', { hint: 'List the issues again.' });
          const decision = decisionOf(caller, input);
          const changed = known.filter((issue) => changes(issue, decision)).map(({ id }) => id);
          await decide(tx, changed, decision, deps.newId);
          if (changed.length > 0) {
            const data = { ...auditData(decision), issue_ids: changed };
            // One entry for all: each issue has its own decision with the author's name.
            await appendAudit(tx, {
              actor: caller.actor,
              action: 'issues.triaged',
              resourceType: 'issues',
              resourceId: caller.requestId,
              data,
              at,
            });
          }
          return changed.length;
        },
        { signal },
      ),
  };
};
