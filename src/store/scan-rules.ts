import { sql } from 'kysely';
import type { Rule } from '../domain/rule.ts';
import type { ScanName } from '../domain/scan-record.ts';
import { camelKeys, snakeKeys } from './json-keys.ts';
import { storableJson } from './storable-text.ts';
import type { OrgTx } from './tx.ts';

const maxBatchRows = 500;

/** Rules that findings of the scan name. Tasks of one engine name the same rules: the first one's stay. */
export const insertScanRules = async (
  tx: OrgTx,
  scan: Pick<ScanName, 'scanId' | 'scanCreatedAt'>,
  rules: readonly Rule[],
): Promise<void> => {
  // In one order, so that two tasks that commit at once do not wait for each other crosswise.
  const sorted = rules.toSorted((a, b) => (`${a.engine}\0${a.id}` < `${b.engine}\0${b.id}` ? -1 : 1));
  for (let at = 0; at < sorted.length; at += maxBatchRows) {
    const rows = sorted.slice(at, at + maxBatchRows).map((rule) => ({ engine: rule.engine, rule_id: rule.id, rule: snakeKeys(rule) }));
    await tx.change(sql`
      insert into scan_rules (organization_id, scan_id, scan_created_at, engine, rule_id, rule)
      select ${tx.organizationId}::uuid, ${scan.scanId}::uuid, ${scan.scanCreatedAt}::timestamptz, r.engine, r.rule_id, r.rule
      from jsonb_to_recordset(${storableJson(rows)}::jsonb) as r(engine text, rule_id text, rule jsonb)
      on conflict do nothing`);
  }
};

/** By engine and id. */
export const rulesOfScan = async (tx: OrgTx, scanId: string): Promise<readonly Rule[]> => {
  const rows = await tx.run(
    tx.build
      .selectFrom('scan_rules')
      .select('rule')
      .where('organization_id', '=', tx.organizationId)
      .where('scan_id', '=', scanId)
      .orderBy('engine')
      .orderBy('rule_id'),
  );
  return rows.map((row) => camelKeys(row.rule) as Rule);
};
