import type { Finding } from './finding.ts';

/** A finding as the server keeps it. */
export interface StoredFinding extends Finding {
  /** Of the row; `id` of {@link Finding} is the fingerprint. */
  readonly findingId: string;
  readonly scanId: string;
  readonly projectId: string;
  readonly issueId?: string;
  readonly createdAt: Date;
}
