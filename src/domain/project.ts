/** A codebase of an organisation. */
export interface Project {
  readonly organizationId: string;
  readonly id: string;
  readonly slug: string;
  readonly name: string;
  readonly description: string;
  readonly repositoryUrl?: string;
  readonly defaultBranch?: string;
  readonly maxRunningScans: number;
  readonly baselineScanId?: string;
  readonly hasCredentials: boolean;
  readonly revision: number;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export const slugPattern = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

/** A slug made of a name or URL: lower case, dashes, at most 63 characters; `project` when nothing is left. */
export const slugOf = (text: string): string =>
  text
    .toLowerCase()
    .normalize('NFKD')
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, 63)
    .replaceAll(/^-+|-+$/g, '') || 'project';
