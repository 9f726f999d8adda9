import { acceptedScanResponses, toAcceptedScan } from '../accepted-scan.ts';
import { type Operation, operation } from '../operation.ts';
import { importInput, importQuery } from '../wire/imports.ts';
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
    'The body is the log itself, read as a stream. Its results become the findings of a scan of kind `import`, whose state tells how far it is. The same log again while that scan is active gives the same scan.',
  refusals: ['not_found', 'size_limit', 'queue_full', 'uploads_full', 'storage_full'],
  query: importQuery,
  upload: { contentTypes: ['application/sarif+json', 'application/json', 'application/octet-stream'] },
  responses: acceptedScanResponses,
  handler: async ({ query }, { useCases, caller, upload, signal }) => {
    const target = withoutUndefined({ projectId: query.project_id, ref: query.ref, commit: query.commit });
    return toAcceptedScan(await useCases.imports.fromBytes(caller, target, upload, { signal }));
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
  responses: acceptedScanResponses,
  handler: async ({ body }, { useCases, caller, signal }) => {
    const input = withoutUndefined({ projectId: body.project_id, artifactId: body.artifact_id, ref: body.ref, commit: body.commit });
    return toAcceptedScan(await useCases.scans.importSarif(caller, input, { signal }));
  },
});

export const importOperations: readonly Operation[] = [importSarif, importArtifact];
