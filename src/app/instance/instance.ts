import { timingSafeEqual } from 'node:crypto';
import { defaultOrganizationId } from '../../domain/caller.ts';
import { AppError } from '../../lib/errors.ts';
import {
  findOperatorToken,
  hasOperatorToken,
  holdInstance,
  insertOperatorToken,
  noteOperatorTokenUse,
  settleFact,
} from '../../store/instance.ts';
import { ensureOrganization } from '../../store/organizations.ts';
import type { SystemDb } from '../../store/system-tx.ts';
import type { Keyring } from '../keyring/keyring.ts';
import { formatOperatorToken, newOperatorToken, operatorTokenSha256, parseOperatorToken } from './operator-token.ts';

/** Everything belongs to it until there are accounts. */
export const defaultOrganization = { id: defaultOrganizationId, slug: 'default', name: 'Default' } as const;

export interface InstanceOptions {
  readonly keyring: Pick<Keyring, 'id'>;
  readonly signal: AbortSignal;
}

/**
 * What every instance has before it serves anybody: the default organisation, and an operator token. The token is given in clear once, to the
 * one process that made it, and nowhere kept. All processes of an instance must have the same master key, or links and sealed credentials of
 * one would be worthless to the others: the first one's is settled. @throws AppError `key_unknown`
 */
export const ensureInstance = (system: SystemDb, { keyring, signal }: InstanceOptions): Promise<{ readonly newOperatorToken?: string }> =>
  system.transaction(
    async (tx) => {
      await holdInstance(tx);
      const settled = await settleFact(tx, 'master_key_id', keyring.id);
      if (settled !== keyring.id)
        throw new AppError('key_unknown', `the database belongs to master key ${settled}, this process has ${keyring.id}`, {
          hint: 'Give every process the key of the first one: its keys/master.key, or SIGHTLINE_SERVER_MASTER_KEY.',
        });
      await ensureOrganization(tx, defaultOrganization);
      if (await hasOperatorToken(tx)) return {};
      const token = newOperatorToken();
      await insertOperatorToken(tx, token.id, operatorTokenSha256(token));
      return { newOperatorToken: formatOperatorToken(token) };
    },
    { signal },
  );

/** Compared with where there is no such token, so that both answers take the same way. */
const nobody = Buffer.alloc(32);

/** The token's id when it is an operator's, in the same time whether its id or its secret is wrong. */
export const verifyOperatorToken = async (
  system: SystemDb,
  token: string,
  { signal }: { readonly signal: AbortSignal },
): Promise<{ readonly tokenId: string } | undefined> => {
  const parsed = parseOperatorToken(token);
  if (parsed === undefined) return undefined;
  return system.transaction(
    async (tx) => {
      const known = await findOperatorToken(tx, parsed.id);
      const isSame = timingSafeEqual(known ?? nobody, operatorTokenSha256(parsed));
      if (known === undefined || !isSame) return undefined;
      await noteOperatorTokenUse(tx, parsed.id);
      return { tokenId: parsed.id };
    },
    { signal },
  );
};
