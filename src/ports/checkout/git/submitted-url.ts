import { isIP } from 'node:net';
import { AppError } from '../../../lib/errors.ts';
import { type AddressClass, admitsAddress, classifyAddress, classifyName } from './address-policy.ts';
import { isAllowedHost, parseAllowedHost } from './host-pin.ts';
import { checkCommitId, checkRefName } from './ref-name.ts';
import { parseRemoteUrl } from './remote-url.ts';

/** What of a repository is meant. */
export interface SubmittedRevision {
  readonly ref?: string;
  readonly commit?: string;
}

export interface SubmittedRepository extends SubmittedRevision {
  readonly url: string;
}

/** @throws AppError `ref_invalid` */
export const checkSubmittedRevision = ({ ref, commit }: SubmittedRevision): SubmittedRevision => ({
  ...(ref === undefined ? {} : { ref: checkRefName(ref) }),
  ...(commit === undefined ? {} : { commit: checkCommitId(commit.toLowerCase()) }),
});

/**
 * What can be said of a repository that somebody asks a server to scan, before anything is resolved or reached: https only, unless the
 * operator allows the host; no address or name that is plainly not public. The fetch itself looks again, at every address. Gives the URL
 * in its one spelling.
 * @throws AppError `url_invalid`, `url_has_credentials`, `protocol_denied`, `address_denied`, `ref_invalid`
 */
export const checkSubmittedRepository = (
  { url, ...revision }: SubmittedRepository,
  { allowHosts }: { readonly allowHosts: readonly string[] },
): SubmittedRepository => {
  const { protocol, hostname, port, href } = parseRemoteUrl(url);
  const isAllowed = isAllowedHost(allowHosts.map(parseAllowedHost), hostname, port);
  if (protocol === 'ssh' || (protocol === 'http' && !isAllowed)) {
    throw new AppError('protocol_denied', `a server does not fetch over ${protocol}`, {
      hint: 'Give an https:// URL; for a private repository store a token with the project.',
    });
  }
  const kind: AddressClass | undefined = isIP(hostname) === 0 ? classifyName(hostname) : classifyAddress(hostname);
  if (kind !== undefined && !admitsAddress(kind, 'public-only', isAllowed)) {
    throw new AppError('address_denied', `${hostname} is not a public host (${kind.replace('_', ' ')})`, {
      details: { kind },
      hint: 'The operator can allow a private host with --allow-host.',
    });
  }
  return { url: href, ...checkSubmittedRevision(revision) };
};
