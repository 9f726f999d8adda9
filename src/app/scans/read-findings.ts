import type { ScanName } from '../../domain/scan-record.ts';
import type { StoredFinding } from '../../domain/stored-finding.ts';
import type { CallOptions } from '../../lib/call-options.ts';
import { countFindings, type FindingPlace, findFinding, findingPage, placeOfFinding } from '../../store/finding-lists.ts';
import { scanNameIn } from '../../store/scans.ts';
import type { AppDependencies } from '../dependencies.ts';
import { notFound } from '../not-found.ts';
import { countOptions, decodeCursor, encodeCursor, listNameOf, pageOf, rowsToRead } from '../paging/cursor.ts';
import { requireScan } from './read-scans.ts';
import type { FindingFilter, Scans } from './scans.ts';

const exportBatch = 1000;

export const createFindingReading = (
  deps: Pick<AppDependencies, 'asOrganization' | 'keyring'>,
): Pick<Scans, 'findings' | 'finding' | 'eachFinding'> => {
  const { keyring } = deps;

  const inStore = (organizationId: string, { scanId, ...filter }: FindingFilter): Parameters<typeof findingPage>[1] => {
    if (scanId === undefined) return filter;
    const scan: ScanName | undefined = scanNameIn(organizationId, scanId);
    if (scan === undefined) throw notFound('scan', scanId);
    return { ...filter, scan };
  };

  return {
    findings: async (caller, filter, page, { signal }) => {
      const listName = listNameOf('findings', filter);
      const limit = rowsToRead(page);
      const place = decodeCursor(keyring, caller, listName, page.cursor, ['number', 'text']);
      const after = place === undefined ? undefined : { severityRank: place[0], findingId: place[1] };
      return deps.asOrganization(caller.organizationId).transaction(
        async (tx) => {
          if (filter.scanId !== undefined) await requireScan(tx, filter.scanId);
          const stored = inStore(caller.organizationId, filter);
          const rows = await findingPage(tx, stored, after, limit);
          const count = await countFindings(tx, stored, countOptions(page));
          return pageOf(rows, count, page, (finding) => {
            const { severityRank, findingId } = placeOfFinding(finding);
            return encodeCursor(keyring, caller, listName, [severityRank, findingId]);
          });
        },
        { signal, readOnly: true, isolation: 'repeatable read' },
      );
    },

    finding: (caller, findingId, { signal }) =>
      deps.asOrganization(caller.organizationId).transaction(
        async (tx) => {
          const finding = await findFinding(tx, findingId);
          if (finding === undefined) throw notFound('finding', findingId);
          return finding;
        },
        { signal, readOnly: true },
      ),

    eachFinding: async function* (caller, scanId, { signal }: CallOptions): AsyncGenerator<readonly StoredFinding[]> {
      const org = deps.asOrganization(caller.organizationId);
      let after: FindingPlace | undefined;
      for (;;) {
        // A transaction for each batch: whoever reads slowly holds no snapshot open.
        const batch = await org.transaction(
          async (tx) => findingPage(tx, { scan: (await requireScan(tx, scanId)).name }, after, exportBatch),
          { signal, readOnly: true },
        );
        if (batch.length > 0) yield batch;
        const last = batch.at(-1);
        if (last === undefined || batch.length < exportBatch) return;
        after = placeOfFinding(last);
      }
    },
  };
};
