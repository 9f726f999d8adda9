import type { ScanReport } from '../domain/scan.ts';
import { AppError } from '../lib/errors.ts';
import type { ScanDependencies, ScanRequest } from './scan-request.ts';

/** Target to report: checkout, plan, engines, normalise, fingerprint, suppress, compare, gate. */
export const runScan = async (_request: ScanRequest, _dependencies: ScanDependencies, _options: { readonly signal: AbortSignal }): Promise<ScanReport> => {
  throw new AppError('internal', 'being built');
};
