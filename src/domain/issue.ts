import type { FindingKind } from './finding.ts';
import type { Confidence, Severity } from './severity.ts';

export const triages = ['open', 'confirmed', 'false_positive', 'accepted', 'wont_fix', 'fixed'] as const;
export type Triage = (typeof triages)[number];

/** Decisions that need a reason; `accepted` needs an expiry as well. */
export const needsReason = (triage: Triage): boolean => triage === 'false_positive' || triage === 'accepted' || triage === 'wont_fix';

export type Presence = 'detected' | 'absent' | 'unknown';

/** The findings that are one problem in a project; what people triage. */
export interface Issue {
  readonly organizationId: string;
  readonly id: string;
  readonly projectId: string;
  readonly kind: FindingKind;
  readonly ruleId: string;
  readonly title: string;
  readonly severity: Severity;
  readonly confidence: Confidence;
  readonly cwe: readonly string[];
  readonly cve: readonly string[];
  readonly path: string;
  readonly startLine?: number;
  readonly triage: Triage;
  readonly triageReason?: string;
  readonly triageExpiresAt?: Date;
  readonly suppressedInSource: boolean;
  readonly isDetected: boolean;
  readonly firstSeenAt: Date;
  readonly lastSeenAt: Date;
  readonly reopenedAt?: Date;
  readonly newestFindingId?: string;
  readonly revision: number;
}

export interface IssueRef {
  readonly ref: string;
  readonly presence: Presence;
  readonly firstScanId: string;
  readonly lastScanId: string;
  readonly firstSeenAt: Date;
  readonly lastSeenAt: Date;
  readonly goneAt?: Date;
}

export interface IssueDecision {
  readonly id: string;
  readonly triage: Triage;
  readonly reason: string;
  readonly author: string;
  readonly cause: 'manual' | 'regression' | 'expiry' | 'absence';
  readonly expiresAt?: Date;
  readonly createdAt: Date;
}

/** An engine that reported it. */
export interface Witness {
  readonly engine: string;
  readonly ruleId: string;
  readonly firstSeenAt: Date;
  readonly lastSeenAt: Date;
}

export interface IssueDetail extends Issue {
  readonly refs: readonly IssueRef[];
  readonly decisions: readonly IssueDecision[];
  readonly witnesses: readonly Witness[];
}
