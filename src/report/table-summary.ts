import type { ScanReport } from '../domain/scan.ts';
import { severities } from '../domain/severity.ts';
import { padToWidth, truncateMiddle, wrapToWidth } from '../lib/display-width.ts';
import { clip, forTerminal } from '../lib/text-safety.ts';
import { counted, formatCount, formatDuration, gateSentence, inWords, partialSentence, type ReportSummary } from './summary.ts';
import { severityStyle, type TableCanvas } from './table-canvas.ts';

const indent = 10;
const listedFiles = 10;

const wrapped = (label: string, text: string, canvas: TableCanvas): readonly string[] =>
  wrapToWidth(forTerminal(clip(text, 2000)), canvas.width - indent).map(
    (line, index) => canvas.paint('dim', padToWidth(index === 0 ? label : '', indent)) + line,
  );

function* findingCounts(report: ScanReport, summary: ReportSummary, canvas: TableCanvas): Iterable<string> {
  const label = canvas.paint('dim', padToWidth('Findings', indent));
  const counts = severities
    .filter((severity) => summary.bySeverity[severity] > 0)
    .map((severity) => canvas.paint(severityStyle(severity), `${formatCount(summary.bySeverity[severity])} ${severity}`));
  const none = report.gate.baseline ? 'nothing new' : 'none';
  yield label + (counts.length > 0 ? counts.join('  ') : none);
  const aside = [
    ...(summary.suppressed.length > 0 ? [`${formatCount(summary.suppressed.length)} suppressed`] : []),
    ...(report.unchangedCount > 0 ? [`${formatCount(report.unchangedCount)} known from the baseline`] : []),
  ];
  if (aside.length > 0) yield* wrapped('', `${aside.join(', ')}: not counted`, canvas);
}

function* coverageLines(report: ScanReport, summary: ReportSummary, canvas: TableCanvas, verbose: boolean): Iterable<string> {
  const { analysed, degraded, excluded, failed } = summary.filesByState;
  const counts = [
    `${counted(analysed + degraded, 'file')} analysed${degraded > 0 ? ` (${formatCount(degraded)} in part)` : ''}`,
    ...(report.coverage.commits === undefined ? [] : [`${counted(report.coverage.commits, 'commit')} read`]),
    ...(excluded > 0 ? [`${formatCount(excluded)} excluded`] : []),
    ...(failed > 0 ? [`${formatCount(failed)} failed`] : []),
  ];
  yield* wrapped('Coverage', counts.join(', '), canvas);
  if (summary.exclusions.length > 0) {
    yield* wrapped(
      '',
      `excluded: ${summary.exclusions.map(([reason, count]) => `${formatCount(count)} ${inWords(reason)}`).join(', ')}`,
      canvas,
    );
  }
  const room = canvas.width - indent - 2;
  for (const file of summary.failedFiles.slice(0, listedFiles)) {
    const why = forTerminal(clip(`${inWords(file.reason ?? 'failed')}${file.detail === undefined ? '' : `: ${file.detail}`}`, 200));
    const line = `${truncateMiddle(forTerminal(clip(file.path, 1000)), Math.max(20, room - why.length - 3))} (${why})`;
    yield* wrapToWidth(line, room).map((part, index) => canvas.paint('red', `${' '.repeat(indent)}${index === 0 ? '✗ ' : '  '}${part}`));
  }
  const more = summary.failedFiles.length - listedFiles;
  if (more > 0)
    yield canvas.paint('red', `${' '.repeat(indent)}  and ${formatCount(more)} more (all of them are in the json and html reports)`);
  if (!verbose) return;
  for (const file of report.coverage.files) {
    if (file.state === 'analysed' || file.state === 'failed') continue;
    const why = `${inWords(file.reason ?? file.state)}${file.detail === undefined ? '' : `: ${file.detail}`}`;
    yield* wrapToWidth(forTerminal(clip(`${file.path} (${why})`, 2000)), room).map((part, index) =>
      canvas.paint('dim', `${' '.repeat(indent)}${index === 0 ? '- ' : '  '}${part}`),
    );
  }
}

function* engineLines(report: ScanReport, canvas: TableCanvas): Iterable<string> {
  for (const [index, engine] of report.coverage.engines.entries()) {
    const label = index === 0 ? 'Engines' : '';
    if (engine.state === 'complete') {
      yield* wrapped(
        label,
        `${engine.engine} ${engine.version}, ${counted(engine.ruleCount, 'rule')}, ${counted(engine.filesAnalysed, 'file')} in ${formatDuration(engine.durationMs)}`,
        canvas,
      );
    } else {
      const text = `${engine.engine} ${engine.state === 'missing' ? 'is not available' : 'failed'}${engine.reason === undefined ? '' : `: ${engine.reason}`}`;
      yield* wrapped(label, text, { ...canvas, paint: (style, part) => canvas.paint(part.startsWith('Engines') ? style : 'red', part) });
    }
  }
}

function* verdictLines(report: ScanReport, summary: ReportSummary, canvas: TableCanvas): Iterable<string> {
  const gateFailed = report.gate.state === 'failed';
  if (summary.isPartial) {
    const text = `${partialSentence(report, summary)} ${
      report.gate.allowPartial
        ? 'Accepted by --allow-partial.'
        : 'Fix what is listed above, exclude it on purpose (--exclude), or accept it with --allow-partial.'
    }`;
    const lines = wrapToWidth(forTerminal(text), canvas.width - indent);
    yield* lines.map(
      (line, index) => canvas.paint(['bold', 'yellow'], padToWidth(index === 0 ? 'PARTIAL' : '', indent)) + canvas.paint('yellow', line),
    );
  }
  const calm = !gateFailed && !summary.isPartial;
  const sentence = calm || gateFailed ? `gate: ${gateSentence(report)}` : `gate on what was analysed: ${gateSentence(report)}`;
  const label = gateFailed ? canvas.paint(['bold', 'red'], 'FAILED') : canvas.paint(['bold', 'green'], calm ? 'PASSED' : '');
  yield label + ' '.repeat(indent - (gateFailed || calm ? 6 : 0)) + sentence;
  if (calm && summary.open.length === 0) {
    const suffix = summary.suppressed.length + report.unchangedCount > 0 ? ' beyond what is already decided or known' : '';
    const lines = wrapToWidth(`Nothing to report${suffix}: everything that was to be read was read.`, canvas.width - indent - 2);
    yield* lines.map((line, index) => `${' '.repeat(indent)}${index === 0 ? canvas.paint('green', '✓') : ' '} ${line}`);
  }
}

function* nextSteps(report: ScanReport, summary: ReportSummary, canvas: TableCanvas): Iterable<string> {
  const worst = summary.open[0];
  const steps = [
    ...(worst === undefined ? [] : [`sightline explain ${worst.ruleId}`]),
    ...(report.gate.state === 'failed' && !report.gate.baseline
      ? ['to fail on new findings only: add -f json=baseline.json once, then --baseline baseline.json']
      : []),
  ];
  if (steps.length === 0) return;
  yield '';
  for (const [index, step] of steps.entries()) yield* wrapped(index === 0 ? 'Next' : '', step, canvas);
}

/** The block below the findings: counts, coverage, engines, warnings, verdict. A partial scan never ends in a green line. */
export function* tableSummary(report: ScanReport, summary: ReportSummary, canvas: TableCanvas, verbose: boolean): Iterable<string> {
  yield canvas.paint('dim', '─'.repeat(canvas.width));
  const { target } = report.scan;
  const revision = [target.ref, target.commit?.slice(0, 12)].filter((part) => part !== undefined).join(' ');
  yield* wrapped(
    'Target',
    `${target.location}${revision === '' ? '' : ` @ ${revision}`}${report.scan.mode === 'history' ? ', whole history' : ''}`,
    canvas,
  );
  yield* findingCounts(report, summary, canvas);
  yield* coverageLines(report, summary, canvas, verbose);
  yield* engineLines(report, canvas);
  yield* wrapped('Time', formatDuration(summary.durationMs), canvas);
  for (const [index, warning] of report.warnings.entries()) {
    yield* wrapped(index === 0 ? 'Warnings' : '', warning, { ...canvas, paint: (_style, text) => canvas.paint('yellow', text) });
  }
  if (verbose && report.rules.length > 0) {
    for (const [index, rule] of report.rules.entries())
      yield* wrapped(index === 0 ? 'Rules' : '', `${rule.engine}/${rule.id}: ${rule.title}`, canvas);
  }
  yield '';
  yield* verdictLines(report, summary, canvas);
  yield* nextSteps(report, summary, canvas);
}
