import type { OrgTx, Tx } from './tx.ts';

/** A transaction that sees every organisation, acting for one: for store functions that write rows of one organisation. */
export const inOrganization = (tx: Tx, organizationId: string): OrgTx => ({ ...tx, door: 'organization', organizationId });
