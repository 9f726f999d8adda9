import type { ScanReport } from '../domain/scan.ts';
import { AppError, isSystemError } from '../lib/errors.ts';
import { sourceFor } from '../ports/checkout/registry.ts';
import { createScratch } from '../ports/checkout/scratch.ts';
import { scanCheckout } from './scan-checkout.ts';
import type { ScanDependencies, ScanRequest } from './scan-request.ts';

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
      const { report } = await scanCheckout({ checkout, startedAt, request, dependencies, scratchDir: scratch.path, signal });
      return report;
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
