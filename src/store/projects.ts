import { type Selectable, sql } from 'kysely';
import type { Project } from '../domain/project.ts';
import { uuidV7Time } from '../lib/uuid-v7.ts';
import { containsText } from './like-pattern.ts';
import type { Schema } from './schema.ts';
import { storableText } from './storable-text.ts';
import type { OrgTx } from './tx.ts';
import { withoutNulls } from './without-nulls.ts';

type ProjectRow = Selectable<Schema['projects']> & { readonly has_credentials: boolean };

const hasCredentials = sql<boolean>`exists (
  select from project_credentials c where c.organization_id = projects.organization_id and c.project_id = projects.id)`.as(
  'has_credentials',
);

const toProject = (row: ProjectRow): Project => ({
  organizationId: row.organization_id,
  id: row.id,
  slug: row.slug,
  name: row.name,
  description: row.description,
  maxRunningScans: row.max_running_scans,
  hasCredentials: row.has_credentials,
  revision: row.revision,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
  ...withoutNulls({
    repositoryUrl: row.repository_url,
    defaultBranch: row.default_branch,
    baselineScanId: row.baseline_scan_id,
  }),
});

/** All projects of the organisation, as {@link toProject} wants them. */
const projects = (tx: OrgTx) =>
  tx.build.selectFrom('projects').selectAll().select(hasCredentials).where('organization_id', '=', tx.organizationId);

/**
 * `share`: it cannot go until the transaction ends. `change`: nobody else may change it. `remove`: nor put a scan into it.
 */
export type ProjectLock = 'share' | 'change' | 'remove';

export const findProject = async (tx: OrgTx, projectId: string, lock?: ProjectLock): Promise<Project | undefined> => {
  if (uuidV7Time(projectId) === undefined) return undefined;
  const row = await tx.one(
    projects(tx)
      .where('id', '=', projectId)
      .$if(lock === 'share', (found) => found.forKeyShare())
      .$if(lock === 'change', (found) => found.forNoKeyUpdate())
      .$if(lock === 'remove', (found) => found.forUpdate()),
  );
  return row === undefined ? undefined : toProject(row);
};

export const findProjectBySlug = async (tx: OrgTx, slug: string): Promise<Project | undefined> => {
  const row = await tx.one(projects(tx).where('slug', '=', slug));
  return row === undefined ? undefined : toProject(row);
};

/** The oldest that has one of the URLs. */
export const findProjectByUrl = async (tx: OrgTx, urls: readonly string[]): Promise<Project | undefined> => {
  const row = await tx.one(
    projects(tx)
      .where('repository_url', 'in', [...urls])
      .orderBy('id')
      .limit(1),
  );
  return row === undefined ? undefined : toProject(row);
};

/** Whoever looks for, then makes, a project of this URL does so alone until the transaction ends. */
export const holdUrl = async (tx: OrgTx, url: string): Promise<void> => {
  await tx.run(sql`select pg_advisory_xact_lock(hashtextextended(${`project ${tx.organizationId} ${url}`}, 0))`);
};

export interface NewProject extends Pick<Project, 'id' | 'slug' | 'name' | 'description'> {
  readonly repositoryUrl?: string | undefined;
  readonly defaultBranch?: string | undefined;
  readonly maxRunningScans?: number | undefined;
}

/** Undefined when the slug is taken. */
export const insertProject = async (tx: OrgTx, project: NewProject): Promise<Project | undefined> => {
  const { maxRunningScans } = project;
  const row = await tx.one(
    tx.build
      .insertInto('projects')
      .values({
        organization_id: tx.organizationId,
        id: project.id,
        slug: project.slug,
        name: storableText(project.name),
        description: storableText(project.description),
        repository_url: project.repositoryUrl ?? null,
        default_branch: project.defaultBranch ?? null,
        ...(maxRunningScans === undefined ? {} : { max_running_scans: maxRunningScans }),
      })
      .onConflict((conflict) => conflict.constraint('projects_slug').doNothing())
      .returningAll(),
  );
  return row === undefined ? undefined : toProject({ ...row, has_credentials: false });
};

export interface ProjectFields {
  readonly name?: string | undefined;
  readonly slug?: string | undefined;
  readonly description?: string | undefined;
  readonly repositoryUrl?: string | null | undefined;
  readonly defaultBranch?: string | null | undefined;
  readonly maxRunningScans?: number | undefined;
  readonly baselineScanId?: string | null | undefined;
}

/** Counts the revision up, also where no field is given. A slug that is taken is the database's refusal (23505, `projects_slug`). */
export const updateProject = async (tx: OrgTx, projectId: string, fields: ProjectFields): Promise<Project | undefined> => {
  const { name, slug, description, repositoryUrl, defaultBranch, maxRunningScans, baselineScanId } = fields;
  const row = await tx.one(
    tx.build
      .updateTable('projects')
      .set({
        ...(name === undefined ? {} : { name: storableText(name) }),
        ...(slug === undefined ? {} : { slug }),
        ...(description === undefined ? {} : { description: storableText(description) }),
        ...(repositoryUrl === undefined ? {} : { repository_url: repositoryUrl }),
        ...(defaultBranch === undefined ? {} : { default_branch: defaultBranch }),
        ...(maxRunningScans === undefined ? {} : { max_running_scans: maxRunningScans }),
        ...(baselineScanId === undefined ? {} : { baseline_scan_id: baselineScanId }),
        revision: sql<number>`revision + 1`,
        updated_at: sql<Date>`clock_timestamp()`,
      })
      .where('organization_id', '=', tx.organizationId)
      .where('id', '=', projectId)
      .returningAll()
      .returning(hasCredentials),
  );
  return row === undefined ? undefined : toProject(row);
};

/** With everything that hangs on it: scans and what they own, issues and their decisions, credentials, artifacts' rows. */
export const deleteProject = async (tx: OrgTx, projectId: string): Promise<boolean> =>
  (await tx.change(tx.build.deleteFrom('projects').where('organization_id', '=', tx.organizationId).where('id', '=', projectId))) === 1;

/** Slugs of the organisation that are `base` or `base-N`. */
export const slugsLike = async (tx: OrgTx, base: string): Promise<ReadonlySet<string>> => {
  const rows = await tx.run(sql<{ slug: string }>`
    select slug from projects where organization_id = ${tx.organizationId}
      and (slug = ${base} or (starts_with(slug, ${`${base}-`}) and substr(slug, ${base.length + 2}) ~ '^[0-9]+$'))`);
  return new Set(rows.map((row) => row.slug));
};

export interface ProjectFilter {
  readonly search?: string;
}

const listed = (tx: OrgTx, filter: ProjectFilter) => {
  const query = tx.build.selectFrom('projects').where('organization_id', '=', tx.organizationId);
  return filter.search === undefined ? query : query.where(containsText(['name', 'slug', 'repository_url'], filter.search));
};

/** Sorted by slug. */
export const projectsAfter = async (
  tx: OrgTx,
  filter: ProjectFilter,
  range: { readonly afterSlug?: string; readonly limit: number },
): Promise<readonly Project[]> => {
  const { afterSlug } = range;
  const rows = await tx.run(
    listed(tx, filter)
      .selectAll()
      .select(hasCredentials)
      .$if(afterSlug !== undefined, (query) => query.where('slug', '>', afterSlug ?? ''))
      .orderBy('slug')
      .limit(range.limit),
  );
  return rows.map(toProject);
};

/** Rows of the list, to be counted. */
export const listedProjects = (tx: OrgTx, filter: ProjectFilter) => listed(tx, filter).select('id');
