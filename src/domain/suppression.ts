/** Where a decision not to act came from. `inline` stands in the source; the others in a file beside it. */
export type SuppressionSource = 'inline' | 'gitleaksignore' | 'config';

/** The decision that applied to one finding. */
export interface AppliedSuppression {
  readonly source: SuppressionSource;
  readonly reason: string;
  /** ISO date after which it no longer applies; only live suppressions are ever applied. */
  readonly expiresAt?: string;
}
