import { assignFindings, type IssueGroup } from '../../domain/issue-assignment.ts';
import { presenceAfter } from '../../domain/issue-presence.ts';
import type { ScanRecord } from '../../domain/scan-record.ts';
import { confidences, severityRank } from '../../domain/severity.ts';
import type { Clock, NewId } from '../../lib/clock.ts';
import {
  type AssignableFinding,
  evidenceNear,
  findingsToAssign,
  holdProjectIssues,
  type IssueAppearance,
  linkFindings,
  saveAppearances,
  saveEvidence,
} from '../../store/issue-assignment.ts';
import { reopenFixed } from '../../store/issue-decisions.ts';
import { isOvertaken, markDetected, markUnseen, refreshDetected, regressed, unseenIssues } from '../../store/issue-presence.ts';
import type { OrgTx } from '../../store/tx.ts';
import { scanStatement } from './scan-statement.ts';

/** What a scan did to the issues of its project. */
export interface IssueStatistics {
  /** Issues among its findings: `created` ones and those that were known. */
  readonly created: number;
  readonly known: number;
  /** Were gone, and are back. */
  readonly regressed: number;
  /** Gone from the scan's ref. */
  readonly absent: number;
  /** No longer to be told for the ref. */
  readonly unknown: number;
}

const worstFirst = (a: AssignableFinding, b: AssignableFinding): number =>
  severityRank(a.severity) - severityRank(b.severity) ||
  confidences.indexOf(a.confidence) - confidences.indexOf(b.confidence) ||
  (a.engine < b.engine ? -1 : 1);

/** The worst witness speaks for the issue. It counts as suppressed in the source only when every witness says so. */
const appearanceOf = (issueId: string, { findings }: IssueGroup<AssignableFinding>): IssueAppearance | undefined => {
  const [lead] = findings.toSorted(worstFirst);
  return lead === undefined
    ? undefined
    : {
        issueId,
        lead,
        cwe: [...new Set(findings.flatMap(({ cwe }) => cwe))].sort(),
        cve: [...new Set(findings.flatMap(({ cve }) => cve))].sort(),
        isSuppressed: findings.every(({ isSuppressed }) => isSuppressed),
      };
};

/** Issues of the ref that the scan did not find again: gone, or not to be told, as far as the scan can say. */
const closeUnseen = async (
  tx: OrgTx,
  scan: ScanRecord,
  seen: ReadonlySet<string>,
): Promise<{ readonly absent: readonly string[]; readonly unknown: readonly string[] }> => {
  const unseen = await unseenIssues(tx, scan, seen);
  const statement = unseen.length === 0 ? undefined : await scanStatement(tx, scan, [...new Set(unseen.flatMap(({ paths }) => paths))]);
  if (statement === undefined) return { absent: [], unknown: [] };
  const verdicts = unseen.map((issue) => ({ issue, verdict: presenceAfter(issue, statement) }));
  const absent = verdicts.filter(({ verdict }) => verdict === 'absent').map(({ issue }) => issue.issueId);
  const unknown = verdicts
    .filter(({ issue, verdict }) => verdict === 'unknown' && issue.presence !== 'unknown')
    .map(({ issue }) => issue.issueId);
  await markUnseen(tx, scan, 'absent', absent);
  await markUnseen(tx, scan, 'unknown', unknown);
  return { absent, unknown };
};

/**
 * Makes the findings of an ended scan the project's issues, within the transaction that ends it. Each finding gets exactly one issue; what the
 * scan proves to be gone from its ref becomes absent there; what is back after it was gone is open again where it was called fixed. Scans of
 * one project do this one after the other, and a scan that a younger one has overtaken does not take back what that one said. Triage is
 * otherwise left to people.
 */
export const assignIssues = async (
  tx: OrgTx,
  scan: ScanRecord,
  deps: { readonly newId: NewId; readonly clock: Clock },
): Promise<IssueStatistics> => {
  await holdProjectIssues(tx, scan.projectId);
  const overtaken = await isOvertaken(tx, scan);
  const findings = await findingsToAssign(tx, scan);
  const groups = assignFindings(findings, findings.length === 0 ? [] : await evidenceNear(tx, scan));
  const assigned = groups.map((group) => ({ issueId: group.issueId ?? deps.newId(), group }));
  const issueIds = assigned.map(({ issueId }) => issueId);

  if (assigned.length > 0) {
    await saveAppearances(
      tx,
      scan,
      assigned.flatMap(({ issueId, group }) => appearanceOf(issueId, group) ?? []),
    );
    await linkFindings(
      tx,
      assigned.flatMap(({ issueId, group }) => group.findings.map(({ id }) => ({ findingId: id, issueId }))),
    );
    await saveEvidence(tx, scan);
  }
  const back = overtaken || assigned.length === 0 ? [] : await regressed(tx, scan, issueIds);
  await markDetected(tx, scan, issueIds, { isOvertaken: overtaken });
  const { absent, unknown } = overtaken ? { absent: [], unknown: [] } : await closeUnseen(tx, scan, new Set(issueIds));
  await refreshDetected(tx, [...issueIds, ...absent, ...unknown]);
  await reopenFixed(tx, back, { at: new Date(deps.clock.now()), newId: deps.newId, ref: scan.ref, scanId: scan.id });
  const created = groups.filter(({ issueId }) => issueId === undefined).length;
  return { created, known: groups.length - created, regressed: back.length, absent: absent.length, unknown: unknown.length };
};
