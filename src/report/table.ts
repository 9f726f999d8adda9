import { stripVTControlCharacters } from 'node:util';
import type { Finding, Location, SuggestedFix } from '../domain/finding.ts';
import type { Rule } from '../domain/rule.ts';
import type { ScanReport } from '../domain/scan.ts';
import { type Severity, severities } from '../domain/severity.ts';
import { displayWidth, padToWidth, truncateMiddle, truncateToWidth, wrapToWidth } from '../lib/display-width.ts';
import { clip, forTerminal, withoutWorkflowCommand } from '../lib/text-safety.ts';
import type { RenderOptions, Reporter } from './reporter.ts';
import { counted, formatCount, placeOf, type ReportSummary, ruleOf, shortHelp, summarise } from './summary.ts';
import { severityStyle, type TableCanvas, tableCanvas } from './table-canvas.ts';
import { tableSummary } from './table-summary.ts';

const indent = 10;
const snippetLineCount = 3;
const helpLineCount = 3;
const editLineCount = 2;

/** The start of a line too long to show is dropped when the finding stands far to the right, unless the engine has dropped it already. */
const visiblePart = (line: string, column: number, width: number): string => {
  // Minified files have lines of megabytes: cut around the column before anything counts widths.
  const from = column > width - 10 && !line.startsWith('…') ? Math.max(0, column - 1 - Math.floor(width / 3)) : 0;
  const part = line.toWellFormed().slice(from, from + width * 2);
  const text = forTerminal(part.replaceAll('\t', '  '));
  return truncateToWidth(from > 0 ? `…${text.trimStart()}` : text, width);
};

function* snippetLines(finding: Finding, canvas: TableCanvas): Iterable<string> {
  const { snippet, location } = finding;
  if (snippet === undefined || location.type !== 'file') return;
  const first = Math.max(snippet.startLine, location.startLine);
  const last = Math.min(snippet.startLine + snippet.lines.length - 1, location.endLine, first + snippetLineCount - 1);
  const numberWidth = String(last).length;
  for (let number = first; number <= last; number += 1) {
    const line = snippet.lines[number - snippet.startLine] ?? '';
    const gutter = `${String(number).padStart(numberWidth)} │ `;
    const column = number === location.startLine ? location.startColumn : 1;
    yield ' '.repeat(indent) + canvas.paint('dim', gutter) + visiblePart(line, column, canvas.width - indent - gutter.length);
  }
  if (location.endLine > last && last >= first) yield ' '.repeat(indent) + canvas.paint('dim', `${' '.repeat(numberWidth)} │ …`);
}

const commitOf = (location: Location): string | undefined =>
  location.type === 'file' && location.commit !== undefined
    ? `commit ${location.commit.sha.slice(0, 12)}, ${location.commit.authoredAt.slice(0, 10)}, ${location.commit.author}: ${location.commit.subject}`
    : undefined;

const labelled = (label: string, text: string, canvas: TableCanvas, lineCount: number): readonly string[] => {
  const all = wrapToWidth(forTerminal(clip(text, 2000)), canvas.width - indent);
  const shown =
    all.length > lineCount ? [...all.slice(0, lineCount - 1), truncateToWidth(`${all[lineCount - 1]} …`, canvas.width - indent)] : all;
  return shown.map((line, index) => padToWidth(index === 0 ? label : '', indent) + line);
};

/** The fix in one sentence: what `--autofix` would do. */
const editText = ({ replacement }: SuggestedFix): string =>
  replacement === '' ? 'remove it' : `change to ${replacement.replace(/\s+/g, ' ')}`;

function* findingLines(finding: Finding, help: string, canvas: TableCanvas): Iterable<string> {
  const badge = finding.severity.toUpperCase();
  const title = forTerminal(clip(finding.title, 400));
  const rule = truncateToWidth(forTerminal(clip(finding.ruleId, 200)), canvas.width - indent);
  const room = canvas.width - indent;
  const titleLines = wrapToWidth(title, room);
  const lastTitle = titleLines.at(-1) ?? '';
  const gap = room - displayWidth(lastTitle) - displayWidth(rule);
  const besideTitle = gap >= 2;
  for (const [index, line] of titleLines.entries()) {
    const start =
      index === 0 ? canvas.paint(severityStyle(finding.severity), badge) + ' '.repeat(indent - badge.length) : ' '.repeat(indent);
    const end = besideTitle && index === titleLines.length - 1 ? ' '.repeat(gap) + canvas.paint('dim', rule) : '';
    yield start + canvas.paint('bold', line) + end;
  }
  if (!besideTitle) yield ' '.repeat(indent) + canvas.paint('dim', rule);
  yield ' '.repeat(indent) + canvas.paint('cyan', truncateMiddle(forTerminal(clip(placeOf(finding.location), 2000)), room));
  const commit = commitOf(finding.location);
  if (commit !== undefined) yield ' '.repeat(indent) + canvas.paint('dim', truncateToWidth(forTerminal(clip(commit, 400)), room));
  yield* snippetLines(finding, canvas);
  if (finding.location.type !== 'file') yield* labelled('', finding.message, canvas, 2);
  if (finding.fix !== undefined) yield* labelled('    Edit', editText(finding.fix), canvas, editLineCount);
  if (help !== '') yield* labelled('    Fix', help, canvas, helpLineCount).map((line) => canvas.paint('dim', line));
  yield '';
}

function* openFindings(summary: ReportSummary, canvas: TableCanvas): Iterable<string> {
  const explained = new Set<Rule>();
  let current: Severity | undefined;
  for (const finding of summary.open) {
    if (finding.severity !== current) {
      current = finding.severity;
      const heading = ` ${counted(summary.bySeverity[current], `${current} finding`)} `;
      yield canvas.paint('dim', `──${heading}${'─'.repeat(Math.max(0, canvas.width - 2 - heading.length))}`);
      yield '';
    }
    const rule = ruleOf(summary, finding);
    const isFirst = rule !== undefined && !explained.has(rule);
    if (rule !== undefined) explained.add(rule);
    yield* findingLines(finding, isFirst ? shortHelp(rule) : '', canvas);
  }
}

function* suppressedFindings(summary: ReportSummary, canvas: TableCanvas): Iterable<string> {
  if (summary.suppressed.length === 0) return;
  const heading = ` ${formatCount(summary.suppressed.length)} suppressed `;
  yield canvas.paint('dim', `──${heading}${'─'.repeat(Math.max(0, canvas.width - 2 - heading.length))}`);
  yield '';
  const room = canvas.width - indent;
  for (const finding of summary.suppressed) {
    yield canvas.paint('dim', padToWidth(finding.severity, indent)) +
      truncateToWidth(forTerminal(clip(`${finding.title} (${finding.ruleId})`, 600)), room);
    yield ' '.repeat(indent) + truncateMiddle(forTerminal(clip(placeOf(finding.location), 2000)), room);
    const { source, reason, expiresAt } = finding.suppression ?? { source: 'inline', reason: '' };
    yield* labelled(
      '',
      `${source}: ${reason || 'no reason given'}${expiresAt === undefined ? '' : ` (until ${expiresAt})`}`,
      canvas,
      2,
    ).map((line) => canvas.paint('dim', line));
  }
  yield '';
}

/** Findings are shown worst first even when a report comes in another order. */
const inOrder = (findings: readonly Finding[]): readonly Finding[] =>
  severities.flatMap((severity) => findings.filter((finding) => finding.severity === severity));

function* render(report: ScanReport, options: RenderOptions): Iterable<string> {
  const canvas = tableCanvas(options);
  const summary = summarise(report);
  const ordered = { ...summary, open: inOrder(summary.open) };
  const parts = [
    openFindings(ordered, canvas),
    ...(options.verbose ? [suppressedFindings(summary, canvas)] : []),
    tableSummary(report, ordered, canvas, options.verbose),
  ];
  yield '\n';
  for (const part of parts) {
    for (const line of part) {
      const isBlank = stripVTControlCharacters(line).trim() === '';
      yield isBlank ? '\n' : `${withoutWorkflowCommand(line.trimEnd())}\n`;
    }
  }
}

export const tableReporter: Reporter = {
  name: 'table',
  summary: 'for people at a terminal',
  extension: 'txt',
  render,
};
