import type { FileCoverage, FileState } from '../../domain/coverage.ts';
import type { ScanReport } from '../../domain/scan.ts';
import { forHtml } from '../../lib/text-safety.ts';
import { counted, formatCount, formatDuration, inWords, type ReportSummary } from '../summary.ts';

/** A browser can still show so many rows; the JSON report has all of them. */
const maxRows = 5000;

const titles: Readonly<Record<FileState, string>> = {
  failed: 'not analysed',
  degraded: 'analysed in part',
  excluded: 'excluded',
  analysed: 'analysed',
};

function* engineTable(report: ScanReport): Iterable<string> {
  yield '<div class="scroll"><table class="engines"><thead><tr><th scope="col">Engine</th><th scope="col">Version</th><th scope="col">State</th><th scope="col">Rules</th><th scope="col">Files</th><th scope="col">Time</th><th scope="col">Rule set</th></tr></thead><tbody>';
  for (const engine of report.coverage.engines) {
    const reason = engine.reason === undefined ? '' : `: ${forHtml(engine.reason)}`;
    yield `<tr><td>${forHtml(engine.engine)}</td><td>${forHtml(engine.version)}</td><td><span class="state-${engine.state}">${engine.state}</span>${reason}</td><td class="num">${formatCount(engine.ruleCount)}</td><td class="num">${formatCount(engine.filesAnalysed)}</td><td class="num">${formatDuration(engine.durationMs)}</td><td class="word"><code>${forHtml(engine.rulesetDigest.slice(0, 12))}</code></td></tr>`;
  }
  yield '</tbody></table></div>';
}

function* fileTable(files: readonly FileCoverage[], state: FileState): Iterable<string> {
  if (files.length === 0) return;
  yield `<details${state === 'failed' ? ' open' : ''}><summary>${counted(files.length, 'file')} ${titles[state]}</summary><div class="scroll"><table class="files"><thead><tr><th scope="col">Path</th><th scope="col">Reason</th><th scope="col">Engine</th></tr></thead><tbody>`;
  for (const file of files.slice(0, maxRows)) {
    const reason = `${file.reason === undefined ? '' : inWords(file.reason)}${file.detail === undefined ? '' : `: ${file.detail}`}`;
    yield `<tr><td><code>${forHtml(file.path)}</code></td><td>${forHtml(reason)}</td><td>${forHtml(file.engine ?? 'all')}</td></tr>`;
  }
  yield '</tbody></table></div>';
  if (files.length > maxRows)
    yield `<p class="note">and ${formatCount(files.length - maxRows)} more: the json report lists every file.</p>`;
  yield '</details>';
}

export function* coverageHtml(report: ScanReport, summary: ReportSummary): Iterable<string> {
  yield '<section aria-labelledby="coverage"><h2 id="coverage">Coverage</h2><div class="panel">';
  yield* engineTable(report);
  for (const state of ['failed', 'degraded', 'excluded', 'analysed'] as const) {
    yield* fileTable(state === 'failed' ? summary.failedFiles : report.coverage.files.filter((file) => file.state === state), state);
  }
  yield '</div></section>\n';
}
