import { type ProjectWire, projectPage, projectShape } from '../../api/wire/projects.ts';
import { slugOf, slugPattern } from '../../domain/project.ts';
import { AppError, isAppError } from '../../lib/errors.ts';
import type { HttpClient } from './http-client.ts';
import { readList } from './pages.ts';

const uuidPattern = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
export const isId = (text: string): boolean => uuidPattern.test(text);

const bySlug = async (client: HttpClient, slug: string): Promise<ProjectWire | undefined> => {
  const { items } = await readList(client, projectPage, { path: '/api/v1/projects', query: { search: slug } }, 1000);
  return items.find((project) => project.slug === slug);
};

/** The project a person names by its slug or id. @throws AppError `not_found` */
export const findProject = async (client: HttpClient, name: string): Promise<ProjectWire> => {
  if (isId(name)) return client.ask(projectShape, { path: `/api/v1/projects/${name}` });
  const found = slugPattern.test(name) ? await bySlug(client, name) : undefined;
  if (found !== undefined) return found;
  throw new AppError('not_found', `there is no project "${name}"`, {
    hint: '"sightline projects list" shows them, "sightline projects create" makes one.',
  });
};

/** The project of that name, made when there is none; of two who make it at once the second takes the first one's. */
export const ensureProject = async (client: HttpClient, name: string): Promise<ProjectWire> => {
  const slug = slugOf(name);
  const present = await bySlug(client, slug);
  if (present !== undefined) return present;
  try {
    return await client.ask(projectShape, { method: 'POST', path: '/api/v1/projects', body: { name, slug } });
  } catch (error) {
    const made = isAppError(error, 'slug_taken') ? await bySlug(client, slug) : undefined;
    if (made === undefined) throw error;
    return made;
  }
};
