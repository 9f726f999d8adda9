import { type Project, slugOf } from '../../domain/project.ts';
import { AppError } from '../../lib/errors.ts';
import { insertProject, type NewProject, slugsLike } from '../../store/projects.ts';
import type { OrgTx } from '../../store/tx.ts';

/** Leaves room for a number behind it. */
const longestBase = 55;
/** Each is lost to somebody who took the same slug at the same moment. */
const attempts = 50;

export const slugTaken = (slug: string): AppError =>
  new AppError('slug_taken', `another project has the slug "${slug}"`, {
    hint: 'Choose another slug, or leave it out.',
    details: { slug },
  });

const firstFree = (base: string, taken: ReadonlySet<string>): string => {
  for (let number = 1; ; number += 1) {
    const slug = number === 1 ? base : `${base}-${number}`;
    if (!taken.has(slug)) return slug;
  }
};

/** With the slug asked for, or a free one made of the name. @throws AppError `slug_taken` */
export const addProject = async (tx: OrgTx, project: Omit<NewProject, 'slug'>, slug: string | undefined): Promise<Project> => {
  if (slug !== undefined) {
    const made = await insertProject(tx, { ...project, slug });
    if (made === undefined) throw slugTaken(slug);
    return made;
  }
  const base = slugOf(project.name).slice(0, longestBase).replace(/-+$/, '');
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const made = await insertProject(tx, { ...project, slug: firstFree(base, await slugsLike(tx, base)) });
    if (made !== undefined) return made;
  }
  throw slugTaken(base);
};
