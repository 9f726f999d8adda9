import { z } from 'zod';
import type { NewArtifact } from '../../app/artifacts/artifacts.ts';
import { artifactTypes } from '../../domain/artifact.ts';
import { attachment } from '../attachment.ts';
import { type Operation, openOperation, operation } from '../operation.ts';
import { artifactParams } from '../request-parts.ts';
import {
  artifactCreated,
  artifactInput,
  artifactPage,
  artifactShape,
  signedUrlShape,
  toArtifactWire,
  toSignedUrlWire,
} from '../wire/artifacts.ts';
import { pageQuery, toPageRequest, toPageWire } from '../wire/page.ts';
import { uuid } from '../wire/values.ts';
import { withoutUndefined } from '../without-undefined.ts';

const tag = 'Artifacts';
const one = '/api/v1/artifacts/{artifact_id}';
const content = `${one}/content`;

/** What a signature covers is checked by the use case, over the URL as it arrived. */
const anySignedQuery = z.record(z.string(), z.unknown());

const createArtifact = operation({
  id: 'createArtifact',
  method: 'POST',
  path: '/api/v1/artifacts',
  tag,
  access: 'artifacts:write',
  summary: 'Announce an upload',
  description: 'The answer holds a signed URL for the bytes, which must have the size and SHA-256 that are declared here.',
  refusals: ['size_limit', 'not_found', 'uploads_full'],
  body: artifactInput,
  responses: { 201: { description: 'The artifact, and where its bytes go.', schema: artifactCreated } },
  handler: async ({ body }, { useCases, caller, signal }) => {
    const input: NewArtifact = withoutUndefined({
      type: body.type,
      filename: body.filename,
      contentType: body.content_type ?? 'application/octet-stream',
      sizeBytes: body.size_bytes,
      sha256: body.sha256,
      projectId: body.project_id,
      expiresInMs: body.expires_in_ms,
    });
    const { artifact, upload } = await useCases.artifacts.create(caller, input, { signal });
    return {
      status: 201,
      body: { artifact: toArtifactWire(artifact), upload: toSignedUrlWire(upload) },
      headers: { location: `/api/v1/artifacts/${artifact.id}` },
    };
  },
});

const uploadContent = openOperation({
  id: 'uploadArtifactContent',
  method: 'PUT',
  path: content,
  tag,
  access: 'signed',
  summary: 'Send the bytes of an artifact',
  description: 'Only by the signed URL of the announcement. The same bytes may be sent again.',
  refusals: ['signature_invalid', 'artifact_integrity', 'size_limit', 'artifact_conflict', 'storage_full'],
  params: artifactParams,
  query: anySignedQuery,
  upload: { contentTypes: ['application/octet-stream'] },
  responses: { 200: { description: 'The bytes are stored and agree.', schema: artifactShape } },
  handler: async (_input, { useCases, method, url, upload, signal }) => ({
    status: 200,
    body: toArtifactWire(await useCases.artifacts.receive({ method, url }, upload, { signal })),
  }),
});

const downloadContent = openOperation({
  id: 'downloadArtifactContent',
  method: 'GET',
  path: content,
  tag,
  access: 'signed',
  summary: 'Get the bytes of an artifact',
  description: 'Only by a signed URL, see `createDownload`.',
  refusals: ['signature_invalid', 'not_found', 'artifact_expired'],
  params: artifactParams,
  query: anySignedQuery,
  responses: { 200: { description: 'The bytes.', contentType: 'application/octet-stream' } },
  handler: async (_input, { useCases, method, url, signal }) => {
    const { artifact, bytes } = await useCases.artifacts.serve({ method, url }, { signal });
    return {
      status: 200,
      stream: bytes,
      headers: {
        'content-type': artifact.contentType,
        'content-length': String(artifact.sizeBytes),
        'content-disposition': attachment(artifact.filename),
      },
    };
  },
});

const getArtifact = operation({
  id: 'getArtifact',
  method: 'GET',
  path: one,
  tag,
  access: 'artifacts:read',
  summary: 'Show an artifact',
  refusals: ['not_found'],
  params: artifactParams,
  responses: { 200: { description: 'The artifact.', schema: artifactShape } },
  handler: async ({ params }, { useCases, caller, signal }) => ({
    status: 200,
    body: toArtifactWire(await useCases.artifacts.get(caller, params.artifact_id, { signal })),
  }),
});

const createDownload = operation({
  id: 'createDownload',
  method: 'POST',
  path: `${one}/download`,
  tag,
  access: 'artifacts:read',
  summary: 'Get a signed URL for the bytes of an artifact',
  refusals: ['not_found', 'artifact_not_ready', 'artifact_expired'],
  params: artifactParams,
  responses: { 200: { description: 'The URL.', schema: signedUrlShape } },
  handler: async ({ params }, { useCases, caller, signal }) => ({
    status: 200,
    body: toSignedUrlWire(await useCases.artifacts.download(caller, params.artifact_id, { signal })),
  }),
});

const listArtifacts = operation({
  id: 'listArtifacts',
  method: 'GET',
  path: '/api/v1/artifacts',
  tag,
  access: 'artifacts:read',
  summary: 'List artifacts',
  refusals: ['cursor_invalid'],
  query: z.strictObject({ ...pageQuery, scan_id: uuid.optional(), type: z.enum(artifactTypes).optional() }),
  responses: { 200: { description: 'One page of artifacts.', schema: artifactPage } },
  handler: async ({ query }, { useCases, caller, signal }) => {
    const filter = withoutUndefined({ scanId: query.scan_id, type: query.type });
    const page = await useCases.artifacts.list(caller, filter, toPageRequest(query), { signal });
    return { status: 200, body: toPageWire(page, toArtifactWire) };
  },
});

const deleteArtifact = operation({
  id: 'deleteArtifact',
  method: 'DELETE',
  path: one,
  tag,
  access: 'artifacts:write',
  summary: 'Delete an artifact and its bytes',
  refusals: ['not_found'],
  params: artifactParams,
  responses: { 204: { description: 'It is gone.' } },
  handler: async ({ params }, { useCases, caller, signal }) => {
    await useCases.artifacts.remove(caller, params.artifact_id, { signal });
    return { status: 204 };
  },
});

export const artifactOperations: readonly Operation[] = [
  createArtifact,
  uploadContent,
  downloadContent,
  getArtifact,
  createDownload,
  listArtifacts,
  deleteArtifact,
];
