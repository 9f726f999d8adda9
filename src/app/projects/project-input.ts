import { slugPattern } from '../../domain/project.ts';
import { AppError } from '../../lib/errors.ts';
import { canonicalRef, canonicalRepositoryUrl } from '../../ports/checkout/repository-url.ts';
import type { Credentials, ProjectChange } from './projects.ts';

const refuse = (field: string, expected: string): never => {
  throw new AppError('request_invalid', `${field}: expected ${expected}`, { details: { field } });
};

const maxNameLength = 200;
const maxDescriptionLength = 4000;
const maxUrlLength = 2048;
const maxScansAtOnce = 1000;
const maxSecretLength = 4096;

const checkUrl = (url: string): string => {
  const canonical = canonicalRepositoryUrl(url);
  return canonical.length > maxUrlLength ? refuse('repository_url', `at most ${maxUrlLength} characters`) : canonical;
};

/** The same fields, checked, the URL in its one spelling. @throws AppError `request_invalid`, `url_invalid`, `url_has_credentials`, `protocol_denied`, `ref_invalid` */
export const checkedFields = <Fields extends ProjectChange>(fields: Fields): Fields => {
  const { name, slug, description, repositoryUrl, defaultBranch, maxRunningScans } = fields;
  if (name !== undefined && (name.trim() === '' || name.length > maxNameLength)) refuse('name', `1 to ${maxNameLength} characters`);
  if (slug !== undefined && !slugPattern.test(slug))
    refuse('slug', '1 to 63 lower-case letters, digits and dashes, with no dash at either end');
  if (description !== undefined && description.length > maxDescriptionLength)
    refuse('description', `at most ${maxDescriptionLength} characters`);
  if (maxRunningScans !== undefined && (!Number.isInteger(maxRunningScans) || maxRunningScans < 1 || maxRunningScans > maxScansAtOnce))
    refuse('max_running_scans', `a whole number from 1 to ${maxScansAtOnce}`);
  if (typeof defaultBranch === 'string') canonicalRef(defaultBranch);
  return {
    ...fields,
    ...(name === undefined ? {} : { name: name.trim() }),
    ...(typeof repositoryUrl === 'string' ? { repositoryUrl: checkUrl(repositoryUrl) } : {}),
  };
};

/** What git is handed on one line each. @throws AppError `request_invalid`; the values are never part of the message. */
export const checkCredentials = ({ username, token }: Credentials): void => {
  const isOneLine = (text: string): boolean => text !== '' && text.length <= maxSecretLength && !/[\u0000-\u001f\u007f]/.test(text);
  if (!isOneLine(token)) refuse('token', `1 to ${maxSecretLength} characters on one line`);
  if (username !== undefined && !isOneLine(username)) refuse('username', `1 to ${maxSecretLength} characters on one line`);
};
