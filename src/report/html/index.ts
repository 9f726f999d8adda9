import { createHash } from 'node:crypto';
import type { ScanReport } from '../../domain/scan.ts';
import { severities } from '../../domain/severity.ts';
import { forHtml } from '../../lib/text-safety.ts';
import type { Reporter } from '../reporter.ts';
import { counted, formatCount, formatDuration, gateSentence, inWords, partialSentence, type ReportSummary, summarise } from '../summary.ts';
import { coverageHtml } from './coverage.ts';
import { findingHtml } from './finding.ts';
import { script } from './script.ts';
import { style } from './style.ts';

const sourceHash = (source: string): string => `'sha256-${createHash('sha256').update(source).digest('base64')}'`;

/** Nothing loads, nothing is sent, and no script runs but the one whose hash is named. */
const contentSecurityPolicy = (): string =>
  `default-src 'none'; style-src ${sourceHash(style)}; script-src ${sourceHash(script)}; base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'`;

const logo =
  '<svg width="22" height="22" viewBox="0 0 22 22" fill="none" stroke="currentColor" stroke-width="2" aria-hidden="true"><path d="M1.5 11S5 4.5 11 4.5 20.500 11 20.500 11 17 17.500 11 17.500 1.500 11 1.500 11Z"/><circle cx="11" cy="11" r="2.800" fill="currentColor" stroke="none"/></svg>';

const listedFailures = 10;

const documentHead = (report: ScanReport): string =>
  [
    '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n',
    `<meta http-equiv="Content-Security-Policy" content="${contentSecurityPolicy()}">\n`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">\n<meta name="referrer" content="no-referrer">\n<meta name="robots" content="noindex">\n',
    `<title>${forHtml(`Sightline: ${report.scan.target.location}`)}</title>\n<style>${style}</style>\n</head>\n<body>\n<a class="skip" href="#findings">Skip to the findings</a>\n`,
  ].join('');

const pageHeader = ({ scan }: ScanReport, summary: ReportSummary): string => {
  const { ref, commit } = scan.target;
  const facts = [
    ...(ref === undefined ? [] : [`<span>Ref <code>${forHtml(ref)}</code></span>`]),
    ...(commit === undefined ? [] : [`<span>Commit <code>${forHtml(commit.slice(0, 12))}</code></span>`]),
    ...(scan.since === undefined ? [] : [`<span>Changes since <code>${forHtml(scan.since)}</code></span>`]),
    ...(scan.mode === 'history' ? ['<span>Whole history</span>'] : []),
    `<span><time datetime="${forHtml(scan.startedAt)}">${forHtml(scan.startedAt.slice(0, 16).replace('T', ' '))} UTC</time></span>`,
    `<span>${formatDuration(summary.durationMs)}</span>`,
  ];
  return `<header class="top"><div class="brand">${logo}Sightline scan report</div>\n<h1>${forHtml(scan.target.location)}</h1>\n<div class="meta">${facts.join('')}</div></header>\n`;
};

const partialBanner = (report: ScanReport, summary: ReportSummary): string => {
  const items = [
    ...report.coverage.engines
      .filter(({ state }) => state !== 'complete')
      .map(({ engine, state, reason }) => `engine ${engine} ${state}${reason === undefined ? '' : `: ${reason}`}`),
    ...summary.failedFiles
      .slice(0, listedFailures)
      .map(({ path, reason, detail }) => `${path}: ${inWords(reason ?? 'failed')}${detail === undefined ? '' : ` (${detail})`}`),
    ...(summary.failedFiles.length > listedFailures
      ? [`and ${formatCount(summary.failedFiles.length - listedFailures)} more files, listed under Coverage`]
      : []),
  ];
  return `<div class="verdict warn" role="alert"><span class="mark" aria-hidden="true">!</span><div><strong>Partial scan</strong><p>${forHtml(partialSentence(report, summary))}</p><ul>${items
    .map((item) => `<li>${forHtml(item)}</li>`)
    .join('')}</ul></div></div>\n`;
};

const verdict = (report: ScanReport, summary: ReportSummary): string => {
  const partial = summary.isPartial ? partialBanner(report, summary) : '';
  const failed = report.gate.state === 'failed';
  if (!failed && summary.isPartial) return partial;
  const detail = failed
    ? `${gateSentence(report)} (--fail-on ${report.gate.failOn}).`
    : `${gateSentence(report)}, and everything that was to be read was read.`;
  const text = detail.charAt(0).toUpperCase() + detail.slice(1);
  return `${partial}<div class="verdict ${failed ? 'bad' : 'good'}"><span class="mark" aria-hidden="true">${failed ? '✕' : '✓'}</span><div><strong>Gate ${report.gate.state}</strong><p>${forHtml(text)}</p></div></div>\n`;
};

/** Tiles are filters once the script runs; until then they only count. */
const tiles = (report: ScanReport, summary: ReportSummary): string => {
  const counts = severities.map((severity) => {
    const count = summary.bySeverity[severity];
    return `<button type="button" class="tile ${severity}${count === 0 ? ' none' : ''}" data-severity="${severity}" disabled><b>${formatCount(count)}</b><span>${severity}</span></button>`;
  });
  const { analysed, degraded, excluded, failed } = summary.filesByState;
  const facts = [
    `<span><b>${formatCount(analysed + degraded)}</b> ${analysed + degraded === 1 ? 'file' : 'files'} analysed</span>`,
    ...(report.coverage.commits === undefined
      ? []
      : [`<span><b>${formatCount(report.coverage.commits)}</b> ${report.coverage.commits === 1 ? 'commit' : 'commits'} read</span>`]),
    `<span><b>${formatCount(excluded)}</b> excluded</span>`,
    `<span><b>${formatCount(failed)}</b> failed</span>`,
    `<span><b>${formatCount(summary.suppressed.length)}</b> suppressed</span>`,
    ...(report.gate.baseline ? [`<span><b>${formatCount(report.unchangedCount)}</b> known from the baseline</span>`] : []),
  ];
  return `<div class="tiles" role="group" aria-label="Findings by severity">${counts.join('')}</div>\n<div class="facts">${facts.join('')}</div>\n`;
};

const warningList = (warnings: readonly string[]): string =>
  warnings.length === 0
    ? ''
    : `<section aria-labelledby="warnings"><h2 id="warnings">Warnings</h2><div class="panel"><ul class="warnings">${warnings.map((warning) => `<li>${forHtml(warning)}</li>`).join('')}</ul></div></section>\n`;

function* findingSections(report: ScanReport, summary: ReportSummary): Iterable<string> {
  yield `<section aria-labelledby="findings-title"><h2 id="findings-title">${report.gate.baseline ? 'New findings' : 'Findings'}</h2>\n`;
  yield '<div class="toolbar" id="toolbar" hidden><input type="search" id="search" aria-label="Search the findings" placeholder="Search title, path, rule, code…  ( / )" autocomplete="off" spellcheck="false"><output id="shown" aria-live="polite"></output></div>\n';
  yield '<div id="findings">\n';
  for (const [index, finding] of summary.open.entries()) yield findingHtml(finding, index, summary);
  yield '</div>\n<p class="empty" id="nothing" hidden>No finding matches the filter.</p>\n';
  if (summary.open.length === 0) {
    yield `<p class="empty">${summary.isPartial ? 'Nothing was found in what was analysed. The scan is partial, so this is not an all-clear.' : 'Nothing to report.'}</p>\n`;
  }
  yield '</section>\n';
  if (summary.suppressed.length === 0) return;
  yield `<section aria-labelledby="suppressed"><h2 id="suppressed">Suppressed</h2><details class="more"><summary>Show ${counted(summary.suppressed.length, 'suppressed finding')}</summary>\n`;
  for (const [index, finding] of summary.suppressed.entries()) yield findingHtml(finding, summary.open.length + index, summary);
  yield '</details></section>\n';
}

function* render(report: ScanReport): Iterable<string> {
  const summary = summarise(report);
  yield documentHead(report);
  yield pageHeader(report, summary);
  yield `<main>\n${verdict(report, summary)}${tiles(report, summary)}`;
  yield* findingSections(report, summary);
  yield warningList(report.warnings);
  yield* coverageHtml(report, summary);
  yield `</main>\n<footer>Sightline ${forHtml(report.scan.toolVersion)} · scan <code>${forHtml(report.scan.id)}</code></footer>\n<script>${script}</script>\n</body>\n</html>\n`;
}

export const htmlReporter: Reporter = {
  name: 'html',
  summary: 'one page to open or send, works offline',
  extension: 'html',
  render,
};
