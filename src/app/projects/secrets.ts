import type { TaskSecrets } from '../../domain/lease-service.ts';
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
  { username, token }: Credentials,
): Promise<void> => {
  const { keyId, bytes } = deps.keyring.seal('credentials', Buffer.from(token), contextOf(tx, projectId));
  await putCredentials(tx, projectId, { sealed: bytes, keyId, ...(username === undefined ? {} : { username }) });
};

/**
 * What a worker needs to fetch and scan a project. For the holder of a lease only: never logged, stored or shown.
 * @throws AppError `key_unknown`, `sealed_invalid`
 */
export const projectSecrets = async (deps: Pick<AppDependencies, 'keyring'>, tx: OrgTx, projectId: string): Promise<TaskSecrets> => {
  const { id, key } = deps.keyring.organizationKey('secret-evidence', tx.organizationId);
  const hmacKey = { id, key: Buffer.from(key).toString('base64') };
  const stored = await findCredentials(tx, projectId);
  if (stored === undefined) return { hmacKey };
  const token = deps.keyring.open('credentials', { keyId: stored.keyId, bytes: stored.sealed }, contextOf(tx, projectId));
  return {
    hmacKey,
    gitToken: Buffer.from(token).toString(),
    ...(stored.username === undefined ? {} : { gitUsername: stored.username }),
  };
};
