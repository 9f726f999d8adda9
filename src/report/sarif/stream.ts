import type { EngineCoverage } from '../../domain/coverage.ts';
import type { Finding } from '../../domain/finding.ts';
import type { ScanReport } from '../../domain/scan.ts';
import { type ReportSummary, summarise } from '../summary.ts';
import { logHead, logTail, ruleIndexesOf, runHead, runResult, runTail } from './run.ts';

export interface StreamedRun {
  readonly engineName: string;
  readonly engine: EngineCoverage | undefined;
  readonly resultCount: number;
  readonly findings: AsyncIterable<readonly Finding[]>;
}

/**
 * The same log as the SARIF reporter's for findings that come in batches and are never all in memory. `report.findings` is empty and
 * `report.rules` has every rule that the findings name.
 */
export async function* streamSarif(
  report: ScanReport,
  runs: readonly StreamedRun[],
  filesByState: ReportSummary['filesByState'],
): AsyncIterable<string> {
  const summary = { ...summarise(report), filesByState };
  yield logHead;
  for (const [index, run] of runs.entries()) {
    const rules = report.rules.filter((rule) => rule.engine === run.engineName);
    const ruleIndexes = ruleIndexesOf(rules);
    let position = 0;
    yield index === 0 ? '\n' : ',\n';
    yield [...runHead(report, summary, { ...run, rules }, false)].join('');
    for await (const batch of run.findings) {
      let text = '';
      for (const finding of batch) {
        text += runResult(finding, position, ruleIndexes);
        position += 1;
      }
      yield text;
    }
    yield runTail;
  }
  yield logTail;
}
