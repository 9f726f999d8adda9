import type { FileCoverage } from '../domain/coverage.ts';
import type { Finding } from '../domain/finding.ts';
import type { ScanReport } from '../domain/scan.ts';
import { clip, forXml, forXmlAttribute } from '../lib/text-safety.ts';
import type { Reporter } from './reporter.ts';
import { counted, inWords, placeOf, type ReportSummary, ruleOf, safeLink, summarise } from './summary.ts';

const attributes = (values: Readonly<Record<string, string | number>>): string =>
  Object.entries(values)
    .map(([name, value]) => ` ${name}="${forXmlAttribute(String(value))}"`)
    .join('');

const findingText = (finding: Finding, summary: ReportSummary): string => {
  const rule = ruleOf(summary, finding);
  const link = safeLink(rule?.helpUrl);
  const { snippet, location } = finding;
  const commit = location.type === 'file' ? location.commit : undefined;
  return [
    placeOf(location),
    finding.message,
    ...(commit === undefined ? [] : [`commit ${commit.sha} (${commit.author}, ${commit.authoredAt}): ${commit.subject}`]),
    ...(snippet === undefined
      ? []
      : snippet.lines.map((line, index) => `${String(snippet.startLine + index).padStart(6)} | ${clip(line, 500)}`)),
    ...(rule === undefined || rule.help.trim() === '' ? [] : ['', rule.help.trim()]),
    ...(link === undefined ? [] : [link]),
    `fingerprint: ${finding.id}`,
  ].join('\n');
};

const findingCase = (finding: Finding, summary: ReportSummary): string => {
  const line = finding.location.type === 'file' ? finding.location.startLine : 1;
  const open = `    <testcase${attributes({ name: `${finding.title} at ${placeOf(finding.location)}`, classname: `${finding.engine}.${finding.ruleId}`, file: finding.location.path, line })}>\n`;
  const body =
    finding.suppression === undefined
      ? `      <failure${attributes({ type: finding.severity, message: finding.message || finding.title })}>${forXml(findingText(finding, summary))}</failure>\n`
      : `      <skipped${attributes({ message: `suppressed (${finding.suppression.source}): ${finding.suppression.reason || 'no reason given'}` })}/>\n`;
  return `${open}${body}    </testcase>\n`;
};

const errorCase = (engine: string, name: string, type: string, message: string): string =>
  `    <testcase${attributes({ name, classname: `${engine}.coverage` })}>\n      <error${attributes({ type, message })}/>\n    </testcase>\n`;

interface Suite {
  readonly engine: string;
  readonly seconds: string;
  readonly findings: readonly Finding[];
  readonly failedFiles: readonly FileCoverage[];
  /** Why the engine as a whole did not complete. */
  readonly engineError: string | undefined;
  readonly analysed: number;
}

/** A file that failed for all engines is an error of the first suite: it is one file. */
const suitesOf = (report: ScanReport, summary: ReportSummary): readonly Suite[] => {
  const names = [...new Set([...report.coverage.engines.map(({ engine }) => engine), ...report.findings.map(({ engine }) => engine)])];
  return names.map((name, index) => {
    const engine = report.coverage.engines.find((candidate) => candidate.engine === name);
    return {
      engine: name,
      seconds: ((engine?.durationMs ?? 0) / 1000).toFixed(3),
      findings: report.findings.filter((finding) => finding.engine === name),
      failedFiles: summary.failedFiles.filter((file) => (file.engine === undefined ? index === 0 : file.engine === name)),
      engineError: engine === undefined || engine.state === 'complete' ? undefined : (engine.reason ?? `engine is ${engine.state}`),
      analysed: engine?.filesAnalysed ?? 0,
    };
  });
};

const suiteCounts = (suite: Suite) => {
  const suppressed = suite.findings.filter((finding) => finding.suppression !== undefined).length;
  // The coverage case is always there: a suite without a single case is an error for some readers.
  return {
    tests: suite.findings.length + suite.failedFiles.length + 1,
    failures: suite.findings.length - suppressed,
    errors: suite.failedFiles.length + (suite.engineError === undefined ? 0 : 1),
    skipped: suppressed,
  };
};

function* renderSuite(suite: Suite, report: ScanReport, summary: ReportSummary): Iterable<string> {
  yield `  <testsuite${attributes({ name: `sightline ${suite.engine}`, ...suiteCounts(suite), time: suite.seconds, timestamp: report.scan.startedAt.replace(/(?:\.\d+)?Z$/, '') })}>\n`;
  yield suite.engineError === undefined
    ? `    <testcase${attributes({ name: `${counted(suite.analysed, 'file')} analysed`, classname: `${suite.engine}.coverage`, time: suite.seconds })}/>\n`
    : errorCase(suite.engine, 'engine completes', 'engine', suite.engineError);
  for (const file of suite.failedFiles) {
    const reason = file.reason ?? 'failed';
    yield errorCase(
      suite.engine,
      `${file.path} is analysed`,
      reason,
      file.detail === undefined ? inWords(reason) : `${inWords(reason)}: ${file.detail}`,
    );
  }
  for (const finding of suite.findings) yield findingCase(finding, summary);
  yield '  </testsuite>\n';
}

function* render(report: ScanReport): Iterable<string> {
  const summary = summarise(report);
  const suites = suitesOf(report, summary);
  const total = { tests: 0, failures: 0, errors: 0, skipped: 0 };
  for (const counts of suites.map(suiteCounts)) {
    total.tests += counts.tests;
    total.failures += counts.failures;
    total.errors += counts.errors;
    total.skipped += counts.skipped;
  }
  yield `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites${attributes({ name: 'sightline', ...total, time: (summary.durationMs / 1000).toFixed(3) })}>\n`;
  for (const suite of suites) yield* renderSuite(suite, report, summary);
  yield '</testsuites>\n';
}

export const junitReporter: Reporter = {
  name: 'junit',
  summary: 'JUnit XML, for CI test views',
  extension: 'xml',
  render,
};
