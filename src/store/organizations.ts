import { sql } from 'kysely';
import type { Tx } from './tx.ts';

/** The organisation, made with what every organisation has when it is not there; true when it was made now. */
export const ensureOrganization = async (
  tx: Tx,
  organization: { readonly id: string; readonly slug: string; readonly name: string },
): Promise<boolean> => {
  const made = await tx.change(sql`
    insert into organizations (id, slug, name) values (${organization.id}, ${organization.slug}, ${organization.name})
    on conflict (id) do nothing`);
  await tx.change(sql`insert into organization_load (organization_id) values (${organization.id}) on conflict do nothing`);
  return made === 1;
};

export const organizationIds = async (tx: Tx): Promise<readonly string[]> =>
  (await tx.run(sql<{ id: string }>`select id from organizations order by id`)).map((row) => row.id);
