import type { Caller } from '../../domain/caller.ts';
import type { Issue, IssueDetail, Triage } from '../../domain/issue.ts';
import type { Page, PageRequest } from '../../domain/page.ts';
import type { CallOptions } from '../../lib/call-options.ts';
import type { IssueListFilter } from '../../store/issue-lists.ts';
import type { StoredFinding } from '../scans/scans.ts';

export type IssueFilter = IssueListFilter;

/** Without `descending`, as people expect it: the worst, the newest, the first letter first. */
export const issueSorts = ['severity', 'last_seen', 'first_seen', 'path'] as const;
export type IssueSort = (typeof issueSorts)[number];

export interface TriageInput {
  readonly triage: Triage;
  readonly reason?: string;
  /** `accepted` needs one in the future. */
  readonly expiresAt?: Date;
}

export interface Issues {
  readonly list: (
    caller: Caller,
    filter: IssueFilter,
    page: PageRequest & { readonly sort?: IssueSort; readonly descending?: boolean },
    options: CallOptions,
  ) => Promise<Page<Issue>>;
  readonly get: (caller: Caller, issueId: string, options: CallOptions) => Promise<IssueDetail>;
  /** Newest first. */
  readonly findings: (caller: Caller, issueId: string, page: PageRequest, options: CallOptions) => Promise<Page<StoredFinding>>;
  readonly triage: (
    caller: Caller,
    issueId: string,
    input: TriageInput,
    options: CallOptions & { readonly ifRevision?: number },
  ) => Promise<IssueDetail>;
  /** All of them or none; at most 1,000. Number changed. */
  readonly triageMany: (caller: Caller, issueIds: readonly string[], input: TriageInput, options: CallOptions) => Promise<number>;
}
