import { sql } from 'kysely';
import type { OrgTx } from './tx.ts';

/**
 * One more active scan, when fewer than `limit` are. Exact however many ask at once: the row is held until the transaction ends, so take it
 * late.
 */
export const takeScanPlace = async (tx: OrgTx, limit: number): Promise<boolean> => {
  const changed = await tx.change(sql`
    insert into organization_load as load (organization_id, active_scans) values (${tx.organizationId}, 1)
    on conflict (organization_id) do update set active_scans = load.active_scans + 1 where load.active_scans < ${limit}`);
  return changed === 1;
};

/** An active scan has ended; with its move to the end, in the same transaction. */
export const giveScanPlaceBack = async (tx: OrgTx): Promise<void> => {
  await tx.change(sql`update organization_load set active_scans = active_scans - 1 where organization_id = ${tx.organizationId}`);
};
