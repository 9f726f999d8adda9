import { checkRefName } from './git/ref-name.ts';
import { parseRemoteUrl } from './git/remote-url.ts';

/**
 * A git URL in the one spelling that everything stores and compares. Whether it may be fetched is decided where it is fetched.
 * @throws AppError `url_invalid`, `url_has_credentials`, `protocol_denied`
 */
export const canonicalRepositoryUrl = (text: string): string => parseRemoteUrl(text).href;

/** Scheme, host and port of a git URL: whom a token for it is meant for. @throws AppError as {@link canonicalRepositoryUrl} */
export const repositoryOrigin = (text: string): string => parseRemoteUrl(text).origin;

/** A branch or tag name as git takes it. @throws AppError `ref_invalid` */
export const canonicalRef = (text: string): string => checkRefName(text);
