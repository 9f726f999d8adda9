import type { Artifact } from '../../domain/artifact.ts';
import type { Caller } from '../../domain/caller.ts';
import type { CallOptions } from '../../lib/call-options.ts';
import { AppError } from '../../lib/errors.ts';
import {
  artifactsBefore,
  findArtifact,
  insertArtifact,
  isArtifactInUse,
  listedArtifacts,
  markArtifactDeleted,
} from '../../store/artifacts.ts';
import { appendAudit } from '../../store/audit.ts';
import { countRows } from '../../store/count-rows.ts';
import { findProject } from '../../store/projects.ts';
import type { OrgTx } from '../../store/tx.ts';
import type { AppDependencies } from '../dependencies.ts';
import { notFound } from '../not-found.ts';
import { countOptions, decodeCursor, encodeCursor, listNameOf, pageOf, rowsToRead } from '../paging/cursor.ts';
import { requireRoom } from './announced-uploads.ts';
import { checkNewArtifact } from './artifact-input.ts';
import { artifactExpired, artifactNotReady, isExpired } from './artifact-state.ts';
import type { Artifacts } from './artifacts.ts';
import { deleteBlobs } from './delete-blobs.ts';
import { type SignedGrant, signUrl } from './signed-url.ts';
import { receiveBytes, serveBytes } from './transfer.ts';

const defaultLifetimeMs = 24 * 3_600_000;

/** Where the bytes of an upload lie. */
export const uploadKey = (organizationId: string, artifactId: string): string => `${organizationId}/upload/${artifactId}`;

export const createArtifacts = (deps: AppDependencies): Artifacts => {
  const inOrganization = <Result>(caller: Caller, { signal }: CallOptions, work: (tx: OrgTx) => Promise<Result>): Promise<Result> =>
    deps.asOrganization(caller.organizationId).transaction(work, { signal });

  const grantOf = (artifact: Artifact, method: SignedGrant['method'], lifetimeMs: number): SignedGrant => ({
    method,
    organizationId: artifact.organizationId,
    artifactId: artifact.id,
    sizeBytes: artifact.sizeBytes,
    sha256: artifact.sha256,
    contentType: artifact.contentType,
    expiresAt: new Date(deps.clock.now() + lifetimeMs),
  });

  const audit = (tx: OrgTx, caller: Caller, action: `artifact.${string}`, artifact: Artifact): Promise<void> =>
    appendAudit(tx, {
      actor: caller.actor,
      action,
      resourceType: 'artifact',
      resourceId: artifact.id,
      data: { type: artifact.type, filename: artifact.filename, size_bytes: artifact.sizeBytes, sha256: artifact.sha256 },
      at: new Date(deps.clock.now()),
    });

  return {
    create: async (caller, input, options) => {
      checkNewArtifact(input, deps.limits.maxUploadBytes);
      const { expiresInMs: lifetimeMs = defaultLifetimeMs, projectId, type, filename, contentType, sizeBytes, sha256 } = input;
      const id = deps.newId();
      const artifact = await inOrganization(caller, options, async (tx) => {
        if (projectId !== undefined && (await findProject(tx, projectId, 'share')) === undefined) throw notFound('project', projectId);
        const made = await insertArtifact(tx, {
          id,
          type,
          state: 'pending',
          filename,
          contentType,
          sizeBytes,
          sha256,
          storageKey: uploadKey(caller.organizationId, id),
          lifetimeMs,
          ...(projectId === undefined ? {} : { projectId }),
        });
        await audit(tx, caller, 'artifact.created', made);
        await requireRoom(tx, deps.limits);
        return made;
      });
      return { artifact, upload: signUrl(deps.keyring, grantOf(artifact, 'PUT', Math.min(lifetimeMs, deps.limits.uploadUrlMs))) };
    },
    get: (caller, artifactId, options) =>
      inOrganization(caller, options, async (tx) => {
        const artifact = await findArtifact(tx, artifactId);
        if (artifact === undefined) throw notFound('artifact', artifactId);
        return artifact;
      }),
    download: async (caller, artifactId, options) => {
      const artifact = await inOrganization(caller, options, (tx) => findArtifact(tx, artifactId));
      if (artifact === undefined) throw notFound('artifact', artifactId);
      if (artifact.state === 'deleted' || isExpired(artifact, deps.clock)) throw artifactExpired();
      if (artifact.state === 'pending') throw artifactNotReady();
      return signUrl(deps.keyring, grantOf(artifact, 'GET', deps.limits.downloadUrlMs));
    },
    list: (caller, filter, page, options) =>
      inOrganization(caller, options, async (tx) => {
        const listName = listNameOf('artifacts', filter);
        const before = decodeCursor(deps.keyring, caller, listName, page.cursor, ['text']);
        const range = { limit: rowsToRead(page), ...(before === undefined ? {} : { beforeId: before[0] }) };
        const count = await countRows(tx, listedArtifacts(tx, filter), countOptions(page));
        return pageOf(await artifactsBefore(tx, filter, range), count, page, ({ id }) =>
          encodeCursor(deps.keyring, caller, listName, [id]),
        );
      }),
    remove: async (caller, artifactId, options) => {
      const artifact = await inOrganization(caller, options, async (tx) => {
        const found = await findArtifact(tx, artifactId, 'update');
        if (found === undefined) throw notFound('artifact', artifactId);
        if (await isArtifactInUse(tx, artifactId))
          throw new AppError('artifact_in_use', 'a scan that has not ended is to look at the artifact', {
            hint: 'Cancel the scan first, or wait for its end.',
          });
        if (await markArtifactDeleted(tx, artifactId)) await audit(tx, caller, 'artifact.removed', found);
        return found;
      });
      await deleteBlobs(deps, [artifact.storageKey], options);
    },
    receive: (request, bytes, options) => receiveBytes(deps, request, bytes, options),
    serve: (request, options) => serveBytes(deps, request, options),
  };
};
