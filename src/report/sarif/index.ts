import type { EngineCoverage } from '../../domain/coverage.ts';
import type { Finding } from '../../domain/finding.ts';
import type { Rule } from '../../domain/rule.ts';
import type { ScanReport } from '../../domain/scan.ts';
import type { RenderOptions, Reporter } from '../reporter.ts';
import { summarise } from '../summary.ts';
import { logHead, logTail, ruleIndexesOf, runHead, runResult, runTail } from './run.ts';

/** A finding whose rule the report does not describe still gets one: results point at rules by index. */
const ruleOfFinding = (finding: Finding): Rule => ({
  id: finding.ruleId,
  engine: finding.engine,
  kind: finding.kind,
  title: finding.title,
  severity: finding.severity,
  confidence: finding.confidence,
  cwe: finding.cwe,
  help: '',
  tags: [],
});

const rulesOfRun = (report: ScanReport, engine: string, findings: readonly Finding[]): readonly Rule[] => {
  const rules = new Map(report.rules.filter((rule) => rule.engine === engine).map((rule) => [rule.id, rule]));
  for (const finding of findings) if (!rules.has(finding.ruleId)) rules.set(finding.ruleId, ruleOfFinding(finding));
  return [...rules.values()];
};

interface RunParts {
  readonly engineName: string;
  readonly engine: EngineCoverage | undefined;
  readonly findings: readonly Finding[];
}

/** One run for each engine of the manifest, and for any engine that only its findings name. */
const runsOf = (report: ScanReport): readonly RunParts[] => {
  const names = new Set([...report.coverage.engines.map(({ engine }) => engine), ...report.findings.map(({ engine }) => engine)]);
  return [...names].map((engineName) => ({
    engineName,
    engine: report.coverage.engines.find(({ engine }) => engine === engineName),
    findings: report.findings.filter(({ engine }) => engine === engineName),
  }));
};

function* render(report: ScanReport, options: RenderOptions): Iterable<string> {
  const summary = summarise(report);
  yield logHead;
  for (const [index, run] of runsOf(report).entries()) {
    const rules = rulesOfRun(report, run.engineName, run.findings);
    const ruleIndexes = ruleIndexesOf(rules);
    yield index === 0 ? '\n' : ',\n';
    yield* runHead(report, summary, { ...run, rules, resultCount: run.findings.length }, options.verbose);
    for (const [position, finding] of run.findings.entries()) yield runResult(finding, position, ruleIndexes);
    yield runTail;
  }
  yield logTail;
}

export const sarifReporter: Reporter = {
  name: 'sarif',
  summary: 'SARIF 2.1.0, for GitHub code scanning and other tools',
  extension: 'sarif',
  render,
};
