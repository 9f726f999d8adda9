import type { Caller } from '../../domain/caller.ts';
import type { Project } from '../../domain/project.ts';
import type { CallOptions } from '../../lib/call-options.ts';
import { AppError } from '../../lib/errors.ts';
import { checkSubmittedRepository } from '../../ports/checkout/registry.ts';
import { isDatabaseError } from '../../ports/database/database.ts';
import { countRows } from '../../store/count-rows.ts';
import { deleteCredentials } from '../../store/credentials.ts';
import { findProject, findProjectBySlug, listedProjects, projectsAfter, updateProject } from '../../store/projects.ts';
import { findScan, scanNameIn } from '../../store/scans.ts';
import type { OrgTx } from '../../store/tx.ts';
import { notFound } from '../not-found.ts';
import { countOptions, decodeCursor, encodeCursor, listNameOf, pageOf, rowsToRead } from '../paging/cursor.ts';
import { addProject, slugTaken } from './add-project.ts';
import { ensureForUrl } from './ensure-for-url.ts';
import { auditProject } from './project-audit.ts';
import { checkCredentials, checkedFields } from './project-input.ts';
import type { ProjectChange, Projects } from './projects.ts';
import { type ProjectDependencies, removeProject } from './remove-project.ts';
import { sealCredentials } from './secrets.ts';

const wireNames: Readonly<Record<keyof ProjectChange, string>> = {
  name: 'name',
  slug: 'slug',
  description: 'description',
  repositoryUrl: 'repository_url',
  defaultBranch: 'default_branch',
  maxRunningScans: 'max_running_scans',
  baselineScanId: 'baseline_scan_id',
};

const changedFields = (change: ProjectChange): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    Object.entries(wireNames).flatMap(([name, wire]) => {
      const value = change[name as keyof ProjectChange];
      return value === undefined ? [] : [[wire, value]];
    }),
  );

/** A baseline is a scan of the project that came to its end. */
const checkBaseline = async (tx: OrgTx, projectId: string, scanId: string): Promise<void> => {
  const name = scanNameIn(tx.organizationId, scanId);
  const scan = name === undefined ? undefined : await findScan(tx, name, 'share');
  if (scan?.projectId === projectId && scan.state === 'completed') return;
  throw new AppError('request_invalid', 'baseline_scan_id: expected a completed scan of the project', {
    details: { field: 'baseline_scan_id' },
  });
};

export const createProjects = (deps: ProjectDependencies): Projects => {
  const inOrganization = <Result>(caller: Caller, options: CallOptions, work: (tx: OrgTx) => Promise<Result>): Promise<Result> =>
    deps.asOrganization(caller.organizationId).transaction(work, { signal: options.signal });

  /** The project, held against changes. @throws AppError `not_found`, `revision_conflict` */
  const held = async (tx: OrgTx, projectId: string, ifRevision?: number): Promise<Project> => {
    const project = await findProject(tx, projectId, 'change');
    if (project === undefined) throw notFound('project', projectId);
    if (ifRevision !== undefined && project.revision !== ifRevision)
      throw new AppError('revision_conflict', `the project is at revision ${project.revision}, not ${ifRevision}`, {
        hint: 'Read it again, then repeat the change.',
        details: { revision: project.revision },
      });
    return project;
  };

  return {
    create: async (caller, input, options) => {
      const { slug, name, description = '', repositoryUrl, defaultBranch, maxRunningScans } = checkedFields(input);
      return inOrganization(caller, options, async (tx) => {
        const fields = { id: deps.newId(), name, description, repositoryUrl, defaultBranch, maxRunningScans };
        const made = await addProject(tx, fields, slug);
        await auditProject(deps, tx, caller, 'project.created', made.id, {
          slug: made.slug,
          ...(made.repositoryUrl === undefined ? {} : { repository_url: made.repositoryUrl }),
        });
        return made;
      });
    },
    get: (caller, projectId, options) =>
      inOrganization(caller, options, async (tx) => {
        const project = await findProject(tx, projectId);
        if (project === undefined) throw notFound('project', projectId);
        return project;
      }),
    findBySlug: (caller, slug, options) => inOrganization(caller, options, (tx) => findProjectBySlug(tx, slug)),
    ensureForUrl: async (caller, url, options) => {
      // What would not be scanned leaves no project behind.
      const { url: scannable } = await checkSubmittedRepository({ url }, deps.limits);
      return inOrganization(caller, options, (tx) => ensureForUrl(deps, tx, caller, scannable));
    },
    list: (caller, filter, page, options) =>
      inOrganization(caller, options, async (tx) => {
        const listName = listNameOf('projects', filter);
        const after = decodeCursor(deps.keyring, caller, listName, page.cursor, ['text']);
        const range = { limit: rowsToRead(page), ...(after === undefined ? {} : { afterSlug: after[0] }) };
        const count = await countRows(tx, listedProjects(tx, filter), countOptions(page));
        return pageOf(await projectsAfter(tx, filter, range), count, page, ({ slug }) =>
          encodeCursor(deps.keyring, caller, listName, [slug]),
        );
      }),
    update: async (caller, projectId, change, { ifRevision, ...options }) => {
      const fields = checkedFields(change);
      const changed = changedFields(fields);
      try {
        return await inOrganization(caller, options, async (tx) => {
          const before = await held(tx, projectId, ifRevision);
          if (Object.keys(changed).length === 0) return before;
          if (typeof fields.baselineScanId === 'string') await checkBaseline(tx, projectId, fields.baselineScanId);
          const after = await updateProject(tx, projectId, fields);
          await auditProject(deps, tx, caller, 'project.changed', projectId, changed);
          return after ?? before;
        });
      } catch (error) {
        if (isDatabaseError(error, '23505') && fields.slug !== undefined) throw slugTaken(fields.slug);
        throw error;
      }
    },
    remove: (caller, projectId, options) => removeProject(deps, caller, projectId, options),
    setCredentials: async (caller, projectId, credentials, options) => {
      checkCredentials(credentials);
      await inOrganization(caller, options, async (tx) => {
        const { repositoryUrl } = await held(tx, projectId);
        if (repositoryUrl === undefined)
          throw new AppError('request_invalid', 'the project has no repository_url, so that nothing says whom the token is for', {
            hint: 'Give the project its repository_url first; the token goes to that host only.',
          });
        await sealCredentials(deps, tx, projectId, { ...credentials, repositoryUrl });
        await updateProject(tx, projectId, {});
        await auditProject(deps, tx, caller, 'project.credentials_set', projectId, {});
      });
    },
    clearCredentials: (caller, projectId, options) =>
      inOrganization(caller, options, async (tx) => {
        await held(tx, projectId);
        if (!(await deleteCredentials(tx, projectId))) return;
        await updateProject(tx, projectId, {});
        await auditProject(deps, tx, caller, 'project.credentials_cleared', projectId, {});
      }),
  };
};
