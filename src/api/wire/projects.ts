import { z } from 'zod';
import type { Project } from '../../domain/project.ts';
import { slugPattern } from '../../domain/project.ts';
import { pageOf } from './page.ts';
import { instant, text, toInstant, uuid } from './values.ts';

export const projectShape = z
  .object({
    id: uuid,
    slug: z.string(),
    name: z.string(),
    description: z.string(),
    repository_url: z.string().nullable(),
    default_branch: z.string().nullable(),
    max_running_scans: z.int(),
    baseline_scan_id: uuid.nullable().describe('Findings of that scan are known and do not fail the gate.'),
    has_credentials: z.boolean(),
    revision: z.int(),
    created_at: instant,
    updated_at: instant,
  })
  .meta({ id: 'Project' });
export type ProjectWire = z.infer<typeof projectShape>;
export const projectPage = pageOf('ProjectPage', projectShape);

const slug = z.string().regex(slugPattern, 'expected lower-case letters, digits and dashes, at most 63');
const name = text(200).min(1);
const maxRunningScans = z.int().min(1).max(1000);

export const projectInput = z
  .strictObject({
    name,
    slug: slug.optional().describe('Made of the name when absent.'),
    description: text(4000).optional(),
    repository_url: text(2048).optional(),
    default_branch: text(255).min(1).optional(),
    max_running_scans: maxRunningScans.optional().describe('Scans of the project that may run at once; default 4.'),
  })
  .meta({ id: 'ProjectInput' });
export type ProjectInputWire = z.input<typeof projectInput>;

export const projectChange = z
  .strictObject({
    name: name.optional(),
    slug: slug.optional(),
    description: text(4000).optional(),
    repository_url: text(2048).nullable().optional(),
    default_branch: text(255).min(1).nullable().optional(),
    max_running_scans: maxRunningScans.optional(),
    baseline_scan_id: uuid.nullable().optional(),
  })
  .meta({ id: 'ProjectChange', description: 'Absent fields stay; null clears.' });
export type ProjectChangeWire = z.input<typeof projectChange>;

export const credentialsInput = z
  .strictObject({
    username: text(200).min(1).optional().describe('Where the git server wants one beside the token.'),
    token: text(8192).min(1),
  })
  .meta({ id: 'CredentialsInput' });
export type CredentialsInputWire = z.input<typeof credentialsInput>;

export const toProjectWire = (project: Project): ProjectWire => ({
  id: project.id,
  slug: project.slug,
  name: project.name,
  description: project.description,
  repository_url: project.repositoryUrl ?? null,
  default_branch: project.defaultBranch ?? null,
  max_running_scans: project.maxRunningScans,
  baseline_scan_id: project.baselineScanId ?? null,
  has_credentials: project.hasCredentials,
  revision: project.revision,
  created_at: toInstant(project.createdAt),
  updated_at: toInstant(project.updatedAt),
});
