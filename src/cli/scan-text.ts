import type { FindingWire } from '../api/wire/findings.ts';
import type { ScanDetailWire, ScanWire } from '../api/wire/scans.ts';
import type { TaskWire } from '../api/wire/tasks.ts';
import { errorTable } from '../lib/errors.ts';
import { forTerminal } from '../lib/text-safety.ts';
import { counted, formatCount, formatDuration, gateSentence, inWords, severityCounts } from '../report/summary.ts';
import { columnsText } from './columns.ts';
import { between, shortInstant } from './instants.ts';
import { partText, taskErrorText } from './task-text.ts';
import type { Paint } from './terminal.ts';

/** Of those that failed; the rest is in the coverage of the scan. */
const shownFiles = 5;

/** As a person names what is scanned. */
export const sourceText = ({ source }: Pick<ScanWire, 'source'>): string =>
  source.type === 'git' ? source.url : (source.filename ?? `artifact ${source.artifact_id}`);

/** The same with its branch or tag, where it has one. */
export const targetText = (scan: Pick<ScanWire, 'source' | 'ref'>): string =>
  scan.source.type === 'artifact' && scan.ref === 'HEAD' ? sourceText(scan) : `${sourceText(scan)} ${scan.ref}`;

const gateOf = (scan: ScanWire): Parameters<typeof gateSentence>[0] | undefined =>
  scan.gate === null
    ? undefined
    : {
        gate: {
          state: scan.gate.state,
          failOn: scan.gate.fail_on,
          failingFindings: scan.gate.failing_findings,
          baseline: scan.gate.baseline,
          allowPartial: scan.gate.allow_partial,
        },
      };

/** `completed, partial`: what is missing from a partial one must not be overlooked. */
export const stateText = ({ state, coverage_state: coverage }: Pick<ScanWire, 'state' | 'coverage_state'>): string =>
  coverage === 'partial' ? `${state}, partial` : state;

/** In a column; empty where there is nothing to say yet. */
export const foundText = ({ state, findings_by_severity: counts }: Pick<ScanWire, 'state' | 'findings_by_severity'>): string =>
  severityCounts(counts) || (state === 'completed' ? 'none' : '');

const findingsText = (scan: ScanWire): string =>
  scan.findings_total === 0 ? 'none' : `${severityCounts(scan.findings_by_severity)} (${formatCount(scan.findings_total)} in all)`;

const filesText = ({ coverage }: ScanDetailWire): string =>
  [
    `${formatCount(coverage.files_analysed)} analysed`,
    ...(coverage.files_degraded > 0 ? [`${formatCount(coverage.files_degraded)} degraded`] : []),
    ...(coverage.files_excluded > 0 ? [`${formatCount(coverage.files_excluded)} excluded`] : []),
    ...(coverage.files_failed > 0 ? [`${formatCount(coverage.files_failed)} failed`] : []),
  ].join(', ');

const paintedState = (scan: ScanWire, paint: Paint): string => {
  const text = stateText(scan);
  if (scan.state === 'failed') return paint.red(text);
  if (scan.state === 'cancelled' || scan.coverage_state === 'partial') return paint.yellow(text);
  return scan.state === 'completed' ? paint.green(text) : text;
};

/** Why it is partial: engines that did not do all of their work, and the first files that could not be looked at. */
const missingOf = ({ coverage_state: state, coverage }: ScanDetailWire): readonly string[] =>
  state !== 'partial'
    ? []
    : [
        ...coverage.engines
          .filter((engine) => engine.state !== 'complete')
          .map((engine) => `${engine.engine}: ${engine.reason ?? engine.state}`),
        ...coverage.files
          .filter((file) => file.state === 'failed')
          .slice(0, shownFiles)
          .map((file) => `${file.path}: ${file.detail ?? inWords(file.reason ?? file.state)}`),
        ...(coverage.files_failed > shownFiles ? [`${formatCount(coverage.files_failed - shownFiles)} more files`] : []),
      ];

type Failure = ScanWire['error'];
const isSameError = (one: Failure, other: Failure): boolean => one?.code === other?.code && one?.message === other?.message;

/** Failed for good, or so far: then it is tried again. */
const failureText = ({ state, failed_attempts: failures, max_attempts: attempts }: TaskWire): string =>
  state === 'failed' ? `failed after ${counted(failures, 'attempt')}` : `failed in ${failures} of ${counted(attempts, 'attempt')} so far`;

/** What is known of a scan, a line each. */
export const scanText = (scan: ScanDetailWire, paint: Paint): string => {
  const tookMs = between(scan.started_at, scan.finished_at);
  const gate = gateOf(scan);
  const facts: (readonly [string, string])[] = [
    ['source', forTerminal(sourceText(scan))],
    ['ref', forTerminal(scan.commit === null ? scan.ref : `${scan.ref} at ${scan.commit.slice(0, 12)}`)],
    ['project', scan.project_id],
    ['engines', forTerminal(scan.engines.join(', '))],
    ['created', shortInstant(scan.created_at)],
    ...(tookMs === undefined ? [] : [['took', formatDuration(tookMs)] as const]),
    ['tasks', `${scan.tasks_done} of ${scan.tasks_total} done`],
    // A log of another tool names files; nobody looked at them here.
    ...(scan.state === 'completed' && scan.kind === 'scan' ? [['files', filesText(scan)] as const] : []),
    ['findings', findingsText(scan)],
    ...(gate === undefined
      ? []
      : [['gate', `${gate.gate.state === 'failed' ? paint.red('failed') : paint.green('passed')}: ${gateSentence(gate)}`] as const]),
    ...(scan.error === null ? [] : [['error', `${forTerminal(scan.error.code)}: ${forTerminal(scan.error.message)}`] as const]),
    ...(scan.cancel_reason === null ? [] : [['reason', forTerminal(scan.cancel_reason)] as const]),
    ...missingOf(scan).map((missing) => ['missing', forTerminal(missing)] as const),
    ...scan.warnings.map((warning) => ['warning', forTerminal(warning)] as const),
    ...scan.tasks
      .filter(({ error }) => error !== null && !isSameError(error, scan.error))
      .map((task) => ['task', forTerminal(`${partText(task)} ${failureText(task)}: ${taskErrorText(task)}`)] as const),
  ];
  const lines = facts.map(([name, value]) => `  ${name.padEnd(9)}${value}`);
  return `${paint.bold(`Scan ${scan.id}`)} ${paintedState(scan, paint)}\n${lines.join('\n')}\n`;
};

const placeText = ({ location }: FindingWire): string =>
  location.type === 'file' ? `${location.path}:${location.start_line}` : location.path;

/** Findings, worst first, as the server sorts them. */
export const findingsTable = (findings: readonly FindingWire[], width: number, paint: Paint): string =>
  columnsText(
    ['SEVERITY', 'RULE', 'PLACE', 'FINDING'],
    findings.map((finding) => [
      finding.severity,
      forTerminal(finding.rule_id),
      forTerminal(placeText(finding)),
      forTerminal(finding.title),
    ]),
    width,
    paint.bold,
  );

/** As `scan` ends: 2 partial or failed, 1 gate failed, 0; what a scan failed with may have its own. A scan without an end has none: 0. */
export const scanExitCode = (scan: ScanWire): number => {
  if (scan.state === 'cancelled') return 2;
  if (scan.state === 'failed') {
    const code = scan.error?.code ?? '';
    return Object.hasOwn(errorTable, code) ? errorTable[code as keyof typeof errorTable].exit : 2;
  }
  if (scan.state !== 'completed' || scan.gate === null) return 0;
  if (scan.coverage_state === 'partial' && !scan.gate.allow_partial) return 2;
  return scan.gate.state === 'failed' ? 1 : 0;
};
