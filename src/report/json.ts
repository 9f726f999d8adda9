import type { EngineCoverage, FileCoverage } from '../domain/coverage.ts';
import type { Finding, Location } from '../domain/finding.ts';
import { exitCodeOf, type ScanReport } from '../domain/scan.ts';
import { toSafeJson } from '../lib/text-safety.ts';
import type { Reporter } from './reporter.ts';
import { ruleJson } from './rule-json.ts';
import { publicFingerprints, type ReportSummary, summarise } from './summary.ts';

/** Of `docs/reference/report.schema.json`. A field more raises the minor number, anything else the major one. */
export const jsonSchemaVersion = '1.1';

const scanJson = ({ scan, rules, warnings }: ScanReport, summary: ReportSummary) => ({
  id: scan.id,
  tool: { name: 'sightline', version: scan.toolVersion },
  target: { kind: scan.target.kind, location: scan.target.location, ref: scan.target.ref, commit: scan.target.commit },
  mode: scan.mode,
  since: scan.since,
  started_at: scan.startedAt,
  finished_at: scan.finishedAt,
  duration_ms: summary.durationMs,
  command_line: scan.commandLine,
  warnings,
  rules: rules.map(ruleJson),
});

const gateJson = (report: ScanReport) => ({
  state: report.gate.state,
  fail_on: report.gate.failOn,
  failing_findings: report.gate.failingFindings,
  baseline: report.gate.baseline,
  unchanged_findings: report.unchangedCount,
  allow_partial: report.gate.allowPartial,
  exit_code: exitCodeOf(report),
});

const engineJson = (engine: EngineCoverage) => ({
  engine: engine.engine,
  version: engine.version,
  state: engine.state,
  reason: engine.reason,
  ruleset_digest: engine.rulesetDigest,
  rule_count: engine.ruleCount,
  files_analysed: engine.filesAnalysed,
  bytes_analysed: engine.bytesAnalysed,
  duration_ms: engine.durationMs,
});

const fileJson = (file: FileCoverage) => ({
  path: file.path,
  state: file.state,
  reason: file.reason,
  detail: file.detail,
  engine: file.engine,
  size_bytes: file.sizeBytes,
});

const locationJson = (location: Location) =>
  location.type === 'file'
    ? {
        type: location.type,
        path: location.path,
        start_line: location.startLine,
        start_column: location.startColumn,
        end_line: location.endLine,
        end_column: location.endColumn,
        commit: location.commit && {
          sha: location.commit.sha,
          author: location.commit.author,
          authored_at: location.commit.authoredAt,
          subject: location.commit.subject,
        },
      }
    : location;

const findingJson = (finding: Finding) => ({
  id: finding.id,
  engine: finding.engine,
  rule_id: finding.ruleId,
  kind: finding.kind,
  severity: finding.severity,
  confidence: finding.confidence,
  cwe: finding.cwe,
  title: finding.title,
  message: finding.message,
  location: locationJson(finding.location),
  snippet: finding.snippet && { start_line: finding.snippet.startLine, lines: finding.snippet.lines },
  references: finding.details?.references,
  fix: finding.fix && {
    start_line: finding.fix.startLine,
    start_column: finding.fix.startColumn,
    end_line: finding.fix.endLine,
    end_column: finding.fix.endColumn,
    replacement: finding.fix.replacement,
  },
  fingerprints: publicFingerprints(finding).map(({ algorithm, keyId, value }) => ({ algorithm, key_id: keyId, value })),
  suppression: finding.suppression && {
    source: finding.suppression.source,
    reason: finding.suppression.reason,
    expires_at: finding.suppression.expiresAt,
  },
  baseline: finding.baseline,
});

const indented = (value: unknown, spaces: number): string => toSafeJson(value, 2).replaceAll('\n', `\n${' '.repeat(spaces)}`);

/** An array with one element a line, so that long lists can be read, compared and searched by line. */
function* lines<T>(values: readonly T[], toJson: (value: T) => unknown, indent: string): Iterable<string> {
  if (values.length === 0) {
    yield '[]';
    return;
  }
  for (const [index, value] of values.entries()) yield `${index === 0 ? '[' : ','}\n${indent}  ${toSafeJson(toJson(value))}`;
  yield `\n${indent}]`;
}

function* render(report: ScanReport): Iterable<string> {
  const summary = summarise(report);
  const { coverage } = report;
  yield `{\n  "schema_version": ${toSafeJson(jsonSchemaVersion)},\n`;
  yield `  "scan": ${indented(scanJson(report, summary), 2)},\n`;
  yield `  "gate": ${indented(gateJson(report), 2)},\n`;
  yield `  "coverage": {\n    "state": ${toSafeJson(coverage.state)},\n`;
  yield `    "file_counts": ${toSafeJson(summary.filesByState)},\n`;
  if (coverage.commits !== undefined) yield `    "commits": ${coverage.commits},\n`;
  yield '    "engines": ';
  yield* lines(coverage.engines, engineJson, '    ');
  yield ',\n    "files": ';
  yield* lines(coverage.files, fileJson, '    ');
  yield '\n  },\n  "findings": ';
  yield* lines(report.findings, findingJson, '  ');
  yield '\n}\n';
}

export const jsonReporter: Reporter = {
  name: 'json',
  summary: 'everything, for programs; schema in docs/reference/report.schema.json',
  extension: 'json',
  render,
};
