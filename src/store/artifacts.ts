import { type Selectable, sql } from 'kysely';
import type { Artifact, ArtifactType } from '../domain/artifact.ts';
import { uuidV7Time } from '../lib/uuid-v7.ts';
import type { Schema } from './schema.ts';
import { storableText } from './storable-text.ts';
import type { OrgTx } from './tx.ts';
import { withoutNulls } from './without-nulls.ts';

export type ArtifactRow = Selectable<Schema['artifacts']>;

export const toArtifact = (row: ArtifactRow): Artifact => ({
  organizationId: row.organization_id,
  id: row.id,
  type: row.type as ArtifactType,
  state: row.state as Artifact['state'],
  filename: row.filename,
  contentType: row.content_type,
  sizeBytes: row.size_bytes,
  sha256: row.sha256,
  storageKey: row.storage_key,
  createdAt: row.created_at,
  ...withoutNulls({
    projectId: row.project_id,
    scanId: row.scan_id,
    taskId: row.task_id,
    epoch: row.epoch,
    availableAt: row.available_at,
    expiresAt: row.expires_at,
  }),
});

/** `available`: its bytes are in the blob store already. Instants are the database's. */
export interface NewArtifactRow extends Omit<Artifact, 'organizationId' | 'state' | 'createdAt' | 'availableAt' | 'expiresAt'> {
  readonly state: 'pending' | 'available';
  /** Kept so long after it became available (or was announced, where it never does); absent: as long as its scan. */
  readonly lifetimeMs?: number;
}

const after = (milliseconds: number | undefined) =>
  milliseconds === undefined ? null : sql<Date>`clock_timestamp() + ${milliseconds}::double precision * interval '1 millisecond'`;

export const insertArtifact = async (tx: OrgTx, artifact: NewArtifactRow): Promise<Artifact> => {
  const row = await tx.one(
    tx.build
      .insertInto('artifacts')
      .values({
        organization_id: tx.organizationId,
        id: artifact.id,
        type: artifact.type,
        state: artifact.state,
        project_id: artifact.projectId ?? null,
        scan_id: artifact.scanId ?? null,
        task_id: artifact.taskId ?? null,
        epoch: artifact.epoch ?? null,
        filename: storableText(artifact.filename, 255),
        content_type: artifact.contentType,
        size_bytes: artifact.sizeBytes,
        sha256: artifact.sha256,
        storage_key: artifact.storageKey,
        created_at: sql<Date>`clock_timestamp()`,
        available_at: artifact.state === 'available' ? sql<Date>`clock_timestamp()` : null,
        expires_at: after(artifact.lifetimeMs),
      })
      .returningAll(),
  );
  if (row === undefined) throw new Error('an insert gave no row back');
  return toArtifact(row);
};

/** `share`: it stays as it is until the transaction ends. */
export const findArtifact = async (tx: OrgTx, artifactId: string, lock?: 'share' | 'update'): Promise<Artifact | undefined> => {
  if (uuidV7Time(artifactId) === undefined) return undefined;
  const row = await tx.one(
    tx.build
      .selectFrom('artifacts')
      .selectAll()
      .where('organization_id', '=', tx.organizationId)
      .where('id', '=', artifactId)
      .$if(lock === 'share', (found) => found.forShare())
      .$if(lock === 'update', (found) => found.forUpdate()),
  );
  return row === undefined ? undefined : toArtifact(row);
};

/** Those whose bytes have not arrived and still may. */
export const measurePendingArtifacts = async (tx: OrgTx): Promise<{ readonly count: number; readonly sizeBytes: number }> => {
  const row = await tx.one(sql<{ count: number; size_bytes: number }>`
    select count(*) as count, coalesce(sum(size_bytes), 0)::bigint as size_bytes from artifacts
    where organization_id = ${tx.organizationId} and state = 'pending' and (expires_at is null or expires_at > clock_timestamp())`);
  return { count: row?.count ?? 0, sizeBytes: row?.size_bytes ?? 0 };
};

/** Its bytes have arrived: from now it is kept as long as was asked for. Undefined when it was not waiting for any. */
export const makeAvailable = async (tx: OrgTx, artifactId: string): Promise<Artifact | undefined> => {
  const row = await tx.one(
    tx.build
      .updateTable('artifacts')
      .set({
        state: 'available',
        available_at: sql<Date>`clock_timestamp()`,
        expires_at: sql<Date>`clock_timestamp() + (expires_at - created_at)`,
      })
      .where('organization_id', '=', tx.organizationId)
      .where('id', '=', artifactId)
      .where('state', '=', 'pending')
      .returningAll(),
  );
  return row === undefined ? undefined : toArtifact(row);
};

/** Leaves a row that says there was one; its bytes go after the commit. False when there was nothing left to delete. */
export const markArtifactDeleted = async (tx: OrgTx, artifactId: string): Promise<boolean> =>
  (await tx.change(
    tx.build
      .updateTable('artifacts')
      .set({ state: 'deleted', deleted_at: sql<Date>`clock_timestamp()` })
      .where('organization_id', '=', tx.organizationId)
      .where('id', '=', artifactId)
      .where('state', '<>', 'deleted'),
  )) === 1;

/** True while a scan that has not ended is to look at it. */
export const isArtifactInUse = async (tx: OrgTx, artifactId: string): Promise<boolean> => {
  const row = await tx.one(sql<{ in_use: boolean }>`
    select exists (
      select from scans where organization_id = ${tx.organizationId} and state in ('created', 'queued', 'running')
        and source ->> 'artifact_id' = ${artifactId}) as in_use`);
  return row?.in_use === true;
};

const keysOf = (rows: readonly { storage_key: string; state: string }[]): readonly string[] =>
  rows.filter((row) => row.state !== 'deleted').map((row) => row.storage_key);

/** Removes the rows of what a scan made; delete the objects of the keys that come back after the commit. */
export const deleteArtifactsOfScan = async (tx: OrgTx, scanId: string): Promise<readonly string[]> =>
  keysOf(
    await tx.run(
      tx.build
        .deleteFrom('artifacts')
        .where('organization_id', '=', tx.organizationId)
        .where('scan_id', '=', scanId)
        .returning(['storage_key', 'state']),
    ),
  );

/** The same for a project: its uploads, and what its scans made. */
export const deleteArtifactsOfProject = async (tx: OrgTx, projectId: string): Promise<readonly string[]> =>
  keysOf(
    await tx.run(
      sql<{ storage_key: string; state: string }>`
        delete from artifacts where organization_id = ${tx.organizationId} and (
          project_id = ${projectId}
          or scan_id in (select id from scans where organization_id = ${tx.organizationId} and project_id = ${projectId}))
        returning storage_key, state`,
    ),
  );

export interface ArtifactFilter {
  readonly scanId?: string;
  readonly type?: ArtifactType;
}

/** Newest first; deleted ones are not listed. */
export const artifactsBefore = async (
  tx: OrgTx,
  filter: ArtifactFilter,
  range: { readonly beforeId?: string; readonly limit: number },
): Promise<readonly Artifact[]> => {
  const { beforeId } = range;
  const rows = await tx.run(
    listed(tx, filter)
      .selectAll()
      .$if(beforeId !== undefined, (query) => query.where('id', '<', beforeId ?? ''))
      .orderBy('id', 'desc')
      .limit(range.limit),
  );
  return rows.map(toArtifact);
};

/** Rows of the list, to be counted. */
export const listedArtifacts = (tx: OrgTx, filter: ArtifactFilter) => listed(tx, filter).select('id');

const listed = (tx: OrgTx, filter: ArtifactFilter) => {
  let query = tx.build.selectFrom('artifacts').where('organization_id', '=', tx.organizationId).where('state', '<>', 'deleted');
  if (filter.scanId !== undefined) query = query.where('scan_id', '=', filter.scanId);
  if (filter.type !== undefined) query = query.where('type', '=', filter.type);
  return query;
};
