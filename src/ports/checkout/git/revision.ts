import { AppError } from '../../../lib/errors.ts';
import { checkRefName, isAbbreviatedId, isObjectId, refCandidates } from './ref-name.ts';
import type { RemoteRefs } from './remote.ts';

/** A revision as the server knows it. */
export interface Revision {
  /** Branch, tag or commit, as people call it. */
  readonly name: string;
  /** What is asked of the server; a commit, or an annotated tag. */
  readonly objectId: string;
  /** The commit of an annotated tag, as the server said. */
  readonly peeledId?: string;
  /** True for a commit id a person gave, which need not be at the tip of a branch. */
  readonly byId: boolean;
}

/** Names to ask the server for, to resolve `ref`. */
export const patternsFor = (ref: string): readonly string[] =>
  isObjectId(ref) ? [] : refCandidates(checkRefName(ref)).flatMap((name) => (name === 'HEAD' ? [name] : [name, `${name}^{}`]));

const shortName = (name: string): string => name.replace(/^refs\/(?:heads|tags)\//, '');

/** @throws AppError `ref_not_found`. */
export const resolveRevision = (ref: string, refs: RemoteRefs): { readonly revision: Revision; readonly warning?: string } => {
  if (isObjectId(ref)) return { revision: { name: ref, objectId: ref, byId: true } };
  const found = refCandidates(ref).filter((name) => refs.ids.has(name));
  const [name] = found;
  const objectId = name === undefined ? undefined : refs.ids.get(name);
  if (name === undefined || objectId === undefined) {
    throw isAbbreviatedId(ref)
      ? new AppError('ref_not_found', `"${ref}" is no branch or tag; a server cannot be asked for a shortened commit id`, {
          hint: 'Give all 40 characters of the commit id.',
        })
      : new AppError('ref_not_found', `the repository has no branch or tag "${ref}"`, { hint: 'List them with: git ls-remote URL' });
  }
  const peeledId = refs.ids.get(`${name}^{}`);
  const revision = { name: ref, objectId, byId: false, ...(peeledId === undefined ? {} : { peeledId }) };
  return found.length > 1
    ? { revision, warning: `"${ref}" is a branch and a tag; the ${name.startsWith('refs/heads/') ? 'branch' : 'tag'} is scanned` }
    : { revision };
};

/** The default branch; undefined when HEAD stands for nothing. */
export const defaultRevision = (refs: RemoteRefs): Revision | undefined => {
  const objectId = refs.ids.get('HEAD');
  return objectId === undefined
    ? undefined
    : { name: refs.headTarget === undefined ? 'HEAD' : shortName(refs.headTarget), objectId, byId: false };
};
