import type { CallOptions } from '../../lib/call-options.ts';
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
  /** Empty where the database could not be asked. */
  readonly invariants: readonly InvariantResult[];
}

export type Diagnose = (options: CallOptions) => Promise<Diagnosis>;

export interface DiagnosisDependencies extends ReadinessDependencies, Pick<Diagnosis, 'database' | 'versions'> {
  /** For how long this process has been serving; absent: the server is not running, so nobody is expected to work. */
  readonly servingMs?: () => number;
}

/** A server that just started has yet to clear up what lay there. */
const settledAfterMs = 120_000;

/** Readiness first; the rest is asked only of a database that answers and is up to date. */
export const diagnose = async (deps: DiagnosisDependencies, { signal }: CallOptions): Promise<Diagnosis> => {
  const { database, versions, servingMs } = deps;
  const readiness = await checkReadiness(deps, { signal });
  const canAsk = readiness.checks.every(({ name, isOk }) => isOk || name === 'storage');
  const work = canAsk && servingMs !== undefined ? await checkWork(deps.system, { signal }) : [];
  const withSettled = servingMs !== undefined && servingMs() > settledAfterMs;
  const invariants = canAsk ? await checkInvariants(deps, { signal, withSettled }) : [];
  const checks = [...readiness.checks, ...work];
  const isHealthy = checks.every(({ isOk }) => isOk) && invariants.every(({ offenders }) => offenders.length === 0);
  return { isHealthy, database, versions, checks, invariants };
};
