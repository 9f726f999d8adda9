import type { FileCoverage } from '../domain/coverage.ts';
import type { ProjectConfig } from '../domain/project-config.ts';
import type { ScanReport } from '../domain/scan.ts';
import { AppError } from '../lib/errors.ts';
import type { Checkout, FileEntry } from '../ports/checkout/checkout.ts';
import { assembleReport } from './assemble-report.ts';
import { createFirstLineReader } from './first-lines.ts';
import { type PreparedEngines, prepareEngines, selectEngines } from './prepare-engines.ts';
import { type EngineRun, runEngines } from './run-engines.ts';
import { applyExcludes, readTargetSettings } from './target-files.ts';

export interface CheckoutScan extends Pick<EngineRun, 'request' | 'dependencies' | 'checkout' | 'scratchDir' | 'signal'> {
  /** ISO 8601. */
  readonly startedAt: string;
  /**
   * Set when this is a part of a scan that others do the rest of: only these paths are looked at and reported, and it says nothing of what
   * one needs the whole for.
   */
  readonly owns?: (path: string) => boolean;
}

export interface ScannedCheckout {
  readonly report: ScanReport;
  readonly engines: PreparedEngines;
  readonly config: ProjectConfig;
}

const requireFiles = (checkout: Checkout, files: readonly FileEntry[], history: boolean): void => {
  if (files.length > 0 || history || checkout.leftOut.some((row) => row.state === 'failed')) return;
  const count = checkout.leftOut.length;
  throw new AppError('nothing_to_scan', `there is no file to scan in ${checkout.target.location}`, {
    hint:
      count === 0
        ? 'Is it the right directory?'
        : `${count} entries were left out by ignore rules or because they are no regular files; see --no-gitignore and --exclude.`,
  });
};

/**
 * From a checkout to its report: settings of the target, engines, findings with identity, suppressions, comparison, gate. The command line
 * and the server's tasks both come this way, so that both find the same.
 * @throws AppError configuration codes, `nothing_to_scan`, or the reason of `signal`
 */
export const scanCheckout = async (scan: CheckoutScan): Promise<ScannedCheckout> => {
  const { request, dependencies, checkout, scratchDir, signal, owns } = scan;
  const target = await readTargetSettings(checkout, request.projectConfig, request.ignoreProjectConfig);
  const { files, leftOut, warnings } = await applyExcludes(checkout.files, target.config.exclude, { signal });
  requireFiles(checkout, files, request.history);
  const ours = <Row extends { readonly path: string }>(rows: readonly Row[]): readonly Row[] =>
    owns === undefined ? rows : rows.filter(({ path }) => owns(path));

  dependencies.onProgress({ type: 'phase', phase: 'prepare' });
  const chosen = await selectEngines(request.engines ?? target.config.engines, request.skipEngines, request);
  // The earlier revision of --since has files that are gone now.
  const known =
    request.since === undefined && !request.history
      ? { paths: ours(files).map(({ path }) => path), readFirstLine: createFirstLineReader(checkout) }
      : {};
  const engines = await prepareEngines(chosen, request, dependencies.rulesDir, { ...known, signal });
  const exclude = [...request.exclude, ...target.config.exclude];
  const { outcome, before } = await runEngines({
    request,
    dependencies,
    checkout: { ...checkout, files: ours(files) },
    exclude,
    engines,
    scratchDir,
    signal,
  });

  dependencies.onProgress({ type: 'phase', phase: 'report' });
  const nowMs = dependencies.clock.now();
  const sinceCommit = checkout.repository?.sinceCommit;
  const report = assembleReport({
    scan: {
      id: dependencies.newId(),
      target: checkout.target,
      mode: request.history ? 'history' : 'files',
      ...(sinceCommit === undefined ? {} : { since: sinceCommit }),
      startedAt: scan.startedAt,
      finishedAt: new Date(nowMs).toISOString(),
      toolVersion: dependencies.toolVersion,
      commandLine: request.commandLine,
    },
    outcome,
    engines,
    isWhole: owns === undefined,
    config: target.config,
    gitleaksIgnore: target.gitleaksIgnore,
    leftOut: ours<FileCoverage>([...checkout.leftOut, ...leftOut]),
    failOn: request.failOn ?? target.config.failOn ?? 'high',
    allowPartial: request.allowPartial,
    ...(request.baseline === undefined ? {} : { baseline: request.baseline }),
    ...(before === undefined ? {} : { before }),
    warnings: [...checkout.warnings, ...target.warnings, ...warnings, ...engines.warnings],
    nowMs,
  });
  return { report, engines, config: target.config };
};
