import { z } from 'zod';
import type { SignedUrl } from '../../app/artifacts/artifacts.ts';
import type { Artifact } from '../../domain/artifact.ts';
import { artifactTypes } from '../../domain/artifact.ts';
import { pageOf } from './page.ts';
import { instant, sha256, text, toInstant, toInstantOrNull, uuid } from './values.ts';

export const artifactShape = z
  .object({
    id: uuid,
    type: z.enum(artifactTypes),
    state: z.enum(['pending', 'available', 'deleted']).describe('`pending` until its bytes arrived and agree with size and digest.'),
    project_id: uuid.nullable(),
    scan_id: uuid.nullable(),
    task_id: uuid.nullable(),
    epoch: z.int().nullable(),
    filename: z.string(),
    content_type: z.string(),
    size_bytes: z.int(),
    sha256: z.string(),
    created_at: instant,
    available_at: instant.nullable(),
    expires_at: instant.nullable(),
  })
  .meta({ id: 'Artifact' });
export type ArtifactWire = z.infer<typeof artifactShape>;
export const artifactPage = pageOf('ArtifactPage', artifactShape);

export const artifactInput = z
  .strictObject({
    type: z.enum(['source', 'sarif']),
    filename: text(255).min(1),
    content_type: z
      .string()
      .max(127)
      .regex(/^[\w.+-]+\/[\w.+-]+$/, 'expected a media type such as application/zip')
      .optional(),
    size_bytes: z.int().min(1),
    sha256,
    project_id: uuid.optional(),
    expires_in_ms: z.int().min(60_000).max(2_592_000_000).optional().describe('Kept so long after its upload; default 24 hours.'),
  })
  .meta({ id: 'ArtifactInput' });
export type ArtifactInputWire = z.input<typeof artifactInput>;

export const signedUrlShape = z
  .object({
    method: z.enum(['PUT', 'GET']),
    url: z.string().describe('Path and query on this server; good without a token until it expires.'),
    headers: z.record(z.string(), z.string()).describe('To be sent with it.'),
    expires_at: instant,
  })
  .meta({ id: 'SignedUrl' });
export type SignedUrlWire = z.infer<typeof signedUrlShape>;

export const artifactCreated = z.object({ artifact: artifactShape, upload: signedUrlShape }).meta({ id: 'ArtifactCreated' });
export type ArtifactCreatedWire = z.infer<typeof artifactCreated>;

export const toArtifactWire = (artifact: Artifact): ArtifactWire => ({
  id: artifact.id,
  type: artifact.type,
  state: artifact.state,
  project_id: artifact.projectId ?? null,
  scan_id: artifact.scanId ?? null,
  task_id: artifact.taskId ?? null,
  epoch: artifact.epoch ?? null,
  filename: artifact.filename,
  content_type: artifact.contentType,
  size_bytes: artifact.sizeBytes,
  sha256: artifact.sha256,
  created_at: toInstant(artifact.createdAt),
  available_at: toInstantOrNull(artifact.availableAt),
  expires_at: toInstantOrNull(artifact.expiresAt),
});

export const toSignedUrlWire = (signed: SignedUrl): SignedUrlWire => ({
  method: signed.method,
  url: signed.path,
  headers: { ...signed.headers },
  expires_at: toInstant(signed.expiresAt),
});
