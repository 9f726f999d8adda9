import type { TaskSecrets } from '../../domain/lease-service.ts';
import { repositoryOrigin } from '../../ports/checkout/repository-url.ts';
import { findCredentials, putCredentials } from '../../store/credentials.ts';
import type { OrgTx } from '../../store/tx.ts';
import type { AppDependencies } from '../dependencies.ts';
import type { Credentials } from './projects.ts';

/** A sealed token opens in the row it was sealed for only. */
const contextOf = (tx: OrgTx, projectId: string): readonly string[] => [tx.organizationId, projectId];

export const sealCredentials = async (
  deps: Pick<AppDependencies, 'keyring'>,
  tx: OrgTx,
  projectId: string,
  { username, token, repositoryUrl }: Credentials & { readonly repositoryUrl: string },
): Promise<void> => {
  // Neither holds a line break.
  const plain = Buffer.from(`${repositoryOrigin(repositoryUrl)}\n${token}`);
  const { keyId, bytes } = deps.keyring.seal('credentials', plain, contextOf(tx, projectId));
  await putCredentials(tx, projectId, { sealed: bytes, keyId, ...(username === undefined ? {} : { username }) });
};

/**
 * What a worker needs to fetch a repository for a project and scan it. For the holder of a lease only: never logged, stored or shown. A token
 * is given for the host it was stored for and no other, whatever URL somebody submits or the project has by now.
 * @throws AppError `key_unknown`, `sealed_invalid`
 */
export const projectSecrets = async (
  deps: Pick<AppDependencies, 'keyring'>,
  tx: OrgTx,
  projectId: string,
  repositoryUrl: string | undefined,
): Promise<TaskSecrets> => {
  const { id, key } = deps.keyring.organizationKey('secret-evidence', tx.organizationId);
  const hmacKey = { id, key: Buffer.from(key).toString('base64') };
  const stored = await findCredentials(tx, projectId);
  if (stored === undefined || repositoryUrl === undefined) return { hmacKey };
  const opened = deps.keyring.open('credentials', { keyId: stored.keyId, bytes: stored.sealed }, contextOf(tx, projectId));
  const [origin, token = ''] = Buffer.from(opened).toString().split('\n');
  if (origin !== repositoryOrigin(repositoryUrl)) return { hmacKey };
  return {
    hmacKey,
    gitToken: token,
    ...(stored.username === undefined ? {} : { gitUsername: stored.username }),
  };
};
