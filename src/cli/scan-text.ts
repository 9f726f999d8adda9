import type { FindingWire } from '../api/wire/findings.ts';
import type { ScanDetailWire, ScanWire } from '../api/wire/scans.ts';
import { errorTable } from '../lib/errors.ts';
import { forTerminal } from '../lib/text-safety.ts';
import { counted, formatCount, formatDuration, gateSentence, severityCounts } from '../report/summary.ts';
import { columnsText } from './columns.ts';
import { between, shortInstant } from './instants.ts';
import type { Paint } from './terminal.ts';

/** As a person names what is scanned. */
export const sourceText = ({ source }: Pick<ScanWire, 'source'>): string =>
  source.type === 'git' ? source.url : `artifact ${source.artifact_id}`;

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

const findingsText = (scan: ScanWire): string =>
  scan.findings_total === 0 ? 'none' : `${severityCounts(scan.findings_by_severity)} (${formatCount(scan.findings_total)} in all)`;

const filesText = ({ coverage }: ScanDetailWire): string =>
  [
    `${formatCount(coverage.files_analysed)} analysed`,
    ...(coverage.files_degraded > 0 ? [`${formatCount(coverage.files_degraded)} degraded`] : []),
    ...(coverage.files_excluded > 0 ? [`${formatCount(coverage.files_excluded)} excluded`] : []),
    ...(coverage.files_failed > 0 ? [`${formatCount(coverage.files_failed)} failed`] : []),
  ].join(', ');

const stateText = (scan: ScanWire, paint: Paint): string => {
  switch (scan.state) {
    case 'completed':
      return scan.coverage_state === 'partial' ? paint.yellow('completed, partial') : paint.green('completed');
    case 'failed':
      return paint.red('failed');
    case 'cancelled':
      return paint.yellow('cancelled');
    default:
      return scan.state;
  }
};

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
    ...(scan.state === 'completed' ? [['files', filesText(scan)] as const] : []),
    ['findings', findingsText(scan)],
    ...(gate === undefined
      ? []
      : [['gate', `${gate.gate.state === 'failed' ? paint.red('failed') : paint.green('passed')}: ${gateSentence(gate)}`] as const]),
    ...(scan.error === null ? [] : [['error', `${forTerminal(scan.error.code)}: ${forTerminal(scan.error.message)}`] as const]),
    ...(scan.cancel_reason === null ? [] : [['reason', forTerminal(scan.cancel_reason)] as const]),
    ...scan.warnings.map((warning) => ['warning', forTerminal(warning)] as const),
    ...scan.tasks
      .filter(({ error }) => error !== null)
      .map(
        ({ engine, shard, shard_count: shards, error, failed_attempts: attempts }) =>
          [
            'task',
            `${forTerminal(engine)}${shards > 1 ? ` ${shard + 1}/${shards}` : ''} failed after ${counted(attempts, 'attempt')}: ${forTerminal(error?.code ?? '')}: ${forTerminal(error?.message ?? '')}`,
          ] as const,
      ),
  ];
  const lines = facts.map(([name, value]) => `  ${name.padEnd(9)}${value}`);
  return `${paint.bold(`Scan ${scan.id}`)} ${stateText(scan, paint)}\n${lines.join('\n')}\n`;
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
