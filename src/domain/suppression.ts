import type { Location } from './finding.ts';
import type { ConfiguredSuppression } from './project-config.ts';

/** One line of a `.gitleaksignore`, `[commit:]path:rule:line`: a finding somebody decided to live with. */
export interface GitleaksIgnoreEntry {
  /** Full commit id; absent when the entry holds for files as they are. */
  readonly commit?: string;
  /** Relative to the root, `/` between parts. */
  readonly path: string;
  readonly ruleId: string;
  /** From 1. */
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
  // The engine that runs gitleaks itself reports under a prefix, which these files do not have.
  const ruleId = subject.ruleId.replace(/^gitleaks\//, '');
  return ruleId === entry.ruleId && (entry.commit === undefined || entry.commit === location.commit?.sha);
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
