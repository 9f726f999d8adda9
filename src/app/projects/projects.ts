import type { Caller } from '../../domain/caller.ts';
import type { Page, PageRequest } from '../../domain/page.ts';
import type { Project } from '../../domain/project.ts';
import type { CallOptions } from '../../lib/call-options.ts';

export interface ProjectInput {
  readonly name: string;
  /** Made of the name when absent; then a number is added where it is taken. A slug that was asked for and is taken is `slug_taken`. */
  readonly slug?: string;
  readonly description?: string;
  readonly repositoryUrl?: string;
  readonly defaultBranch?: string;
  readonly maxRunningScans?: number;
}

/** Absent fields stay; null clears. */
export interface ProjectChange {
  readonly name?: string;
  readonly slug?: string;
  readonly description?: string;
  readonly repositoryUrl?: string | null;
  readonly defaultBranch?: string | null;
  readonly maxRunningScans?: number;
  readonly baselineScanId?: string | null;
}

export interface Credentials {
  readonly username?: string;
  readonly token: string;
}

export interface Projects {
  readonly create: (caller: Caller, input: ProjectInput, options: CallOptions) => Promise<Project>;
  readonly get: (caller: Caller, projectId: string, options: CallOptions) => Promise<Project>;
  readonly findBySlug: (caller: Caller, slug: string, options: CallOptions) => Promise<Project | undefined>;
  /** The project of a repository, made when there is none; two at once get the same. */
  readonly ensureForUrl: (caller: Caller, url: string, options: CallOptions) => Promise<Project>;
  readonly list: (caller: Caller, filter: { readonly search?: string }, page: PageRequest, options: CallOptions) => Promise<Page<Project>>;
  /** `ifRevision`: refused with `revision_conflict` when somebody was faster. */
  readonly update: (
    caller: Caller,
    projectId: string,
    change: ProjectChange,
    options: CallOptions & { readonly ifRevision?: number },
  ) => Promise<Project>;
  /** With everything it owns; running scans are cancelled first. */
  readonly remove: (caller: Caller, projectId: string, options: CallOptions) => Promise<void>;
  /** Stored encrypted; nothing returns them to a caller. */
  readonly setCredentials: (caller: Caller, projectId: string, credentials: Credentials, options: CallOptions) => Promise<void>;
  readonly clearCredentials: (caller: Caller, projectId: string, options: CallOptions) => Promise<void>;
}
