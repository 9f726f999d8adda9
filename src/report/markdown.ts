import type { Finding } from '../domain/finding.ts';
import type { ScanReport } from '../domain/scan.ts';
import { clip, forHtml, forMarkdown, forMarkdownCode, forMarkdownLink } from '../lib/text-safety.ts';
import type { Reporter } from './reporter.ts';
import {
  counted,
  formatCount,
  formatDuration,
  gateSentence,
  inWords,
  partialSentence,
  placeOf,
  type ReportSummary,
  ruleOf,
  safeLink,
  severityCounts,
  shortHelp,
  summarise,
} from './summary.ts';

/** A comment on GitHub holds 65,536 characters: each part has its share, and escaping can make a text fourteen times longer. */
const maxRows = 40;
const maxDetails = 10;
const maxListed = 20;
const tableLength = 28_000;
const detailsLength = 18_000;
const coverageLength = 14_000;

/** The first `count` pieces, and no more than fit into `length` characters. */
const fitting = (pieces: readonly string[], count: number, length: number): readonly string[] => {
  let used = 0;
  const end = pieces.slice(0, count).findIndex((piece) => {
    used += piece.length;
    return used > length;
  });
  return pieces.slice(0, end === -1 ? count : end);
};

const severityMarks = { critical: '🟥', high: '🟧', medium: '🟨', low: '🟦', info: '⬜' } as const;

/** Room for the text beside what escaping adds, so that a hostile name cannot push the verdict out of a comment. */
const cell = (text: string, length: number): string => forMarkdown(clip(text, length));
const code = (text: string, length: number): string => forMarkdownCode(clip(text, length));

const verdict = (report: ScanReport, summary: ReportSummary): string => {
  if (report.gate.state === 'failed') return `### ❌ Sightline: ${gateSentence(report)}`;
  if (summary.isPartial) return '### ⚠️ Sightline: partial scan';
  return `### ✅ Sightline: ${gateSentence(report)}`;
};

function* findingTable(summary: ReportSummary): Iterable<string> {
  if (summary.open.length === 0) return;
  yield '\n| Severity | Finding | Where | Rule |\n|:--|:--|:--|:--|\n';
  const rows = summary.open
    .slice(0, maxRows)
    .map(
      (finding) =>
        `| ${severityMarks[finding.severity]} ${finding.severity} | ${cell(finding.title, 120)} | ${code(placeOf(finding.location), 160)} | ${code(finding.ruleId, 60)} |\n`,
    );
  const shown = fitting(rows, maxRows, tableLength);
  yield* shown;
  const more = summary.open.length - shown.length;
  if (more > 0) yield `\n…and ${formatCount(more)} more.\n`;
}

const snippetBlock = (finding: Finding): string => {
  if (finding.snippet === undefined) return '';
  const { startLine, lines } = finding.snippet;
  return `\n\n<pre>${forHtml(
    lines
      .slice(0, 5)
      .map((line, index) => `${String(startLine + index).padStart(5)}  ${clip(line.replace(/[\r\n]/g, ' '), 160)}`)
      .join('\n'),
  )}</pre>`;
};

function* ruleDetails(summary: ReportSummary): Iterable<string> {
  const firstOfRule = new Map<string, Finding>();
  for (const finding of summary.open) if (!firstOfRule.has(finding.ruleId)) firstOfRule.set(finding.ruleId, finding);
  if (firstOfRule.size === 0) return;
  yield '\n<details>\n<summary>What to do</summary>\n';
  const details = [...firstOfRule.values()].slice(0, maxDetails).map((finding) => {
    const rule = ruleOf(summary, finding);
    const link = safeLink(rule?.helpUrl);
    const help = cell(shortHelp(rule) || finding.message, 400);
    const more = link === undefined || link.length > 500 ? '' : ` [More](${forMarkdownLink(link)})`;
    return `\n**${cell(finding.title, 120)}** (${code(finding.ruleId, 60)})\n\n${help}${more}${snippetBlock(finding)}\n`;
  });
  const shown = fitting(details, maxDetails, detailsLength);
  yield* shown;
  if (firstOfRule.size > shown.length) yield `\n…and ${counted(firstOfRule.size - shown.length, 'more rule', 'more rules')}.\n`;
  yield '\n</details>\n';
}

function* coverage(report: ScanReport, summary: ReportSummary): Iterable<string> {
  const { analysed, degraded, excluded, failed } = summary.filesByState;
  const open = summary.isPartial ? ' open' : '';
  yield `\n<details${open}>\n<summary>Coverage: ${counted(analysed + degraded, 'file')} analysed, ${formatCount(excluded)} excluded, ${formatCount(failed)} failed</summary>\n\n`;
  const items = [
    ...report.coverage.engines.map((engine) => {
      const state =
        engine.state === 'complete'
          ? `${counted(engine.ruleCount, 'rule')}, ${formatDuration(engine.durationMs)}`
          : `**${engine.state}**: ${cell(engine.reason ?? 'no reason given', 200)}`;
      return `- engine ${code(engine.engine, 60)} ${cell(engine.version, 40)}: ${state}\n`;
    }),
    ...summary.failedFiles
      .slice(0, maxListed)
      .map(
        (file) =>
          `- failed: ${code(file.path, 160)}: ${cell(`${inWords(file.reason ?? 'failed')}${file.detail === undefined ? '' : `, ${file.detail}`}`, 120)}\n`,
      ),
    ...(summary.failedFiles.length > maxListed ? [`- and ${formatCount(summary.failedFiles.length - maxListed)} more failed files\n`] : []),
    ...summary.exclusions.map(([reason, count]) => `- excluded: ${formatCount(count)} ${inWords(reason)}\n`),
    ...report.warnings.slice(0, maxListed).map((warning) => `- warning: ${cell(warning, 200)}\n`),
  ];
  const shown = fitting(items, items.length, coverageLength);
  yield* shown;
  if (shown.length < items.length) yield `- and ${formatCount(items.length - shown.length)} more lines\n`;
  yield '\n</details>\n';
}

function* render(report: ScanReport): Iterable<string> {
  const summary = summarise(report);
  yield `${verdict(report, summary)}\n`;
  if (summary.isPartial) yield `\n> **Partial:** ${cell(partialSentence(report, summary), 400)}\n`;
  const counts = severityCounts(summary.bySeverity);
  const aside = [
    ...(summary.suppressed.length > 0 ? [`${formatCount(summary.suppressed.length)} suppressed`] : []),
    ...(report.unchangedCount > 0 ? [`${formatCount(report.unchangedCount)} known from the baseline`] : []),
  ];
  yield `\n${counts === '' ? (report.gate.baseline ? 'Nothing new was found' : 'Nothing was found') : `**${counts}**`}${summary.isPartial && counts === '' ? ' in what was analysed' : ''}${aside.length > 0 ? `; ${aside.join(', ')}` : ''}.\n`;
  yield* findingTable(summary);
  yield* ruleDetails(summary);
  yield* coverage(report, summary);
  const commit = report.scan.target.commit;
  yield `\n<sub>Sightline ${cell(report.scan.toolVersion, 40)}, ${formatDuration(summary.durationMs)}${commit === undefined ? '' : `, commit ${code(commit.slice(0, 12), 12)}`}</sub>\n`;
}

export const markdownReporter: Reporter = {
  name: 'markdown',
  summary: 'for a pull request comment or a job summary',
  extension: 'md',
  render,
};
