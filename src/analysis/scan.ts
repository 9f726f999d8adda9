import type { ScanReport } from '../domain/scan.ts';
import { AppError } from '../lib/errors.ts';
import type { Checkout, FileEntry } from '../ports/checkout/checkout.ts';
import { sourceFor } from '../ports/checkout/registry.ts';
import { createScratch } from '../ports/checkout/scratch.ts';
import { assembleReport } from './assemble-report.ts';
import { runHistory } from './history.ts';
import type { Witnessed } from './normalise.ts';
import { type EngineOutcome, mergeOutcomes } from './outcome.ts';
import { type PreparedEngines, prepareEngines, selectEngines } from './prepare-engines.ts';
import { fileProgress, runFileEngines, threadsFor } from './run-file-engines.ts';
import { runProjectEngines } from './run-project-engines.ts';
import type { ScanDependencies, ScanRequest } from './scan-request.ts';
import { changedSince } from './since.ts';
import { applyExcludes, readTargetSettings } from './target-files.ts';

interface Run {
  readonly request: ScanRequest;
  readonly dependencies: ScanDependencies;
  readonly checkout: Checkout;
  readonly engines: PreparedEngines;
  readonly files: readonly FileEntry[];
  readonly scratchDir: string;
  readonly signal: AbortSignal;
}

const sumBytes = (files: readonly { readonly sizeBytes: number }[]): number => files.reduce((sum, file) => sum + file.sizeBytes, 0);

const fileRunOptions = ({ request, engines, checkout }: Run, totalBytes: number) => ({
  engines: engines.file,
  root: checkout.root,
  fileBytes: request.budgets.fileBytes,
  threads: threadsFor(request.threads, totalBytes),
  fileTimeoutMs: request.fileTimeoutMs,
});

const runFiles = async (run: Run, files: readonly FileEntry[]): Promise<EngineOutcome> => {
  const totalBytes = sumBytes(files);
  const onItem = fileProgress(run.engines.file, files.length, totalBytes, run.dependencies.onProgress);
  return runFileEngines(files, fileRunOptions(run, totalBytes), { onItem, keepAnalysed: true }, { signal: run.signal });
};

const runTree = async (run: Run): Promise<{ readonly outcome: EngineOutcome; readonly before?: readonly Witnessed[] }> => {
  const places = { scratchDir: run.scratchDir, toolPath: run.dependencies.toolPath };
  const project = runProjectEngines(run.engines.project, run.checkout, places, { signal: run.signal });
  const sinceCommit = run.checkout.repository?.sinceCommit;
  if (sinceCommit === undefined) {
    const [own, others] = await Promise.all([runFiles(run, run.files), project]);
    return { outcome: mergeOutcomes([own, ...others]) };
  }
  if (run.engines.project.length > 0) {
    throw new AppError(
      'usage_invalid',
      `--since compares file by file, which engine ${run.engines.project[0]?.engine.name ?? ''} cannot do`,
      {
        hint: 'Leave that engine out, or compare whole scans with --baseline.',
      },
    );
  }
  const change = await changedSince(run.checkout, run.files, run.request.budgets, { signal: run.signal });
  const own = await runFiles(run, change.files);
  const before = await runFileEngines(
    change.readBefore(),
    fileRunOptions(run, change.beforeBytes),
    { onItem: () => undefined, keepAnalysed: false },
    { signal: run.signal },
  );
  const failed = before.files
    .filter((file) => file.state === 'failed')
    .map((file) => ({ ...file, detail: `at the revision of --since: ${file.detail ?? ''}` }));
  return { outcome: { ...own, files: [...own.files, ...change.unchanged, ...failed] }, before: before.witnessed };
};

const runEngines = (run: Run): Promise<{ readonly outcome: EngineOutcome; readonly before?: readonly Witnessed[] }> => {
  const { request, dependencies } = run;
  if (!request.history) {
    dependencies.onProgress({ type: 'phase', phase: 'analyse' });
    return runTree(run);
  }
  dependencies.onProgress({ type: 'phase', phase: 'history' });
  return runHistory(
    run.checkout,
    {
      ...fileRunOptions(run, Number.MAX_SAFE_INTEGER),
      exclude: request.exclude,
      scratchDir: run.scratchDir,
      onProgress: dependencies.onProgress,
    },
    { signal: run.signal },
  ).then((outcome) => ({ outcome }));
};

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

const scanCheckout = async (
  checkout: Checkout,
  startedAt: string,
  { request, dependencies, scratchDir, signal }: Pick<Run, 'request' | 'dependencies' | 'scratchDir' | 'signal'>,
): Promise<ScanReport> => {
  const target = await readTargetSettings(checkout, request.projectConfig, request.ignoreProjectConfig);
  const { files, leftOut } = applyExcludes(checkout.files, target.config.exclude);
  requireFiles(checkout, files, request.history);

  dependencies.onProgress({ type: 'phase', phase: 'prepare' });
  const chosen = await selectEngines(request.engines ?? target.config.engines, request.skipEngines);
  const engines = await prepareEngines(chosen, request, dependencies.rulesDir, { signal });
  const run: Run = { request, dependencies, checkout: { ...checkout, files }, engines, files, scratchDir, signal };
  const { outcome, before } = await runEngines(run);

  dependencies.onProgress({ type: 'phase', phase: 'report' });
  const nowMs = dependencies.clock.now();
  const sinceCommit = checkout.repository?.sinceCommit;
  return assembleReport({
    scan: {
      id: dependencies.newId(),
      target: checkout.target,
      mode: request.history ? 'history' : 'files',
      ...(sinceCommit === undefined ? {} : { since: sinceCommit }),
      startedAt,
      finishedAt: new Date(nowMs).toISOString(),
      toolVersion: dependencies.toolVersion,
      commandLine: request.commandLine,
    },
    outcome,
    engines,
    config: target.config,
    gitleaksIgnore: target.gitleaksIgnore,
    leftOut: [...checkout.leftOut, ...leftOut],
    failOn: request.failOn ?? target.config.failOn ?? 'high',
    allowPartial: request.allowPartial,
    ...(request.baseline === undefined ? {} : { baseline: request.baseline }),
    ...(before === undefined ? {} : { before }),
    warnings: [...checkout.warnings, ...target.warnings, ...engines.warnings],
    nowMs,
  });
};

/**
 * Target to report: checkout, plan, engines, normalise, fingerprint, suppress, compare, gate. Everything written to disk on the way is
 * removed, however it ends.
 * @throws AppError intake and configuration codes, `nothing_to_scan`, or the reason of `signal`
 */
export const runScan = async (
  request: ScanRequest,
  dependencies: ScanDependencies,
  { signal }: { readonly signal: AbortSignal },
): Promise<ScanReport> => {
  if (request.history && request.since !== undefined) {
    throw new AppError('usage_invalid', '--history and --since exclude each other', {
      hint: 'Use --since for a change, --history for everything ever committed.',
    });
  }
  const startedAt = new Date(dependencies.clock.now()).toISOString();
  const source = await sourceFor(request.target);
  const scratch = await createScratch(dependencies.scratchRoot);
  try {
    const { onProgress } = dependencies;
    const checkout = await source.open(request, { scratch: scratch.path, onProgress, signal });
    try {
      return await scanCheckout(checkout, startedAt, { request, dependencies, scratchDir: scratch.path, signal });
    } finally {
      await checkout.dispose();
    }
  } finally {
    await scratch.remove();
  }
};
