import type { ScanReport } from '../domain/scan.ts';
import { AppError, isSystemError } from '../lib/errors.ts';
import type { Checkout, FileEntry } from '../ports/checkout/checkout.ts';
import { sourceFor } from '../ports/checkout/registry.ts';
import { createScratch } from '../ports/checkout/scratch.ts';
import { assembleReport } from './assemble-report.ts';
import { prepareEngines, selectEngines } from './prepare-engines.ts';
import { type EngineRun, runEngines } from './run-engines.ts';
import type { ScanDependencies, ScanRequest } from './scan-request.ts';
import { applyExcludes, readTargetSettings } from './target-files.ts';

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
  { request, dependencies, scratchDir, signal }: Pick<EngineRun, 'request' | 'dependencies' | 'scratchDir' | 'signal'>,
): Promise<ScanReport> => {
  const target = await readTargetSettings(checkout, request.projectConfig, request.ignoreProjectConfig);
  const { files, leftOut, warnings } = await applyExcludes(checkout.files, target.config.exclude, { signal });
  requireFiles(checkout, files, request.history);

  dependencies.onProgress({ type: 'phase', phase: 'prepare' });
  const chosen = await selectEngines(request.engines ?? target.config.engines, request.skipEngines);
  const engines = await prepareEngines(chosen, request, dependencies.rulesDir, { signal });
  const exclude = [...request.exclude, ...target.config.exclude];
  const { outcome, before } = await runEngines({
    request,
    dependencies,
    checkout: { ...checkout, files },
    exclude,
    engines,
    scratchDir,
    signal,
  });

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
    warnings: [...checkout.warnings, ...target.warnings, ...warnings, ...engines.warnings],
    nowMs,
  });
};

/**
 * Target to report: checkout, plan, engines, normalise, fingerprint, suppress, compare, gate. Everything written to disk on the way is
 * removed, however it ends.
 * @throws AppError intake and configuration codes, `nothing_to_scan`, `size_limit`, or the reason of `signal`
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
    const { onProgress, network, toolPath } = dependencies;
    const environment = { ...network, searchPath: toolPath };
    const checkout = await source.open(request, { scratch: scratch.path, environment, onProgress, signal });
    try {
      return await scanCheckout(checkout, startedAt, { request, dependencies, scratchDir: scratch.path, signal });
    } finally {
      await checkout.dispose();
    }
  } catch (error) {
    if (!isSystemError(error, 'ENOSPC', 'EDQUOT')) throw error;
    throw new AppError('size_limit', 'there is no room left on the disk for temporary files', {
      hint: 'Free some space, or set TMPDIR to a larger disk.',
      cause: error,
    });
  } finally {
    await scratch.remove();
  }
};
