import { z } from 'zod';
import { type Operation, operation } from '../operation.ts';
import { scanParams } from '../request-parts.ts';
import { fileCoveragePage, toFileCoverageWire } from '../wire/coverage.ts';
import { ruleList, toRuleWire } from '../wire/engines.ts';
import { pageQuery, toPageRequest, toPageWire } from '../wire/page.ts';
import { logPage, toLogLineWire } from '../wire/scans.ts';
import { withoutUndefined } from '../without-undefined.ts';

const tag = 'Scans';
const one = '/api/v1/scans/{scan_id}';

const scanLogs = operation({
  id: 'scanLogs',
  method: 'GET',
  path: `${one}/logs`,
  tag,
  access: 'scans:read',
  summary: 'Log lines of a scan, oldest first',
  refusals: ['not_found'],
  params: scanParams,
  query: z.strictObject({
    after: z.coerce.number().int().min(0).optional().describe('`next_after` of the answer before.'),
    limit: z.coerce.number().int().min(1).max(1000).default(200),
  }),
  responses: { 200: { description: 'The lines; while a scan runs more may come.', schema: logPage } },
  handler: async ({ params, query }, { useCases, caller, signal }) => {
    const range = withoutUndefined({ afterId: query.after, limit: query.limit });
    const lines = await useCases.scans.logs(caller, params.scan_id, range, { signal });
    return { status: 200, body: { items: lines.map(toLogLineWire), next_after: lines.at(-1)?.id ?? null } };
  },
});

const scanRules = operation({
  id: 'scanRules',
  method: 'GET',
  path: `${one}/rules`,
  tag,
  access: 'scans:read',
  summary: 'Rules that the findings of a scan name',
  refusals: ['not_found'],
  params: scanParams,
  responses: { 200: { description: 'The rules as they were then.', schema: ruleList } },
  handler: async ({ params }, { useCases, caller, signal }) => {
    const rules = await useCases.scans.rules(caller, params.scan_id, { signal });
    return { status: 200, body: { items: rules.map(toRuleWire) } };
  },
});

const scanCoverage = operation({
  id: 'scanCoverage',
  method: 'GET',
  path: `${one}/coverage`,
  tag,
  access: 'scans:read',
  summary: 'Files that were not plainly analysed, failed ones first',
  refusals: ['not_found', 'cursor_invalid'],
  params: scanParams,
  query: z.strictObject(pageQuery),
  responses: { 200: { description: 'One page of files.', schema: fileCoveragePage } },
  handler: async ({ params, query }, { useCases, caller, signal }) => {
    const page = await useCases.scans.coverageFiles(caller, params.scan_id, toPageRequest(query), { signal });
    return { status: 200, body: toPageWire(page, toFileCoverageWire) };
  },
});

export const scanPartOperations: readonly Operation[] = [scanLogs, scanRules, scanCoverage];
