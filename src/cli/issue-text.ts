import type { IssueDetailWire } from '../api/wire/issues.ts';
import { forTerminal } from '../lib/text-safety.ts';
import { shortInstant } from './instants.ts';
import type { Paint } from './terminal.ts';

const decisionText = (decision: IssueDetailWire['decisions'][number]): string =>
  [
    `${shortInstant(decision.created_at)} ${decision.triage} by ${decision.author}`,
    decision.cause === 'manual' ? '' : ` (${decision.cause})`,
    decision.expires_at === null ? '' : ` until ${shortInstant(decision.expires_at)}`,
    decision.reason === '' ? '' : `: ${decision.reason}`,
  ].join('');

/** What is known of an issue, a line each. */
export const issueText = (issue: IssueDetailWire, paint: Paint): string => {
  const facts: (readonly [string, string])[] = [
    ['rule', issue.rule_id],
    ['place', issue.start_line === null ? issue.path : `${issue.path}:${issue.start_line}`],
    ['severity', `${issue.severity}, confidence ${issue.confidence}`],
    ...(issue.cwe.length + issue.cve.length === 0 ? [] : [['named', [...issue.cwe, ...issue.cve].join(', ')] as const]),
    ['triage', issue.suppressed_in_source ? `${issue.triage}, suppressed in the source` : issue.triage],
    ['seen', `${shortInstant(issue.first_seen_at)} to ${shortInstant(issue.last_seen_at)}`],
    ...issue.witnesses.map((witness) => ['witness', `${witness.engine} ${witness.rule_id}`] as const),
    ...issue.refs.map(
      (ref) => ['ref', `${ref.ref}: ${ref.presence}${ref.gone_at === null ? '' : ` since ${shortInstant(ref.gone_at)}`}`] as const,
    ),
    ...issue.decisions.map((decision) => ['decision', decisionText(decision)] as const),
  ];
  const lines = facts.map(([name, value]) => `  ${name.padEnd(10)}${forTerminal(value)}`);
  return `${paint.bold(`Issue ${issue.id}`)} ${forTerminal(issue.title)}\n${lines.join('\n')}\n`;
};
