import type { EngineCoverage, FileCoverage } from '../../domain/coverage.ts';
import { exitCodeOf, type ScanReport } from '../../domain/scan.ts';
import { toSafeJson } from '../../lib/text-safety.ts';
import { formatCount, gateSentence, inWords, partialSentence, type ReportSummary } from '../summary.ts';
import { artifactLocation } from './results.ts';

/** What GitHub accepts and shows of one run. */
const githubResultLimit = 25_000;
const githubShownLimit = 5000;

const fileNotification = (file: FileCoverage) => {
  const reason = inWords(file.reason ?? file.state);
  const detail = file.detail === undefined ? '' : ` (${file.detail})`;
  const what = file.state === 'failed' ? 'was not analysed' : file.state === 'degraded' ? 'was analysed in part' : 'was left out';
  return {
    descriptor: { id: `file-${file.state}/${file.reason ?? 'unknown'}` },
    level: file.state === 'failed' ? 'error' : file.state === 'degraded' ? 'warning' : 'note',
    message: { text: `'${file.path}' ${what}: ${reason}${detail}.` },
    locations: [{ physicalLocation: { artifactLocation: artifactLocation(file.path) } }],
  };
};

const engineNotification = (engine: EngineCoverage) => ({
  descriptor: { id: `engine-${engine.state}` },
  level: 'error',
  message: {
    text: `The engine '${engine.engine}' ${engine.state === 'missing' ? 'is not available' : 'did not complete'}: ${engine.reason ?? 'no reason given'}.`,
  },
});

const configurationNotifications = (report: ScanReport, resultCount: number) => {
  const limit =
    resultCount > githubResultLimit
      ? [
          `This run has ${formatCount(resultCount)} results; GitHub accepts ${formatCount(githubResultLimit)} in one run. Scan parts of the tree, or fix the worst first with a baseline.`,
        ]
      : resultCount > githubShownLimit
        ? [`This run has ${formatCount(resultCount)} results; GitHub shows the first ${formatCount(githubShownLimit)} of a run.`]
        : [];
  return [...report.warnings, ...limit].map((text) => ({ descriptor: { id: 'warning' }, level: 'warning', message: { text } }));
};

/**
 * The invocation of one engine's run, in pieces: every file that was not analysed has a notification. `executionSuccessful` speaks of
 * the whole scan, so that no reader takes one complete engine of a partial scan for a complete answer.
 */
export function* invocation(
  report: ScanReport,
  summary: ReportSummary,
  engine: EngineCoverage | undefined,
  resultCount: number,
  verbose: boolean,
): Iterable<string> {
  const exitCode = exitCodeOf(report);
  const facts = {
    executionSuccessful: !summary.isPartial,
    exitCode,
    exitCodeDescription: `${summary.isPartial ? `Partial: ${partialSentence(report, summary)} ` : ''}Gate ${report.gate.state}: ${gateSentence(report)}.`,
    startTimeUtc: report.scan.startedAt,
    endTimeUtc: report.scan.finishedAt,
    arguments: report.scan.commandLine,
    toolConfigurationNotifications: configurationNotifications(report, resultCount),
  };
  yield `${toSafeJson(facts).slice(0, -1)},"toolExecutionNotifications":[`;
  let separator = '';
  if (engine !== undefined && engine.state !== 'complete') {
    yield toSafeJson(engineNotification(engine));
    separator = ',';
  }
  for (const file of report.coverage.files) {
    if (file.state === 'analysed' || (file.state === 'excluded' && !verbose)) continue;
    if (file.engine !== undefined && engine !== undefined && file.engine !== engine.engine) continue;
    yield `${separator}\n            ${toSafeJson(fileNotification(file))}`;
    separator = ',';
  }
  yield ']}';
}
