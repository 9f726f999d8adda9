import picomatch from 'picomatch';
import type { AppliedSuppression, Finding } from '../domain/finding.ts';
import type { ConfiguredSuppression } from '../domain/project-config.ts';
import { type GitleaksIgnoreEntry, isExpired, matchesConfigured, matchesGitleaksIgnore } from '../domain/suppression.ts';

export interface SuppressionSet {
  readonly configured: readonly ConfiguredSuppression[];
  readonly gitleaksIgnore: readonly GitleaksIgnoreEntry[];
}

const describe = (entry: ConfiguredSuppression): string =>
  [entry.ruleId, entry.path, entry.fingerprint?.slice(0, 12)].filter((part) => part !== undefined).join(' ');

/** A function from finding to the decision that applies, strongest first: in the source, in sightline.yaml, in .gitleaksignore. */
export const createSuppressor = (
  set: SuppressionSet,
  nowMs: number,
): {
  readonly decide: (finding: Finding, ignoredBecause: string | undefined) => AppliedSuppression | undefined;
  /** What people should hear of: suppressions that have run out. */
  readonly warnings: readonly string[];
} => {
  const expired = set.configured.filter((entry) => isExpired(entry.expiresAt, nowMs));
  const live = set.configured
    .filter((entry) => !expired.includes(entry))
    .map((entry) => ({ entry, matchesPath: entry.path === undefined ? () => true : picomatch(entry.path, { dot: true }) }));

  const decide = (finding: Finding, ignoredBecause: string | undefined): AppliedSuppression | undefined => {
    if (ignoredBecause !== undefined) return { source: 'inline', reason: ignoredBecause };
    const subject = {
      ruleId: finding.ruleId,
      location: finding.location,
      fingerprintValues: finding.fingerprints.map((print) => print.value),
    };
    const configured = live.find(({ entry, matchesPath }) => matchesConfigured(entry, subject, matchesPath))?.entry;
    if (configured !== undefined) {
      return {
        source: 'config',
        reason: configured.reason,
        ...(configured.expiresAt === undefined ? {} : { expiresAt: configured.expiresAt }),
      };
    }
    const listed = set.gitleaksIgnore.some((entry) => matchesGitleaksIgnore(entry, subject));
    return listed ? { source: 'gitleaksignore', reason: 'listed in .gitleaksignore' } : undefined;
  };

  return {
    decide,
    warnings: expired.map(
      (entry) => `a suppression expired on ${entry.expiresAt ?? ''} and no longer applies: ${describe(entry)} (${entry.reason})`,
    ),
  };
};
