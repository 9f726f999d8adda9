import { z } from 'zod';
import type { FindingFilter } from '../../app/scans/scans.ts';
import { severities } from '../../domain/severity.ts';
import { type Operation, operation } from '../operation.ts';
import { anyOf, findingParams, scanParams } from '../request-parts.ts';
import { findingPage, findingShape, toFindingWire } from '../wire/findings.ts';
import { pageQuery, toPageRequest, toPageWire } from '../wire/page.ts';
import { engineName, text, uuid } from '../wire/values.ts';
import { withoutUndefined } from '../without-undefined.ts';

const tag = 'Findings';

const filters = {
  severity: anyOf(severities),
  engine: engineName.optional(),
  rule_id: text(500).min(1).optional(),
  search: text(200).optional().describe('Part of path, title or message; letter case does not matter.'),
};
const filterQuery = z.strictObject(filters);

const toFilter = (query: z.output<typeof filterQuery>): FindingFilter =>
  withoutUndefined({ severities: query.severity, engine: query.engine, ruleId: query.rule_id, search: query.search });

const listFindings = operation({
  id: 'listFindings',
  method: 'GET',
  path: '/api/v1/findings',
  tag,
  access: 'scans:read',
  summary: 'List findings, worst first',
  refusals: ['cursor_invalid'],
  query: z.strictObject({ ...pageQuery, ...filters, scan_id: uuid.optional(), project_id: uuid.optional() }),
  responses: { 200: { description: 'One page of findings.', schema: findingPage } },
  handler: async ({ query }, { useCases, caller, signal }) => {
    const filter = { ...toFilter(query), ...withoutUndefined({ scanId: query.scan_id, projectId: query.project_id }) };
    const page = await useCases.scans.findings(caller, filter, toPageRequest(query), { signal });
    return { status: 200, body: toPageWire(page, toFindingWire) };
  },
});

const scanFindings = operation({
  id: 'scanFindings',
  method: 'GET',
  path: '/api/v1/scans/{scan_id}/findings',
  tag,
  access: 'scans:read',
  summary: 'List the findings of a scan as its engines reported them, worst first',
  refusals: ['not_found', 'cursor_invalid'],
  params: scanParams,
  query: z.strictObject({ ...pageQuery, ...filters }),
  responses: { 200: { description: 'One page of findings.', schema: findingPage } },
  handler: async ({ params, query }, { useCases, caller, signal }) => {
    // A scan that is not there is no empty list.
    await useCases.scans.get(caller, params.scan_id, { signal });
    const filter = { ...toFilter(query), scanId: params.scan_id };
    const page = await useCases.scans.findings(caller, filter, toPageRequest(query), { signal });
    return { status: 200, body: toPageWire(page, toFindingWire) };
  },
});

const getFinding = operation({
  id: 'getFinding',
  method: 'GET',
  path: '/api/v1/findings/{finding_id}',
  tag,
  access: 'scans:read',
  summary: 'Show a finding',
  refusals: ['not_found'],
  params: findingParams,
  responses: { 200: { description: 'The finding.', schema: findingShape } },
  handler: async ({ params }, { useCases, caller, signal }) => ({
    status: 200,
    body: toFindingWire(await useCases.scans.finding(caller, params.finding_id, { signal })),
  }),
});

export const findingOperations: readonly Operation[] = [listFindings, scanFindings, getFinding];
