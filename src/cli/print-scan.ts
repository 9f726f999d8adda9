import { findingPage } from '../api/wire/findings.ts';
import type { ScanDetailWire } from '../api/wire/scans.ts';
import { toSafeJson } from '../lib/text-safety.ts';
import type { HttpClient } from './client/http-client.ts';
import { readList } from './client/pages.ts';
import type { ClientOptions } from './client-options.ts';
import type { CliContext } from './context.ts';
import { viewOf } from './list-options.ts';
import { writeOut } from './output.ts';
import { findingsTable, scanText } from './scan-text.ts';

/** The worst ones are what a person looks at first; the rest is an export. */
const shownFindings = 20;

/** The scan as `--format` wants it, with its worst findings once it has ended. */
export const printScan = async (context: CliContext, client: HttpClient, scan: ScanDetailWire, options: ClientOptions): Promise<void> => {
  const { paint, width } = viewOf(context, options);
  if (options.format === 'json') return writeOut(context.stdout, [toSafeJson(scan, 2), '\n'], context);
  const pieces = [scanText(scan, paint)];
  if (scan.findings_total > 0) {
    const { items, hasMore } = await readList(client, findingPage, { path: `/api/v1/scans/${scan.id}/findings` }, shownFindings);
    if (items.length > 0) pieces.push('\n', findingsTable(items, width, paint));
    if (hasMore) pieces.push(`... all of them: ${client.serverUrl}/api/v1/scans/${scan.id}/sarif\n`);
  }
  await writeOut(context.stdout, pieces, context);
};
