import type { Finding, Location } from '../domain/finding.ts';
import type { ScanReport } from '../domain/scan.ts';
import { forCsvCell } from '../lib/text-safety.ts';
import type { Reporter } from './reporter.ts';
import { inWords } from './summary.ts';

/** Documented in `src/report/README.md`; new columns are only ever added at the end. */
export const csvColumns = [
  'record',
  'severity',
  'confidence',
  'kind',
  'engine',
  'rule_id',
  'title',
  'message',
  'path',
  'start_line',
  'start_column',
  'end_line',
  'end_column',
  'package_or_resource',
  'commit',
  'cwe',
  'suppression',
  'suppression_reason',
  'baseline',
  'id',
] as const;

type Row = Partial<Record<(typeof csvColumns)[number], string | number | undefined>>;

/** Numbers are our own and stay bare; everything else is text of somebody else. */
const csvRow = (row: Row): string =>
  `${csvColumns
    .map((column) => {
      const value = row[column] ?? '';
      return typeof value === 'number' ? String(value) : value === '' ? '' : forCsvCell(value);
    })
    .join(',')}\r\n`;

const placeColumns = (location: Location): Row => {
  switch (location.type) {
    case 'file':
      return {
        path: location.path,
        start_line: location.startLine,
        start_column: location.startColumn,
        end_line: location.endLine,
        end_column: location.endColumn,
        commit: location.commit?.sha,
      };
    case 'package':
      return { path: location.path, package_or_resource: location.purl };
    case 'resource':
      return { path: location.path, package_or_resource: location.address };
  }
};

const findingRow = (finding: Finding): Row => ({
  record: 'finding',
  severity: finding.severity,
  confidence: finding.confidence,
  kind: finding.kind,
  engine: finding.engine,
  rule_id: finding.ruleId,
  title: finding.title,
  message: finding.message,
  ...placeColumns(finding.location),
  cwe: finding.cwe.join(' '),
  suppression: finding.suppression?.source,
  suppression_reason: finding.suppression?.reason,
  baseline: finding.baseline,
  id: finding.id,
});

/** Findings, then a row for each engine and file that failed: an empty list of findings alone would look like a clean scan. */
function* render(report: ScanReport): Iterable<string> {
  yield `${csvColumns.join(',')}\r\n`;
  for (const finding of report.findings) yield csvRow(findingRow(finding));
  for (const engine of report.coverage.engines) {
    if (engine.state !== 'complete')
      yield csvRow({ record: 'failed_engine', engine: engine.engine, message: engine.reason ?? engine.state });
  }
  for (const file of report.coverage.files) {
    if (file.state !== 'failed') continue;
    const reason = inWords(file.reason ?? 'failed');
    yield csvRow({
      record: 'failed_file',
      engine: file.engine,
      message: file.detail === undefined ? reason : `${reason}: ${file.detail}`,
      path: file.path,
    });
  }
}

export const csvReporter: Reporter = {
  name: 'csv',
  summary: 'one line a finding, for spreadsheets',
  extension: 'csv',
  render,
};
