import { z } from 'zod';
import type { ProjectChange, ProjectInput } from '../../app/projects/projects.ts';
import { type Operation, operation } from '../operation.ts';
import { ifMatchHeaders, projectParams, revisionOf } from '../request-parts.ts';
import { pageQuery, toPageRequest, toPageWire } from '../wire/page.ts';
import { credentialsInput, projectChange, projectInput, projectPage, projectShape, toProjectWire } from '../wire/projects.ts';
import { text } from '../wire/values.ts';
import { withoutUndefined } from '../without-undefined.ts';

const tag = 'Projects';
const one = '/api/v1/projects/{project_id}';

const createProject = operation({
  id: 'createProject',
  method: 'POST',
  path: '/api/v1/projects',
  tag,
  access: 'projects:write',
  summary: 'Create a project',
  refusals: ['slug_taken', 'url_invalid', 'url_has_credentials'],
  body: projectInput,
  responses: { 201: { description: 'The project.', schema: projectShape } },
  handler: async ({ body }, { useCases, caller, signal }) => {
    const input: ProjectInput = withoutUndefined({
      name: body.name,
      slug: body.slug,
      description: body.description,
      repositoryUrl: body.repository_url,
      defaultBranch: body.default_branch,
      maxRunningScans: body.max_running_scans,
    });
    const project = await useCases.projects.create(caller, input, { signal });
    return {
      status: 201,
      body: toProjectWire(project),
      revision: project.revision,
      headers: { location: `/api/v1/projects/${project.id}` },
    };
  },
});

const listProjects = operation({
  id: 'listProjects',
  method: 'GET',
  path: '/api/v1/projects',
  tag,
  access: 'projects:read',
  summary: 'List projects',
  refusals: ['cursor_invalid'],
  query: z.strictObject({ ...pageQuery, search: text(200).optional().describe('Part of name, slug or repository URL.') }),
  responses: { 200: { description: 'One page of projects.', schema: projectPage } },
  handler: async ({ query }, { useCases, caller, signal }) => {
    const page = await useCases.projects.list(caller, withoutUndefined({ search: query.search }), toPageRequest(query), { signal });
    return { status: 200, body: toPageWire(page, toProjectWire) };
  },
});

const getProject = operation({
  id: 'getProject',
  method: 'GET',
  path: one,
  tag,
  access: 'projects:read',
  summary: 'Show a project',
  refusals: ['not_found'],
  params: projectParams,
  responses: { 200: { description: 'The project.', schema: projectShape } },
  handler: async ({ params }, { useCases, caller, signal }) => {
    const project = await useCases.projects.get(caller, params.project_id, { signal });
    return { status: 200, body: toProjectWire(project), revision: project.revision };
  },
});

const updateProject = operation({
  id: 'updateProject',
  method: 'PATCH',
  path: one,
  tag,
  access: 'projects:write',
  summary: 'Change a project',
  refusals: ['not_found', 'slug_taken', 'revision_conflict', 'url_invalid', 'url_has_credentials'],
  params: projectParams,
  headers: ifMatchHeaders,
  body: projectChange,
  responses: { 200: { description: 'The project as it is now.', schema: projectShape } },
  handler: async ({ params, headers, body }, { useCases, caller, signal }) => {
    const change: ProjectChange = withoutUndefined({
      name: body.name,
      slug: body.slug,
      description: body.description,
      repositoryUrl: body.repository_url,
      defaultBranch: body.default_branch,
      maxRunningScans: body.max_running_scans,
      baselineScanId: body.baseline_scan_id,
    });
    const options = withoutUndefined({ signal, ifRevision: revisionOf(headers['if-match']) });
    const project = await useCases.projects.update(caller, params.project_id, change, options);
    return { status: 200, body: toProjectWire(project), revision: project.revision };
  },
});

const deleteProject = operation({
  id: 'deleteProject',
  method: 'DELETE',
  path: one,
  tag,
  access: 'projects:write',
  summary: 'Delete a project with everything it owns',
  description: 'Scans that run are cancelled first. Issues and their decisions go too.',
  refusals: ['not_found'],
  params: projectParams,
  responses: { 204: { description: 'It is gone.' } },
  handler: async ({ params }, { useCases, caller, signal }) => {
    await useCases.projects.remove(caller, params.project_id, { signal });
    return { status: 204 };
  },
});

const setCredentials = operation({
  id: 'setCredentials',
  method: 'PUT',
  path: `${one}/credentials`,
  tag,
  access: 'projects:write',
  summary: 'Set the credentials of a private repository',
  description:
    'They are stored encrypted and never shown again; `has_credentials` of the project says that there are some. They are for the host of the `repository_url` that the project has now, and sent to no other.',
  refusals: ['not_found'],
  params: projectParams,
  body: credentialsInput,
  responses: { 204: { description: 'They are stored.' } },
  handler: async ({ params, body }, { useCases, caller, signal }) => {
    await useCases.projects.setCredentials(caller, params.project_id, withoutUndefined({ username: body.username, token: body.token }), {
      signal,
    });
    return { status: 204 };
  },
});

const clearCredentials = operation({
  id: 'clearCredentials',
  method: 'DELETE',
  path: `${one}/credentials`,
  tag,
  access: 'projects:write',
  summary: 'Forget the credentials of a private repository',
  refusals: ['not_found'],
  params: projectParams,
  responses: { 204: { description: 'There are none.' } },
  handler: async ({ params }, { useCases, caller, signal }) => {
    await useCases.projects.clearCredentials(caller, params.project_id, { signal });
    return { status: 204 };
  },
});

export const projectOperations: readonly Operation[] = [
  createProject,
  listProjects,
  getProject,
  updateProject,
  deleteProject,
  setCredentials,
  clearCredentials,
];
