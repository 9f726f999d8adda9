import type { Caller } from '../../domain/caller.ts';
import type { Project } from '../../domain/project.ts';
import { findProjectByUrl, holdUrl } from '../../store/projects.ts';
import type { OrgTx } from '../../store/tx.ts';
import type { AppDependencies } from '../dependencies.ts';
import { addProject } from './add-project.ts';
import { auditProject } from './project-audit.ts';
import { checkedFields } from './project-input.ts';

const longestName = 200;

/** Hosts serve a repository with and without `.git`, and with a slash behind it: it is one repository. */
const withoutEnding = (url: string): string => url.replace(/\/+$/, '').replace(/\.git$/, '');

/** `https://host/group/name.git` and `user@host:group/name` are "group/name". */
const nameOf = (base: string): string => {
  const path = base.replace(/^[a-z]+:\/\/[^/]*\//, '').replace(/^[^/:]*@[^/:]*:/, '');
  return (
    path
      .split('/')
      .filter((part) => part !== '')
      .slice(-2)
      .join('/') || base
  ).slice(-longestName);
};

/** The oldest project of the repository, or a new one; whoever asks at the same time waits and gets the same. */
export const ensureForUrl = async (
  deps: Pick<AppDependencies, 'clock' | 'newId'>,
  tx: OrgTx,
  caller: Caller,
  url: string,
): Promise<Project> => {
  const { repositoryUrl } = checkedFields({ repositoryUrl: url });
  const base = withoutEnding(repositoryUrl);
  await holdUrl(tx, base);
  const existing = await findProjectByUrl(tx, [base, `${base}/`, `${base}.git`, `${base}.git/`]);
  if (existing !== undefined) return existing;
  const made = await addProject(tx, { id: deps.newId(), name: nameOf(base), description: '', repositoryUrl }, undefined);
  await auditProject(deps, tx, caller, 'project.created', made.id, { slug: made.slug, repository_url: repositoryUrl });
  return made;
};
