import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { EngineCoverage, FileCoverage } from '../domain/coverage.ts';
import type { RawFinding } from '../domain/finding.ts';
import type { ProjectEngine } from '../engines/engine.ts';
import { createToolRunner } from '../engines/tool-runner.ts';
import { abortReason } from '../lib/abort.ts';
import { monotonicMs } from '../lib/clock.ts';
import { isAppError, messageOf } from '../lib/errors.ts';
import type { Checkout } from '../ports/checkout/checkout.ts';
import type { EngineOutcome } from './outcome.ts';
import type { Prepared } from './prepare-engines.ts';

export interface ProjectRunPlaces {
  /** Existing private directory; each engine gets its own below it. */
  readonly scratchDir: string;
  /** PATH that tools are looked up on. */
  readonly toolPath: string;
}

/** Runs one project engine; its failure is an outcome of the scan, not the scan's end. */
const runOne = async (
  { engine, prepared }: Prepared<ProjectEngine>,
  checkout: Checkout,
  { scratchDir, toolPath }: ProjectRunPlaces,
  { signal }: { readonly signal: AbortSignal },
): Promise<EngineOutcome> => {
  const startedMs = monotonicMs();
  const scratch = join(scratchDir, `engine-${engine.name}`);
  const raws: RawFinding[] = [];
  const files: FileCoverage[] = [];
  const coverage = (end: Pick<EngineCoverage, 'state' | 'reason'>): EngineCoverage => ({
    engine: engine.name,
    version: engine.version,
    rulesetDigest: prepared.rulesetDigest,
    ruleCount: prepared.rules.length,
    filesAnalysed: end.state === 'complete' ? checkout.files.length - files.length : 0,
    bytesAnalysed: end.state === 'complete' ? checkout.files.reduce((sum, file) => sum + file.sizeBytes, 0) : 0,
    durationMs: monotonicMs() - startedMs,
    ...end,
  });
  await mkdir(scratch, { mode: 0o700 });
  try {
    const context = {
      root: checkout.root,
      files: checkout.files,
      scratch,
      exec: createToolRunner({ tools: engine.tools, path: toolPath, scratch }),
      report: (file: Omit<FileCoverage, 'engine'>) => void files.push({ ...file, engine: engine.name }),
    };
    for await (const raw of engine.run(prepared, context, { signal })) raws.push(raw);
    return { witnessed: raws.map((raw) => ({ engine: engine.name, raw })), files, engines: [coverage({ state: 'complete' })] };
  } catch (error) {
    if (signal.aborted) throw abortReason(signal);
    const state = isAppError(error, 'tool_missing') ? 'missing' : 'failed';
    return {
      witnessed: raws.map((raw) => ({ engine: engine.name, raw })),
      files,
      engines: [coverage({ state, reason: messageOf(error) })],
    };
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
};

/** Project engines side by side; each sees the whole tree. @throws AppError the signal's reason */
export const runProjectEngines = (
  engines: readonly Prepared<ProjectEngine>[],
  checkout: Checkout,
  places: ProjectRunPlaces,
  options: { readonly signal: AbortSignal },
): Promise<readonly EngineOutcome[]> => Promise.all(engines.map((prepared) => runOne(prepared, checkout, places, options)));
