import type { Artifact } from '../../domain/artifact.ts';
import type { CallOptions } from '../../lib/call-options.ts';
import { AppError } from '../../lib/errors.ts';
import { findArtifact, makeAvailable } from '../../store/artifacts.ts';
import type { AppDependencies } from '../dependencies.ts';
import { notFound } from '../not-found.ts';
import { artifactExpired, artifactNotReady, isExpired } from './artifact-state.ts';
import type { SignedRequest } from './artifacts.ts';
import { deleteBlobs } from './delete-blobs.ts';
import { openSignedUrl, type SignedGrant } from './signed-url.ts';

const transferNotFor = (method: SignedGrant['method']): AppError =>
  new AppError('signature_invalid', `the URL was signed for ${method}`, { hint: 'Use the URL exactly as it was given, with its method.' });

/** The other end of an upload URL: the bytes are checked while they pass, and there is an artifact only when they were all right. */
export const receiveBytes = async (
  deps: AppDependencies,
  request: SignedRequest,
  bytes: AsyncIterable<Uint8Array>,
  options: CallOptions,
): Promise<Artifact> => {
  const grant = openSignedUrl(deps.keyring, request, deps.clock.now());
  if (grant.method !== 'PUT') throw transferNotFor(grant.method);
  const database = deps.asOrganization(grant.organizationId);
  const announced = await database.transaction((tx) => findArtifact(tx, grant.artifactId), { ...options, readOnly: true });
  if (announced === undefined) throw notFound('artifact', grant.artifactId);
  if (announced.state === 'deleted' || isExpired(announced, deps.clock)) throw artifactExpired();
  await deps.blobs.put(announced.storageKey, bytes, {
    signal: options.signal,
    maxBytes: deps.limits.maxUploadBytes,
    expect: { sizeBytes: grant.sizeBytes, sha256: grant.sha256 },
  });
  const stored = await database.transaction(
    async (tx) => (await makeAvailable(tx, grant.artifactId)) ?? (await findArtifact(tx, grant.artifactId)),
    options,
  );
  if (stored?.state === 'available') return stored;
  // Somebody deleted it while the bytes came.
  await deleteBlobs(deps, [announced.storageKey], options);
  throw artifactExpired();
};

/** The other end of a download URL. */
export const serveBytes = async (
  deps: AppDependencies,
  request: SignedRequest,
  options: CallOptions,
): Promise<{ readonly artifact: Artifact; readonly bytes: AsyncIterable<Uint8Array> }> => {
  const grant = openSignedUrl(deps.keyring, request, deps.clock.now());
  if (grant.method !== 'GET') throw transferNotFor(grant.method);
  const artifact = await deps
    .asOrganization(grant.organizationId)
    .transaction((tx) => findArtifact(tx, grant.artifactId), { ...options, readOnly: true });
  if (artifact === undefined) throw notFound('artifact', grant.artifactId);
  if (artifact.state === 'deleted' || isExpired(artifact, deps.clock)) throw artifactExpired();
  if (artifact.state === 'pending') throw artifactNotReady();
  const bytes = await deps.blobs.get(artifact.storageKey, options);
  if (bytes === undefined) throw notFound('artifact', grant.artifactId);
  return { artifact, bytes };
};
