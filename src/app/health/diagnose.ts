import { checkInvariants, type InvariantResult } from './check-invariants.ts';
import type { HealthCheck } from './health-check.ts';
import { checkReadiness, type ReadinessDependencies } from './readiness.ts';

/** All that `doctor` says of a server's parts. */
export interface Diagnosis {
  readonly isHealthy: boolean;
  readonly checks: readonly HealthCheck[];
  /** Empty where the database could not be asked. */
  readonly invariants: readonly InvariantResult[];
}

/** Readiness first; the promises are asked only of a database that answers and is up to date. */
export const diagnose = async (deps: ReadinessDependencies, { signal }: { readonly signal: AbortSignal }): Promise<Diagnosis> => {
  const { isReady, checks } = await checkReadiness(deps, { signal });
  const canAsk = checks.every(({ name, isOk }) => isOk || name === 'storage');
  const results = canAsk ? await checkInvariants(deps, { signal, withSettled: false }) : [];
  return { isHealthy: isReady && results.every(({ offenders }) => offenders.length === 0), checks, invariants: results };
};
