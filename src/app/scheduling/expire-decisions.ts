import { appendAudit } from '../../store/audit.ts';
import { organizationsWithExpired, reopenExpired, systemAuthor } from '../../store/issue-decisions.ts';
import type { SystemDb } from '../../store/system-tx.ts';
import type { AppDependencies } from '../dependencies.ts';

const batch = 500;

/**
 * Issues whose decision has run out are open again, with a decision that says so. Readers see them open from that moment anyway; this writes
 * it down. Returns how many.
 */
export const expireDecisions = async (
  deps: Pick<AppDependencies, 'asOrganization' | 'clock' | 'newId'> & { readonly system: SystemDb },
  { signal }: { readonly signal: AbortSignal },
): Promise<number> => {
  const organizations = await deps.system.transaction((tx) => organizationsWithExpired(tx), { signal, readOnly: true });
  let total = 0;
  for (const organizationId of organizations) {
    let reopened: number;
    do {
      reopened = await deps.asOrganization(organizationId).transaction(
        async (tx) => {
          const issueIds = await reopenExpired(tx, batch, deps.newId);
          if (issueIds.length > 0) {
            await appendAudit(tx, {
              actor: systemAuthor,
              action: 'issues.reopened',
              resourceType: 'issues',
              resourceId: 'expired',
              data: { cause: 'expiry', issue_ids: issueIds },
              at: new Date(deps.clock.now()),
            });
          }
          return issueIds.length;
        },
        { signal },
      );
      total += reopened;
    } while (reopened === batch);
  }
  return total;
};
