/** One thing a server needs, and how it is. */
export interface HealthCheck {
  /** `database`, `migrations`, `storage`, ... */
  readonly name: string;
  readonly isOk: boolean;
  /** One line; never holds a password or a key. */
  readonly detail: string;
  /** What to do when it is not ok. */
  readonly hint?: string;
}

export interface Readiness {
  readonly isReady: boolean;
  readonly checks: readonly HealthCheck[];
}
