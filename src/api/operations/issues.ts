import { z } from 'zod';
import { type IssueFilter, issueSorts, type TriageInput } from '../../app/issues/issues.ts';
import { findingKinds } from '../../domain/finding.ts';
import { triages } from '../../domain/issue.ts';
import { severities } from '../../domain/severity.ts';
import { type Operation, operation } from '../operation.ts';
import { anyOf, ifMatchHeaders, issueParams, revisionOf } from '../request-parts.ts';
import { findingPage, toFindingWire } from '../wire/findings.ts';
import {
  bulkTriageAnswer,
  bulkTriageInput,
  issueDetailShape,
  issuePage,
  presence,
  toIssueDetailWire,
  toIssueWire,
  triageInput,
} from '../wire/issues.ts';
import { pageQuery, toPageRequest, toPageWire } from '../wire/page.ts';
import { engineName, text, uuid } from '../wire/values.ts';
import { withoutUndefined } from '../without-undefined.ts';

const tag = 'Issues';
const one = '/api/v1/issues/{issue_id}';

const toTriage = (body: z.output<typeof triageInput>): TriageInput =>
  withoutUndefined({
    triage: body.triage,
    reason: body.reason,
    expiresAt: body.expires_at === undefined ? undefined : new Date(body.expires_at),
  });

const listIssues = operation({
  id: 'listIssues',
  method: 'GET',
  path: '/api/v1/issues',
  tag,
  access: 'issues:read',
  summary: 'List issues',
  refusals: ['cursor_invalid'],
  query: z.strictObject({
    ...pageQuery,
    project_id: uuid.optional(),
    severity: anyOf(severities),
    kind: anyOf(findingKinds),
    triage: anyOf(triages),
    ref: text(255).min(1).optional().describe('Issues of one branch or tag; with `presence`, in that state there.'),
    presence: presence.optional(),
    rule_id: text(500).min(1).optional(),
    engine: engineName.optional(),
    search: text(200).optional().describe('Part of title, path or rule id; letter case does not matter.'),
    sort: z.enum(issueSorts).optional(),
    order: z.enum(['asc', 'desc']).optional(),
  }),
  responses: { 200: { description: 'One page of issues.', schema: issuePage } },
  handler: async ({ query }, { useCases, caller, signal }) => {
    const filter: IssueFilter = withoutUndefined({
      projectId: query.project_id,
      severities: query.severity,
      kinds: query.kind,
      triages: query.triage,
      ref: query.ref,
      presence: query.presence,
      ruleId: query.rule_id,
      engine: query.engine,
      search: query.search,
    });
    const sort = withoutUndefined({ sort: query.sort, descending: query.order === undefined ? undefined : query.order === 'desc' });
    const page = await useCases.issues.list(caller, filter, { ...toPageRequest(query), ...sort }, { signal });
    return { status: 200, body: toPageWire(page, toIssueWire) };
  },
});

const getIssue = operation({
  id: 'getIssue',
  method: 'GET',
  path: one,
  tag,
  access: 'issues:read',
  summary: 'Show an issue with its branches, decisions and witnesses',
  refusals: ['not_found'],
  params: issueParams,
  responses: { 200: { description: 'The issue.', schema: issueDetailShape } },
  handler: async ({ params }, { useCases, caller, signal }) => {
    const issue = await useCases.issues.get(caller, params.issue_id, { signal });
    return { status: 200, body: toIssueDetailWire(issue), revision: issue.revision };
  },
});

const issueFindings = operation({
  id: 'issueFindings',
  method: 'GET',
  path: `${one}/findings`,
  tag,
  access: 'issues:read',
  summary: 'List the findings of an issue, newest first',
  refusals: ['not_found', 'cursor_invalid'],
  params: issueParams,
  query: z.strictObject(pageQuery),
  responses: { 200: { description: 'One page of findings.', schema: findingPage } },
  handler: async ({ params, query }, { useCases, caller, signal }) => {
    const page = await useCases.issues.findings(caller, params.issue_id, toPageRequest(query), { signal });
    return { status: 200, body: toPageWire(page, toFindingWire) };
  },
});

const triageIssue = operation({
  id: 'triageIssue',
  method: 'POST',
  path: `${one}/triage`,
  tag,
  access: 'issues:triage',
  summary: 'Decide about an issue',
  refusals: ['not_found', 'revision_conflict'],
  params: issueParams,
  headers: ifMatchHeaders,
  body: triageInput,
  responses: { 200: { description: 'The issue as it is now.', schema: issueDetailShape } },
  handler: async ({ params, headers, body }, { useCases, caller, signal }) => {
    const options = withoutUndefined({ signal, ifRevision: revisionOf(headers['if-match']) });
    const issue = await useCases.issues.triage(caller, params.issue_id, toTriage(body), options);
    return { status: 200, body: toIssueDetailWire(issue), revision: issue.revision };
  },
});

const triageIssues = operation({
  id: 'triageIssues',
  method: 'POST',
  path: '/api/v1/issues/triage',
  tag,
  access: 'issues:triage',
  summary: 'Decide about many issues: all of them or none',
  refusals: ['not_found'],
  body: bulkTriageInput,
  responses: { 200: { description: 'How many were changed.', schema: bulkTriageAnswer } },
  handler: async ({ body }, { useCases, caller, signal }) => ({
    status: 200,
    body: { changed: await useCases.issues.triageMany(caller, body.issue_ids, toTriage(body), { signal }) },
  }),
});

export const issueOperations: readonly Operation[] = [listIssues, getIssue, issueFindings, triageIssue, triageIssues];
