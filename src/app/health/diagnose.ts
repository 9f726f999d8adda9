import type { CallOptions } from '../../lib/call-options.ts';
import { invariants } from '../../store/invariants.ts';
import { checkInvariants, type InvariantResult } from './check-invariants.ts';
import { checkWork } from './check-work.ts';
import type { HealthCheck } from './health-check.ts';
import { checkReadiness, type ReadinessDependencies } from './readiness.ts';

/** Of what was looked at, not of who asks. */
export interface DiagnosedVersions {
  readonly sightline: string;
  readonly node: string;
  readonly platform: string;
  /** Absent where the database did not open. */
  readonly postgresql?: string;
}

/** All that `doctor` says of a server's parts. */
export interface Diagnosis {
  readonly isHealthy: boolean;
  /** Which one it is; without a password. */
  readonly database: string;
  readonly versions: DiagnosedVersions;
  readonly checks: readonly HealthCheck[];
  readonly invariants: readonly InvariantResult[];
  /** Those that were not asked, and why; absent when all were. */
  readonly skipped?: { readonly ids: readonly string[]; readonly reason: string };
}

export type Diagnose = (options: CallOptions) => Promise<Diagnosis>;

export interface DiagnosisDependencies extends ReadinessDependencies, Pick<Diagnosis, 'database' | 'versions'> {
  /** For how long this process has been serving; absent: the server is not running, so nobody is expected to work. */
  readonly servingMs?: () => number;
}

/** A server that just started has yet to clear up what lay there. */
const settledAfterMs = 120_000;

const skippedBecause = (canAsk: boolean, servingMs: number | undefined): string | undefined => {
  if (!canAsk) return 'the database cannot be asked';
  if (servingMs === undefined) return 'they hold while a server runs, and this database has none at work';
  if (servingMs > settledAfterMs) return undefined;
  return `they hold once a server has run for ${settledAfterMs / 1000} s; this one started ${Math.round(servingMs / 1000)} s ago`;
};

/** Readiness first; the rest is asked only of a database that answers and is up to date. */
export const diagnose = async (deps: DiagnosisDependencies, { signal }: CallOptions): Promise<Diagnosis> => {
  const { database, versions, servingMs } = deps;
  const readiness = await checkReadiness(deps, { signal });
  const canAsk = readiness.checks.every(({ name, isOk }) => isOk || name === 'storage');
  const work = canAsk && servingMs !== undefined ? await checkWork(deps.system, { signal }) : [];
  const reason = skippedBecause(canAsk, servingMs?.());
  const results = canAsk ? await checkInvariants(deps, { signal, withSettled: reason === undefined }) : [];
  const asked = new Set(results.map(({ id }) => id));
  const ids = invariants.map(({ id }) => id).filter((id) => !asked.has(id));
  const checks = [...readiness.checks, ...work];
  const isHealthy = checks.every(({ isOk }) => isOk) && results.every(({ offenders }) => offenders.length === 0);
  return { isHealthy, database, versions, checks, invariants: results, ...(reason === undefined ? {} : { skipped: { ids, reason } }) };
};
