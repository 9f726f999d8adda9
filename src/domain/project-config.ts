import type { GateThreshold, Severity } from './severity.ts';

/** A decision written down in `sightline.yaml`. At least one of rule, path, fingerprint is set. */
export interface ConfiguredSuppression {
  readonly ruleId?: string;
  /** Glob over the finding's path. */
  readonly path?: string;
  /** Value of any fingerprint of the finding, or a prefix of at least 12 characters. */
  readonly fingerprint?: string;
  readonly reason: string;
  /** ISO date, inclusive; later the suppression no longer applies and the report says so. */
  readonly expiresAt?: string;
}

/** What a project's own `sightline.yaml` says; every part may be missing. */
export interface ProjectConfig {
  readonly engines?: readonly string[];
  /** Patterns in gitignore syntax. */
  readonly exclude: readonly string[];
  readonly failOn?: GateThreshold;
  /** Rule id → severity, or `off`. */
  readonly severities: Readonly<Record<string, Severity | 'off'>>;
  readonly suppressions: readonly ConfiguredSuppression[];
}

export const emptyProjectConfig: ProjectConfig = { exclude: [], severities: {}, suppressions: [] };
