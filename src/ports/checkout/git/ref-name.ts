import { AppError } from '../../../lib/errors.ts';

/** A full object id, SHA-1 or SHA-256. */
export const isObjectId = (text: string): boolean => /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(text);
/** What people copy from a log; no server can be asked for it. */
export const isAbbreviatedId = (text: string): boolean => /^[0-9a-f]{4,63}$/.test(text) && !isObjectId(text);

const maxRefLength = 255;

/** @throws AppError `ref_invalid`. */
export const checkCommitId = (text: string): string => {
  if (isObjectId(text)) return text;
  throw new AppError('ref_invalid', 'the commit id is malformed', { hint: 'Give all 40 (or 64) hexadecimal characters, in lower case.' });
};

/** The rules of git-check-ref-format, and none of the revision syntax (`~`, `^`, `@{…}`). @throws AppError `ref_invalid`. */
export const checkRefName = (ref: string): string => {
  const malformed =
    ref === '' ||
    ref.length > maxRefLength ||
    ref === '@' ||
    ref.startsWith('-') ||
    ref.startsWith('/') ||
    ref.endsWith('/') ||
    ref.endsWith('.') ||
    ref.includes('..') ||
    ref.includes('//') ||
    ref.includes('@{') ||
    /[\u0000-\u0020\u007f~^:?*[\\]/.test(ref) ||
    ref.split('/').some((part) => part.startsWith('.') || part.endsWith('.lock'));
  if (malformed) {
    throw new AppError('ref_invalid', 'the branch, tag or commit name is malformed', {
      hint: 'Give a branch or tag name, or a full commit id; "~", "^" and ".." are not supported here.',
    });
  }
  return ref;
};

/** Full names a person may mean by `ref`, the most likely first. */
export const refCandidates = (ref: string): readonly string[] =>
  ref === 'HEAD' ? ['HEAD'] : ref.startsWith('refs/') ? [ref] : [`refs/heads/${ref}`, `refs/tags/${ref}`, `refs/${ref}`];
