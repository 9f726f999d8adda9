import { z } from 'zod';
import type { ScanFilter, SubmitScan } from '../../app/scans/scans.ts';
import { type ScanSource, scanStates } from '../../domain/scan-record.ts';
import { AppError } from '../../lib/errors.ts';
import { acceptedScanResponses, toAcceptedScan } from '../accepted-scan.ts';
import { type CallerContext, type Operation, operation } from '../operation.ts';
import { anyOf, idempotencyHeaders, scanParams } from '../request-parts.ts';
import { pageQuery, toPageRequest, toPageWire } from '../wire/page.ts';
import {
  cancelInput,
  type ScanInputWire,
  scanDetailShape,
  scanInput,
  scanPage,
  scanShape,
  scanSummaryShape,
  toScanDetailWire,
  toScanSummaryWire,
  toScanWire,
} from '../wire/scans.ts';
import { instantInput, text, uuid } from '../wire/values.ts';
import { withoutUndefined } from '../without-undefined.ts';

const tag = 'Scans';
const one = '/api/v1/scans/{scan_id}';

const toSource = (source: ScanInputWire['source']): ScanSource =>
  source.type === 'git'
    ? withoutUndefined({ type: source.type, url: source.url, ref: source.ref, commit: source.commit })
    : { type: source.type, artifactId: source.artifact_id };

const toSubmit = (body: ScanInputWire, projectId: string, idempotencyKey: string | undefined): SubmitScan =>
  withoutUndefined({
    projectId,
    source: toSource(body.source),
    engines: body.engines,
    priority: body.priority,
    shardCount: body.shard_count,
    options:
      body.options === undefined
        ? undefined
        : withoutUndefined({
            failOn: body.options.fail_on,
            exclude: body.options.exclude,
            allowPartial: body.options.allow_partial,
            history: body.options.history,
          }),
    timeoutMs: body.timeout_ms,
    force: body.force,
    idempotencyKey,
  });

/** The project a submission is for; a repository may be scanned without naming one. */
const projectOf = async (body: ScanInputWire, { useCases, caller, signal }: CallerContext): Promise<string> => {
  if (body.project_id !== undefined) return body.project_id;
  if (body.source.type === 'git') return (await useCases.projects.ensureForUrl(caller, body.source.url, { signal })).id;
  throw new AppError('request_invalid', 'body.project_id: an artifact needs a project', {
    hint: 'Name one, or create it with POST /api/v1/projects.',
    details: { field: 'body.project_id' },
  });
};

const createScan = operation({
  id: 'createScan',
  method: 'POST',
  path: '/api/v1/scans',
  tag,
  access: 'scans:write',
  summary: 'Submit a scan',
  description:
    'Accepted means that it will be run. The same submission twice, by `Idempotency-Key` or by what is scanned while that scan is active, gives the same scan.',
  refusals: ['not_found', 'engine_unknown', 'queue_full', 'idempotency_conflict', 'url_invalid', 'protocol_denied', 'artifact_not_ready'],
  headers: idempotencyHeaders,
  body: scanInput,
  responses: acceptedScanResponses,
  handler: async ({ headers, body }, context) => {
    const { useCases, caller, signal } = context;
    const input = toSubmit(body, await projectOf(body, context), headers['idempotency-key']);
    return toAcceptedScan(await useCases.scans.submit(caller, input, { signal }));
  },
});

const listScans = operation({
  id: 'listScans',
  method: 'GET',
  path: '/api/v1/scans',
  tag,
  access: 'scans:read',
  summary: 'List scans, newest first',
  refusals: ['cursor_invalid'],
  query: z.strictObject({
    ...pageQuery,
    project_id: uuid.optional(),
    state: anyOf(scanStates),
    ref: text(255).min(1).optional(),
    kind: z.enum(['scan', 'import']).optional(),
    created_after: instantInput.optional(),
    created_before: instantInput.optional(),
  }),
  responses: { 200: { description: 'One page of scans.', schema: scanPage } },
  handler: async ({ query }, { useCases, caller, signal }) => {
    const filter: ScanFilter = withoutUndefined({
      projectId: query.project_id,
      states: query.state,
      ref: query.ref,
      kind: query.kind,
      createdAfter: query.created_after === undefined ? undefined : new Date(query.created_after),
      createdBefore: query.created_before === undefined ? undefined : new Date(query.created_before),
    });
    const page = await useCases.scans.list(caller, filter, toPageRequest(query), { signal });
    return { status: 200, body: toPageWire(page, toScanWire) };
  },
});

const scanSummary = operation({
  id: 'scanSummary',
  method: 'GET',
  path: '/api/v1/scans/summary',
  tag,
  access: 'scans:read',
  summary: 'Total, active, completed today, mean duration',
  responses: { 200: { description: 'The numbers.', schema: scanSummaryShape } },
  handler: async (_input, { useCases, caller, signal }) => ({
    status: 200,
    body: toScanSummaryWire(await useCases.scans.summary(caller, { signal })),
  }),
});

const getScan = operation({
  id: 'getScan',
  method: 'GET',
  path: one,
  tag,
  access: 'scans:read',
  summary: 'Show a scan with its tasks and coverage',
  refusals: ['not_found'],
  params: scanParams,
  responses: { 200: { description: 'The scan.', schema: scanDetailShape } },
  handler: async ({ params }, { useCases, caller, signal }) => {
    const detail = await useCases.scans.detail(caller, params.scan_id, { signal });
    return { status: 200, body: toScanDetailWire(detail), revision: detail.scan.revision };
  },
});

const cancelScan = operation({
  id: 'cancelScan',
  method: 'POST',
  path: `${one}/cancel`,
  tag,
  access: 'scans:write',
  summary: 'Cancel a scan',
  description: 'Running engines are stopped and nothing is stored afterwards. Cancelling a cancelled scan changes nothing.',
  refusals: ['not_found', 'scan_ended'],
  params: scanParams,
  body: cancelInput,
  bodyOptional: true,
  responses: { 200: { description: 'The scan.', schema: scanShape } },
  handler: async ({ params, body }, { useCases, caller, signal }) => {
    const scan = await useCases.scans.cancel(caller, params.scan_id, body.reason ?? `cancelled by ${caller.actor}`, { signal });
    return { status: 200, body: toScanWire(scan), revision: scan.revision };
  },
});

const deleteScan = operation({
  id: 'deleteScan',
  method: 'DELETE',
  path: one,
  tag,
  access: 'scans:write',
  summary: 'Delete a scan with everything it owns',
  description: 'In any state; running work is cancelled. Issues and their decisions stay.',
  refusals: ['not_found'],
  params: scanParams,
  responses: { 204: { description: 'It is gone.' } },
  handler: async ({ params }, { useCases, caller, signal }) => {
    await useCases.scans.remove(caller, params.scan_id, { signal });
    return { status: 204 };
  },
});

const exportSarif = operation({
  id: 'exportSarif',
  method: 'GET',
  path: `${one}/sarif`,
  tag,
  access: 'scans:read',
  summary: 'The findings of a completed scan as SARIF 2.1.0',
  refusals: ['not_found', 'scan_not_completed'],
  params: scanParams,
  responses: { 200: { description: 'A SARIF log.', contentType: 'application/sarif+json' } },
  handler: async ({ params }, { useCases, caller, signal }) => ({
    status: 200,
    stream: await useCases.exportSarif(caller, params.scan_id, { signal }),
    headers: { 'content-disposition': `attachment; filename="scan-${params.scan_id}.sarif"` },
  }),
});

export const scanOperations: readonly Operation[] = [createScan, listScans, scanSummary, getScan, cancelScan, deleteScan, exportSarif];
