import type { Caller } from '../../domain/caller.ts';
import type { FileCoverage } from '../../domain/coverage.ts';
import type { Gate, ScanReport, TargetDescription } from '../../domain/scan.ts';
import type { ScanRecord } from '../../domain/scan-record.ts';
import type { CallOptions } from '../../lib/call-options.ts';
import { AppError } from '../../lib/errors.ts';
import { type StreamedRun, streamSarif } from '../../report/sarif/stream.ts';
import type { ScanDetail, Scans, StoredFinding } from '../scans/scans.ts';

/** The findings of a scan that has completed as a SARIF log, in pieces. @throws AppError `not_found`, `scan_not_completed` */
export type ExportSarif = (caller: Caller, scanId: string, options: CallOptions) => Promise<AsyncIterable<string>>;

/** Files that were not analysed get a notification each, up to so many. */
const maxNotifications = 10_000;

const targetOf = (scan: ScanRecord): TargetDescription =>
  scan.source.type === 'git'
    ? {
        kind: 'git',
        location: scan.source.url,
        ref: scan.ref,
        ...(scan.commit === undefined ? {} : { commit: scan.commit }),
      }
    : { kind: 'archive', location: `artifact ${scan.source.artifactId}`, ref: scan.ref };

const reportOf = (
  { scan, coverage }: ScanDetail,
  gate: Gate,
  parts: { readonly rules: ScanReport['rules']; readonly files: readonly FileCoverage[]; readonly toolVersion: string },
): ScanReport => ({
  scan: {
    id: scan.id,
    target: targetOf(scan),
    mode: scan.options.history === true ? 'history' : 'files',
    startedAt: (scan.startedAt ?? scan.createdAt).toISOString(),
    finishedAt: (scan.finishedAt ?? scan.createdAt).toISOString(),
    toolVersion: parts.toolVersion,
    commandLine: [],
  },
  gate,
  coverage: { state: scan.coverage ?? 'partial', engines: coverage.engines, files: parts.files },
  findings: [],
  rules: parts.rules,
  unchangedCount: 0,
  warnings: scan.warnings,
});

export const createExportSarif = (deps: { readonly scans: Scans; readonly toolVersion: string }): ExportSarif => {
  const { scans, toolVersion } = deps;

  /** They come worst first: those left out on purpose, which have no notification, are behind all others. */
  const filesToTell = async (caller: Caller, scanId: string, options: CallOptions): Promise<readonly FileCoverage[]> => {
    const files: FileCoverage[] = [];
    let cursor: string | undefined;
    do {
      const page = await scans.coverageFiles(caller, scanId, { limit: 200, ...(cursor === undefined ? {} : { cursor }) }, options);
      files.push(...page.items.filter((file) => file.state !== 'excluded'));
      cursor = page.items.some((file) => file.state === 'excluded') ? undefined : page.nextCursor;
    } while (cursor !== undefined && files.length < maxNotifications);
    return files;
  };

  async function* findingsOf(
    caller: Caller,
    scanId: string,
    engine: string,
    options: CallOptions,
  ): AsyncIterable<readonly StoredFinding[]> {
    for await (const batch of scans.eachFinding(caller, scanId, options)) yield batch.filter((finding) => finding.engine === engine);
  }

  return async (caller, scanId, options) => {
    const detail = await scans.detail(caller, scanId, options);
    const { scan, coverage } = detail;
    if (scan.gate === undefined) {
      throw new AppError('scan_not_completed', `the scan is ${scan.state}`, { hint: 'Only a completed scan has a report.' });
    }
    const [rules, files] = await Promise.all([scans.rules(caller, scanId, options), filesToTell(caller, scanId, options)]);
    const report = reportOf(detail, scan.gate, { rules, files, toolVersion });
    const names = [...new Set([...coverage.engines.map(({ engine }) => engine), ...rules.map(({ engine }) => engine)])];
    const runs = names.map(
      (engineName): StreamedRun => ({
        engineName,
        engine: coverage.engines.find(({ engine }) => engine === engineName),
        resultCount: detail.tasks.filter((task) => task.engine === engineName).reduce((sum, task) => sum + task.findingsCount, 0),
        findings: findingsOf(caller, scanId, engineName, options),
      }),
    );
    return streamSarif(report, runs, {
      analysed: coverage.filesAnalysed,
      degraded: coverage.filesDegraded,
      excluded: coverage.filesExcluded,
      failed: coverage.filesFailed,
    });
  };
};
