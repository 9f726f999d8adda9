import { type RawBuilder, sql } from 'kysely';
import type { CoverageReason, FileCoverage, FileState } from '../domain/coverage.ts';
import { countRows } from './count-rows.ts';
import type { OrgTx } from './tx.ts';
import { withoutNulls } from './without-nulls.ts';

/** Worst first. */
const stateOrder: readonly FileState[] = ['failed', 'degraded', 'excluded', 'analysed'];

/**
 * Every task of a scan lists what the checkout itself left out; here each such row stands once. A row that speaks of one engine is that
 * engine's alone.
 */
const filesOf = (tx: OrgTx, scanId: string): RawBuilder<FileRow> => sql<FileRow>`(
  select array_position(${[...stateOrder]}::text[], f.state) as rank, f.path, coalesce(f.engine, '') as engine,
    coalesce(f.reason, '') as reason, coalesce(f.detail, '') as detail, max(f.size_bytes) as size_bytes
  from coverage c join coverage_files f on f.organization_id = c.organization_id and f.task_id = c.task_id
  where c.organization_id = ${tx.organizationId} and c.scan_id = ${scanId}
  group by 1, 2, 3, 4, 5)`;

interface FileRow {
  readonly rank: number;
  readonly path: string;
  readonly engine: string;
  readonly reason: string;
  readonly detail: string;
  readonly size_bytes: number | null;
}

const nothing = (text: string): string | null => (text === '' ? null : text);

const toFile = (row: FileRow): FileCoverage => ({
  path: row.path,
  state: stateOrder[row.rank - 1] ?? 'failed',
  ...withoutNulls({
    engine: nothing(row.engine),
    reason: nothing(row.reason) as CoverageReason | null,
    detail: nothing(row.detail),
    sizeBytes: row.size_bytes,
  }),
});

/** A place in the order of {@link coverageFilePage}: rank, path, engine, reason, detail. */
export type CoverageFilePlace = readonly [rank: number, path: string, engine: string, reason: string, detail: string];

export const placeOfFile = (file: FileCoverage): CoverageFilePlace => [
  stateOrder.indexOf(file.state) + 1,
  file.path,
  file.engine ?? '',
  file.reason ?? '',
  file.detail ?? '',
];

/** Files of a scan that were not plainly analysed: worst state first, then by path. Paths are compared by their bytes, whatever the locale. */
export const coverageFilePage = async (
  tx: OrgTx,
  scanId: string,
  after: CoverageFilePlace | undefined,
  limit: number,
): Promise<readonly FileCoverage[]> => {
  const key = sql`(rank, path collate "C", engine collate "C", reason collate "C", detail collate "C")`;
  const behind =
    after === undefined
      ? sql``
      : sql`where ${key} > (${after[0]}::integer, ${after[1]}::text, ${after[2]}::text, ${after[3]}::text, ${after[4]}::text)`;
  const rows = await tx.run(sql<FileRow>`
    select * from ${filesOf(tx, scanId)} as files ${behind}
    order by rank, path collate "C", engine collate "C", reason collate "C", detail collate "C" limit ${limit}`);
  return rows.map(toFile);
};

export const countCoverageFiles = (tx: OrgTx, scanId: string, options: { readonly exact: boolean }): Promise<number> =>
  countRows(tx, filesOf(tx, scanId), options);

/** Files of each state, each once: what one engine has nothing to say of (`not_applicable`) counts only where no other one ran. */
export const coverageFileCounts = async (tx: OrgTx, scanId: string): Promise<Readonly<Record<FileState, number>>> => {
  const rows = await tx.run(
    sql<{ readonly rank: number; readonly n: number }>`
      select rank, count(*) as n from (
        select path, min(rank) as rank from ${filesOf(tx, scanId)} as files
        where reason <> 'not_applicable' or (
          select count(distinct t.engine) from coverage c join tasks t on t.organization_id = c.organization_id and t.id = c.task_id
          where c.organization_id = ${tx.organizationId} and c.scan_id = ${scanId}) = 1
        group by path) as paths
      group by rank`,
  );
  const countOf = (state: FileState): number => rows.find((row) => stateOrder[row.rank - 1] === state)?.n ?? 0;
  return { failed: countOf('failed'), degraded: countOf('degraded'), excluded: countOf('excluded'), analysed: countOf('analysed') };
};
