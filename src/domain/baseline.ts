import type { Fingerprint } from './finding.ts';

/** A finding of an earlier report, as far as it is needed to recognise it. */
export interface BaselineEntry {
  readonly ruleId: string;
  readonly fingerprints: readonly Fingerprint[];
}
