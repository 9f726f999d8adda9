import { promisify } from 'node:util';
import { deflate, inflate } from 'node:zlib';
import { sql } from 'kysely';
import type { Coverage, EngineCoverage, FileCoverage } from '../domain/coverage.ts';
import type { ScanName } from '../domain/scan-record.ts';
import { camelKeys, snakeKeys } from './json-keys.ts';
import { storableJson } from './storable-text.ts';
import type { OrgTx } from './tx.ts';

const deflateBytes = promisify(deflate);
const inflateBytes = promisify(inflate);
/** Of all paths of one task, unpacked. */
const maxPathBytes = 1024 ** 3;

/** Plainly analysed paths as `coverage.analysed_paths` has them: sorted, each ended by NUL, deflated. */
export const packPaths = (paths: readonly string[]): Promise<Uint8Array> =>
  deflateBytes(
    paths
      .toSorted()
      .map((path) => `${path.replaceAll('\0', '\ufffd')}\0`)
      .join(''),
  );

export const unpackPaths = async (packed: Uint8Array): Promise<readonly string[]> =>
  (await inflateBytes(packed, { maxOutputLength: maxPathBytes })).toString('utf8').split('\0').slice(0, -1);

/** The coverage manifest of one task. */
export interface TaskCoverage {
  readonly engines: readonly EngineCoverage[];
  /** Ids, by engine. */
  readonly rulesInForce: Readonly<Record<string, readonly string[]>>;
  readonly filesAnalysed: number;
  readonly filesExcluded: number;
  readonly filesDegraded: number;
  readonly filesFailed: number;
  readonly bytesAnalysed: number;
  /** By {@link packPaths}. */
  readonly analysedPaths: Uint8Array;
}

export const insertCoverage = async (
  tx: OrgTx,
  owner: Pick<ScanName, 'scanId' | 'scanCreatedAt'> & { readonly taskId: string },
  coverage: TaskCoverage,
): Promise<void> => {
  await tx.change(
    tx.build.insertInto('coverage').values({
      organization_id: tx.organizationId,
      task_id: owner.taskId,
      scan_id: owner.scanId,
      scan_created_at: owner.scanCreatedAt,
      engines: storableJson(snakeKeys(coverage.engines)),
      rules_in_force: storableJson(coverage.rulesInForce),
      files_analysed: coverage.filesAnalysed,
      files_excluded: coverage.filesExcluded,
      files_degraded: coverage.filesDegraded,
      files_failed: coverage.filesFailed,
      bytes_analysed: coverage.bytesAnalysed,
      analysed_paths: coverage.analysedPaths,
    }),
  );
};

const maxBatchRows = 2000;

/** Files that were not plainly analysed, after {@link insertCoverage}. `firstOrdinal` continues where an earlier call ended. */
export const insertCoverageFiles = async (tx: OrgTx, taskId: string, files: readonly FileCoverage[], firstOrdinal = 0): Promise<void> => {
  for (let at = 0; at < files.length; at += maxBatchRows) {
    const rows = files.slice(at, at + maxBatchRows).map((file, index) => ({ ...file, ordinal: firstOrdinal + at + index }));
    await tx.change(sql`
      insert into coverage_files (organization_id, task_id, ordinal, path, state, engine, reason, detail, size_bytes)
      select ${tx.organizationId}::uuid, ${taskId}::uuid, r.ordinal, r.path, r.state, r.engine, r.reason, r.detail, r.size_bytes
      from jsonb_to_recordset(${storableJson(snakeKeys(rows))}::jsonb) as r(
        ordinal integer, path text, state text, engine text, reason text, detail text, size_bytes bigint)`);
  }
};

/** A task's manifest with what it is of; the paths are left packed. */
export interface CoverageOfTask extends TaskCoverage {
  readonly taskId: string;
  readonly engine: string;
  readonly shard: number;
}

interface CoverageRow {
  readonly task_id: string;
  readonly engine: string;
  readonly shard: number;
  readonly engines: unknown;
  readonly rules_in_force: Readonly<Record<string, readonly string[]>>;
  readonly files_analysed: number;
  readonly files_excluded: number;
  readonly files_degraded: number;
  readonly files_failed: number;
  readonly bytes_analysed: number;
  readonly analysed_paths: Uint8Array | null;
}

/** Manifests of the scan's tasks that have a result, by engine and shard. `withPaths`: else `analysedPaths` is empty. */
export const coverageOfScan = async (
  tx: OrgTx,
  name: ScanName,
  options: { readonly withPaths: boolean },
): Promise<readonly CoverageOfTask[]> => {
  const paths = options.withPaths ? sql`c.analysed_paths` : sql`null::bytea as analysed_paths`;
  const rows = await tx.run(sql<CoverageRow>`
    select c.task_id, t.engine, t.shard, c.engines, c.rules_in_force, c.files_analysed, c.files_excluded, c.files_degraded,
      c.files_failed, c.bytes_analysed, ${paths}
    from coverage c join tasks t on t.organization_id = c.organization_id and t.id = c.task_id
    where c.organization_id = ${tx.organizationId} and c.scan_id = ${name.scanId}
    order by t.engine, t.shard`);
  return rows.map((row) => ({
    taskId: row.task_id,
    engine: row.engine,
    shard: row.shard,
    engines: camelKeys(row.engines) as Coverage['engines'],
    rulesInForce: row.rules_in_force,
    filesAnalysed: row.files_analysed,
    filesExcluded: row.files_excluded,
    filesDegraded: row.files_degraded,
    filesFailed: row.files_failed,
    bytesAnalysed: row.bytes_analysed,
    analysedPaths: row.analysed_paths ?? new Uint8Array(),
  }));
};
