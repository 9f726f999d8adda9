import type { Finding } from '../domain/finding.ts';
import type { Rule } from '../domain/rule.ts';
import type { ScanReport } from '../domain/scan.ts';
import type { Severity } from '../domain/severity.ts';
import { clip, forMarkdown, toSafeJson, withVisibleEscapes } from '../lib/text-safety.ts';
import type { Reporter } from './reporter.ts';
import {
  counted,
  cweNumber,
  inWords,
  partialSentence,
  publicFingerprints,
  type ReportSummary,
  ruleOf,
  safeLink,
  summarise,
} from './summary.ts';

/** The oldest schema with every field used here: any GitLab from 16.0 on takes it. */
const schemaVersion = '15.1.4';

type ReportType = 'secret_detection' | 'sast';

/** What GitLab writes where there is no commit; `location.commit` is required. */
const noCommit = '0000000';

const severityNames: Readonly<Record<Severity, string>> = {
  critical: 'Critical',
  high: 'High',
  medium: 'Medium',
  low: 'Low',
  info: 'Info',
};

/**
 * A GitLab report has one type, and a job declares which one before it runs. So the type follows from the engines asked for, never
 * from what they happen to find: secret detection when nothing but the secrets engine ran, SAST (with all findings) otherwise.
 */
const typeOf = (report: ScanReport): ReportType => {
  const engines = report.coverage.engines.map(({ engine }) => engine);
  return engines.length > 0 && engines.every((engine) => engine === 'secrets') && report.findings.every(({ kind }) => kind === 'secret')
    ? 'secret_detection'
    : 'sast';
};

/** The id as a UUID of the free form (version 8), the same in every scan that finds the problem. */
const uuidOf = (id: string): string => {
  const digits = id.replace(/[^0-9a-f]/g, '').padEnd(32, '0');
  return [digits.slice(0, 8), digits.slice(8, 12), `8${digits.slice(13, 16)}`, `8${digits.slice(17, 20)}`, digits.slice(20, 32)].join('-');
};

/** GitLab wants UTC without a zone and without fractions. */
const timeOf = (instant: string): string => instant.slice(0, 19);

const identifiersOf = (finding: Finding) => [
  { type: 'sightline_rule_id', name: `Sightline rule ${finding.ruleId}`, value: finding.ruleId },
  ...finding.cwe
    .map(cweNumber)
    .filter((number) => number !== undefined)
    .map((number) => ({ type: 'cwe', name: `CWE-${number}`, value: number, url: `https://cwe.mitre.org/data/definitions/${number}.html` })),
];

const locationOf = (finding: Finding, report: ScanReport, type: ReportType) => {
  const { location } = finding;
  const lines = location.type === 'file' ? { start_line: location.startLine, end_line: location.endLine } : {};
  if (type === 'sast') return { file: location.path, ...lines };
  const commit = location.type === 'file' ? location.commit : undefined;
  return {
    file: location.path,
    ...lines,
    commit:
      commit === undefined
        ? { sha: report.scan.target.commit ?? noCommit }
        : { author: commit.author, date: commit.authoredAt, message: commit.subject, sha: commit.sha },
  };
};

const detailsOf = (finding: Finding) => ({
  confidence: { type: 'text', name: 'Confidence', value: finding.confidence },
  ...(finding.snippet === undefined
    ? {}
    : {
        snippet: {
          type: 'code',
          name: 'Code (secrets masked)',
          value: clip(withVisibleEscapes(finding.snippet.lines.join('\n'), '\n\t'), 10_000),
        },
      }),
  ...(finding.location.type === 'package' ? { package: { type: 'text', name: 'Package', value: finding.location.purl } } : {}),
  ...(finding.location.type === 'resource' ? { resource: { type: 'text', name: 'Resource', value: finding.location.address } } : {}),
});

const paragraphs = (text: string): string =>
  text
    .split(/\n\s*\n/)
    .map((paragraph) => forMarkdown(paragraph.trim()))
    .join('\n\n');

const vulnerability = (finding: Finding, rule: Rule | undefined, report: ScanReport, type: ReportType) => {
  const link = safeLink(rule?.helpUrl);
  return {
    id: uuidOf(finding.id),
    name: clip(finding.title, 255),
    // GitLab shows both texts as Markdown.
    description: clip(paragraphs(finding.message), 100_000),
    severity: severityNames[finding.severity],
    solution: rule === undefined || rule.help.trim() === '' ? undefined : clip(paragraphs(rule.help), 7000),
    identifiers: identifiersOf(finding),
    links: link === undefined ? undefined : [{ name: 'About this rule', url: link }],
    details: detailsOf(finding),
    tracking:
      finding.location.type === 'file'
        ? {
            type: 'source',
            items: [
              {
                file: finding.location.path,
                start_line: finding.location.startLine,
                end_line: finding.location.endLine,
                signatures: publicFingerprints(finding)
                  .filter(({ keyId }) => keyId === undefined)
                  .map(({ algorithm, value }) => ({ algorithm, value })),
              },
            ],
          }
        : undefined,
    location: locationOf(finding, report, type),
  };
};

const messagesOf = (report: ScanReport, summary: ReportSummary) => [
  ...(summary.isPartial ? [{ level: 'warn', value: `Partial scan: ${partialSentence(report, summary)}` }] : []),
  ...report.coverage.engines
    .filter(({ state }) => state !== 'complete')
    .map(({ engine, reason, state }) => ({ level: 'warn', value: `Engine ${engine}: ${reason ?? state}` })),
  ...summary.failedFiles.map((file) => ({
    level: 'warn',
    value: `Not analysed: ${file.path} (${inWords(file.reason ?? 'failed')}${file.detail === undefined ? '' : `: ${file.detail}`})`,
  })),
  ...report.warnings.map((value) => ({ level: 'warn', value })),
  ...(summary.suppressed.length > 0
    ? [{ level: 'info', value: `${counted(summary.suppressed.length, 'suppressed finding')} left out` }]
    : []),
  ...(report.unchangedCount > 0
    ? [{ level: 'info', value: `${counted(report.unchangedCount, 'finding')} known from the baseline left out` }]
    : []),
];

const scanOf = (report: ScanReport, summary: ReportSummary, type: ReportType) => {
  const component = { id: 'sightline', name: 'Sightline', version: report.scan.toolVersion || 'unknown', vendor: { name: 'Sightline' } };
  return {
    analyzer: component,
    scanner: component,
    type,
    start_time: timeOf(report.scan.startedAt),
    end_time: timeOf(report.scan.finishedAt),
    status: summary.isPartial ? 'failure' : 'success',
    messages: messagesOf(report, summary),
  };
};

/** Suppressed findings are left out: GitLab would ask again for a decision that is already taken. */
function* render(report: ScanReport): Iterable<string> {
  const summary = summarise(report);
  const type = typeOf(report);
  const file = type === 'sast' ? 'sast' : 'secret-detection';
  const schema = `https://gitlab.com/gitlab-org/security-products/security-report-schemas/-/raw/v${schemaVersion}/dist/${file}-report-format.json`;
  yield `{\n  "version": ${toSafeJson(schemaVersion)},\n  "schema": ${toSafeJson(schema)},\n`;
  yield `  "scan": ${toSafeJson(scanOf(report, summary, type), 2).replaceAll('\n', '\n  ')},\n  "vulnerabilities": [`;
  for (const [index, finding] of summary.open.entries()) {
    yield `${index === 0 ? '' : ','}\n    ${toSafeJson(vulnerability(finding, ruleOf(summary, finding), report, type))}`;
  }
  yield `${summary.open.length === 0 ? '' : '\n  '}]\n}\n`;
}

export const gitlabReporter: Reporter = {
  name: 'gitlab',
  summary: 'GitLab security report: secret detection, or SAST when other engines ran too',
  extension: 'json',
  render,
};
