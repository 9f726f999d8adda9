import type { Location } from './finding.ts';
import type { ConfiguredSuppression } from './project-config.ts';

/** Where a decision not to act came from. `inline` stands in the source; the others in a file beside it. */
export type SuppressionSource = 'inline' | 'gitleaksignore' | 'config';

/** The decision that applied to one finding. */
export interface AppliedSuppression {
  readonly source: SuppressionSource;
  readonly reason: string;
  /** ISO date after which it no longer applies; only live suppressions are ever applied. */
  readonly expiresAt?: string;
}

/** One line of a `.gitleaksignore`: `path:rule:line`, with a commit before it for findings from history. */
export interface GitleaksIgnoreEntry {
  readonly commit?: string;
  readonly path: string;
  readonly ruleId: string;
  readonly line: number;
}

/** What a suppression is held against. */
export interface SuppressionSubject {
  readonly ruleId: string;
  readonly location: Location;
  readonly fingerprintValues: readonly string[];
}

export const matchesGitleaksIgnore = (entry: GitleaksIgnoreEntry, subject: SuppressionSubject): boolean => {
  const { location } = subject;
  if (location.type !== 'file' || location.path !== entry.path || location.startLine !== entry.line) return false;
  return subject.ruleId === entry.ruleId && (entry.commit === undefined || entry.commit === location.commit?.sha);
};

/** `matchesPath` is the compiled glob of the entry; the caller compiles it once. */
export const matchesConfigured = (
  entry: ConfiguredSuppression,
  subject: SuppressionSubject,
  matchesPath: (path: string) => boolean,
): boolean => {
  const { ruleId, fingerprint } = entry;
  if (ruleId !== undefined && ruleId !== subject.ruleId) return false;
  if (fingerprint !== undefined && !subject.fingerprintValues.some((value) => value.startsWith(fingerprint))) return false;
  return entry.path === undefined || matchesPath(subject.location.path);
};

/** True through the whole of its last day (UTC). */
export const isExpired = (expiresAt: string | undefined, nowMs: number): boolean =>
  expiresAt !== undefined && nowMs >= Date.parse(`${expiresAt.slice(0, 10)}T00:00:00Z`) + 86_400_000;
