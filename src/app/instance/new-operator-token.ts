import { defaultOrganizationId } from '../../domain/caller.ts';
import type { Clock } from '../../lib/clock.ts';
import { appendAudit } from '../../store/audit.ts';
import { inOrganization } from '../../store/in-organization.ts';
import { holdInstance, insertOperatorToken, revokeOtherOperatorTokens } from '../../store/instance.ts';
import { ensureOrganization } from '../../store/organizations.ts';
import type { SystemDb } from '../../store/system-tx.ts';
import { defaultOrganization } from './instance.ts';
import { formatOperatorToken, newOperatorToken, operatorTokenSha256 } from './operator-token.ts';

export interface NewOperatorToken {
  /** In clear, for the only time. */
  readonly token: string;
  readonly tokenId: string;
  /** Ids of those that are worth nothing from now on. */
  readonly revoked: readonly string[];
}

/**
 * Another operator token, for whoever has lost the first or wants to be rid of it. Asked of the database itself, by somebody who can open
 * it: there is no token to ask for. The audit trail says that it was made, and which were revoked.
 */
export const makeOperatorToken = (
  deps: { readonly system: SystemDb; readonly clock: Clock },
  { revokeOthers, signal }: { readonly revokeOthers: boolean; readonly signal: AbortSignal },
): Promise<NewOperatorToken> =>
  deps.system.transaction(
    async (tx) => {
      await holdInstance(tx);
      const made = newOperatorToken();
      await insertOperatorToken(tx, made.id, operatorTokenSha256(made));
      const revoked = revokeOthers ? await revokeOtherOperatorTokens(tx, made.id) : [];
      // A database that was migrated and never served has none yet.
      await ensureOrganization(tx, defaultOrganization);
      await appendAudit(inOrganization(tx, defaultOrganizationId), {
        actor: 'console',
        action: 'operator_token.created',
        resourceType: 'operator_token',
        resourceId: made.id,
        data: { revoked },
        at: new Date(deps.clock.now()),
      });
      return { token: formatOperatorToken(made), tokenId: made.id, revoked };
    },
    { signal },
  );
