import type { FileCoverage } from '../domain/coverage.ts';
import type { Engine } from '../engines/engine.ts';
import { AppError } from '../lib/errors.ts';
import type { Checkout } from '../ports/checkout/checkout.ts';
import { runHistory } from './history.ts';
import type { Witnessed } from './normalise.ts';
import { type EngineOutcome, mergeOutcomes } from './outcome.ts';
import type { PreparedEngines } from './prepare-engines.ts';
import { type FileRunOptions, fileProgress, runFileEngines, threadsFor } from './run-file-engines.ts';
import { runProjectEngines } from './run-project-engines.ts';
import type { ScanDependencies, ScanRequest } from './scan-request.ts';
import { changedSince } from './since.ts';

export interface EngineRun {
  readonly request: ScanRequest;
  readonly dependencies: ScanDependencies;
  /** `files` are those left after every exclusion. */
  readonly checkout: Checkout;
  /** `exclude` of the project's settings and of the command line. */
  readonly exclude: readonly string[];
  readonly engines: PreparedEngines;
  /** Existing private directory. */
  readonly scratchDir: string;
  readonly signal: AbortSignal;
}

export interface EngineResults {
  readonly outcome: EngineOutcome;
  /** What the engines see at the revision of `--since`. */
  readonly before?: readonly Witnessed[];
}

const fileRunOptions = ({ request, engines, checkout }: EngineRun, totalBytes: number): FileRunOptions => ({
  engines: engines.file,
  root: checkout.root,
  fileBytes: request.budgets.fileBytes,
  threads: threadsFor(request.threads, totalBytes),
  fileTimeoutMs: request.fileTimeoutMs,
});

/** Runs the file engines over files of the tree. */
const runFiles = async (run: EngineRun, files: Checkout['files']): Promise<EngineOutcome> => {
  const totalBytes = files.reduce((sum, file) => sum + file.sizeBytes, 0);
  const onItem = fileProgress(run.engines.file, files.length, totalBytes, run.dependencies.onProgress);
  return runFileEngines(files, fileRunOptions(run, totalBytes), { onItem, keepAnalysed: true }, { signal: run.signal });
};

/** The files that tools saw where no file engine gives an account of each. */
const seenByTools = (files: Checkout['files'], outcomes: readonly EngineOutcome[]): readonly FileCoverage[] => {
  if (!outcomes.some(({ engines }) => engines.some(({ state }) => state === 'complete'))) return [];
  const reported = new Set(outcomes.flatMap((outcome) => outcome.files.map(({ path }) => path)));
  return files.filter(({ path }) => !reported.has(path)).map(({ path, sizeBytes }) => ({ path, state: 'analysed', sizeBytes }));
};

/** Everything that is there: file engines on threads, tools beside them. */
const runTree = async (run: EngineRun): Promise<EngineResults> => {
  const places = { scratchDir: run.scratchDir, toolPath: run.dependencies.toolPath };
  const [own, others] = await Promise.all([
    runFiles(run, run.checkout.files),
    runProjectEngines(run.engines.project, run.checkout, places, { signal: run.signal }),
  ]);
  const seen = run.engines.file.length > 0 ? [] : seenByTools(run.checkout.files, others);
  return { outcome: mergeOutcomes([{ ...own, files: [...own.files, ...seen] }, ...others]) };
};

/** What differs from an earlier revision, now and then. */
const runChange = async (run: EngineRun): Promise<EngineResults> => {
  const { signal } = run;
  const places = { budgets: run.request.budgets, scratchDir: run.scratchDir, searchPath: run.dependencies.toolPath };
  const change = await changedSince(run.checkout, places, { signal });
  const now = await runFiles(run, change.files);
  const before = await runFileEngines(
    change.readBefore(),
    fileRunOptions(run, change.beforeBytes),
    { onItem: () => undefined, keepAnalysed: false },
    { signal },
  );
  const failed = before.files
    .filter((file) => file.state === 'failed')
    .map((file) => ({ ...file, detail: `at the revision of --since: ${file.detail ?? ''}` }));
  return { outcome: { ...now, files: [...now.files, ...change.unchanged, ...failed] }, before: before.witnessed };
};

/** An engine that cannot do what was asked must not be left out in silence. */
const refuse = (engine: Engine | undefined, option: string, what: string): void => {
  if (engine === undefined) return;
  throw new AppError('usage_invalid', `${option} works ${what}, which engine ${engine.name} cannot do`, {
    hint: `Add --skip-engine ${engine.name}, or scan without ${option}.`,
  });
};

/** Runs the engines in the mode that was asked for. @throws AppError `usage_invalid`, git's codes, the signal's reason */
export const runEngines = async (run: EngineRun): Promise<EngineResults> => {
  const { request, dependencies, signal } = run;
  if (request.history) {
    const all = [...run.engines.file, ...run.engines.project];
    refuse(all.find(({ engine }) => !engine.readsHistory)?.engine, '--history', 'on the lines that commits added');
    dependencies.onProgress({ type: 'phase', phase: 'history' });
    const { exclude, scratchDir } = run;
    const { onProgress, toolPath: searchPath } = dependencies;
    // git itself keeps one processor busy.
    const threads = Math.max(1, request.threads - 1);
    const options = { ...fileRunOptions(run, Number.MAX_SAFE_INTEGER), threads, exclude, scratchDir, searchPath, onProgress };
    return { outcome: await runHistory(run.checkout, options, { signal }) };
  }
  dependencies.onProgress({ type: 'phase', phase: 'analyse' });
  if (request.since === undefined) return runTree(run);
  refuse(run.engines.project[0]?.engine, '--since', 'file by file');
  return runChange(run);
};
