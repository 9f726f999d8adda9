/** Who asks, for whom; every use case takes one. */
export interface Caller {
  readonly organizationId: string;
  /** `operator`, `system`, later a user or token: as written to audit entries and `requested_by`. */
  readonly actor: string;
  /** Joins log lines, events and audit entries of one request. */
  readonly requestId: string;
}

/** The organisation everything belongs to until there are accounts. */
export const defaultOrganizationId = '01900000-0000-7000-8000-000000000001';
