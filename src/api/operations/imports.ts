import { type Operation, operation } from '../operation.ts';
import { importAccepted, importInput, importQuery } from '../wire/imports.ts';
import { toScanWire } from '../wire/scans.ts';
import { withoutUndefined } from '../without-undefined.ts';

const tag = 'Imports';

const importSarif = operation({
  id: 'importSarif',
  method: 'POST',
  path: '/api/v1/imports',
  tag,
  access: 'scans:write',
  summary: 'Import a SARIF log',
  description:
    'The body is the log itself, read as a stream. Its results become the findings of a scan of kind `import`, whose state tells how far it is.',
  refusals: ['not_found', 'size_limit', 'queue_full', 'uploads_full', 'storage_full'],
  query: importQuery,
  upload: { contentTypes: ['application/sarif+json', 'application/json', 'application/octet-stream'] },
  responses: { 202: { description: 'It will be read.', schema: importAccepted } },
  handler: async ({ query }, { useCases, caller, upload, signal }) => {
    const target = withoutUndefined({ projectId: query.project_id, ref: query.ref, commit: query.commit });
    const { scan, isNew } = await useCases.imports.fromBytes(caller, target, upload, { signal });
    return { status: 202, body: { scan: toScanWire(scan), is_new: isNew }, headers: { location: `/api/v1/scans/${scan.id}` } };
  },
});

const importArtifact = operation({
  id: 'importArtifact',
  method: 'POST',
  path: '/api/v1/imports/from-artifact',
  tag,
  access: 'scans:write',
  summary: 'Import a SARIF log that was uploaded as an artifact',
  refusals: ['not_found', 'artifact_not_ready', 'queue_full'],
  body: importInput,
  responses: { 202: { description: 'It will be read.', schema: importAccepted } },
  handler: async ({ body }, { useCases, caller, signal }) => {
    const input = withoutUndefined({ projectId: body.project_id, artifactId: body.artifact_id, ref: body.ref, commit: body.commit });
    const { scan, isNew } = await useCases.scans.importSarif(caller, input, { signal });
    return { status: 202, body: { scan: toScanWire(scan), is_new: isNew }, headers: { location: `/api/v1/scans/${scan.id}` } };
  },
});

export const importOperations: readonly Operation[] = [importSarif, importArtifact];
