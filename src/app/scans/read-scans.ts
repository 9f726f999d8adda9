import type { Caller } from '../../domain/caller.ts';
import { type ScanName, type ScanRecord, scanNameOf } from '../../domain/scan-record.ts';
import type { CallOptions } from '../../lib/call-options.ts';
import { AppError } from '../../lib/errors.ts';
import { withAttempts } from '../../store/attempts.ts';
import { coverageOfScan } from '../../store/coverage.ts';
import { countCoverageFiles, coverageFileCounts, coverageFilePage, placeOfFile } from '../../store/coverage-files.ts';
import { countScans, scanFigures, scanPage } from '../../store/scan-lists.ts';
import { scanLogLines } from '../../store/scan-logs.ts';
import { rulesOfScan } from '../../store/scan-rules.ts';
import { findScan, scanNameIn } from '../../store/scans.ts';
import { tasksOfScan } from '../../store/tasks.ts';
import type { OrgTx } from '../../store/tx.ts';
import type { AppDependencies } from '../dependencies.ts';
import { notFound } from '../not-found.ts';
import { countOptions, decodeCursor, encodeCursor, listNameOf, pageOf, rowsToRead } from '../paging/cursor.ts';
import { mergeEngines, mostByEngine } from './merge-coverage.ts';
import type { ScanDetail, Scans } from './scans.ts';

type ReadDependencies = Pick<AppDependencies, 'asOrganization' | 'keyring'>;

const detailFiles = 100;
const maxLogLines = 1000;

/** @throws AppError `not_found` */
export const requireScan = async (tx: OrgTx, scanId: string): Promise<{ readonly scan: ScanRecord; readonly name: ScanName }> => {
  const name = scanNameIn(tx.organizationId, scanId);
  const scan = name === undefined ? undefined : await findScan(tx, name);
  if (scan === undefined) throw notFound('scan', scanId);
  return { scan, name: scanNameOf(scan) };
};

const readCoverage = async (tx: OrgTx, name: ScanName): Promise<ScanDetail['coverage']> => {
  const parts = await coverageOfScan(tx, name, { withPaths: false });
  const counts = await coverageFileCounts(tx, name.scanId);
  return {
    engines: mergeEngines(parts),
    filesAnalysed: mostByEngine(parts, (part) => part.filesAnalysed),
    filesExcluded: counts.excluded,
    filesDegraded: counts.degraded,
    filesFailed: counts.failed,
    bytesAnalysed: mostByEngine(parts, (part) => part.bytesAnalysed),
    files: await coverageFilePage(tx, name.scanId, undefined, detailFiles),
  };
};

export const createScanReading = (
  deps: ReadDependencies,
): Pick<Scans, 'list' | 'get' | 'detail' | 'coverageFiles' | 'summary' | 'logs' | 'rules'> => {
  const { keyring } = deps;
  /** All answers of one call are of one moment. */
  const read = <Result>(caller: Caller, { signal }: CallOptions, work: (tx: OrgTx) => Promise<Result>): Promise<Result> =>
    deps.asOrganization(caller.organizationId).transaction(work, { signal, readOnly: true, isolation: 'repeatable read' });

  return {
    list: async (caller, filter, page, options) => {
      const listName = listNameOf('scans', filter);
      const limit = rowsToRead(page);
      const place = decodeCursor(keyring, caller, listName, page.cursor, ['instant', 'text']);
      const after = place === undefined ? undefined : { createdAt: place[0], id: place[1] };
      return read(caller, options, async (tx) => {
        const rows = await scanPage(tx, filter, after, limit);
        const count = await countScans(tx, filter, countOptions(page));
        return pageOf(rows, count, page, (scan) => encodeCursor(keyring, caller, listName, [scan.createdAt, scan.id]));
      });
    },

    get: (caller, scanId, options) => read(caller, options, async (tx) => (await requireScan(tx, scanId)).scan),

    detail: (caller, scanId, options) =>
      read(caller, options, async (tx) => {
        const { scan, name } = await requireScan(tx, scanId);
        return { scan, tasks: await withAttempts(tx, await tasksOfScan(tx, name)), coverage: await readCoverage(tx, name) };
      }),

    coverageFiles: async (caller, scanId, page, options) => {
      const listName = listNameOf('coverage-files', { scanId });
      const limit = rowsToRead(page);
      const after = decodeCursor(keyring, caller, listName, page.cursor, ['number', 'text', 'text', 'text', 'text']);
      return read(caller, options, async (tx) => {
        await requireScan(tx, scanId);
        const rows = await coverageFilePage(tx, scanId, after, limit);
        const count = await countCoverageFiles(tx, scanId, countOptions(page));
        return pageOf(rows, count, page, (file) => encodeCursor(keyring, caller, listName, placeOfFile(file)));
      });
    },

    summary: (caller, options) =>
      read(caller, options, async (tx) => {
        const { meanDurationMs, ...figures } = await scanFigures(tx);
        return { ...figures, ...(meanDurationMs === undefined ? {} : { meanDurationMs }) };
      }),

    logs: async (caller, scanId, range, options) => {
      if (!Number.isInteger(range.limit) || range.limit < 1 || range.limit > maxLogLines) {
        throw new AppError('request_invalid', `limit: expected a whole number from 1 to ${maxLogLines}`);
      }
      return read(caller, options, async (tx) => scanLogLines(tx, (await requireScan(tx, scanId)).name, range));
    },

    rules: (caller, scanId, options) =>
      read(caller, options, async (tx) => {
        await requireScan(tx, scanId);
        return rulesOfScan(tx, scanId);
      }),
  };
};
