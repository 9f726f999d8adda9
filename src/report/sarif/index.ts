import type { EngineCoverage } from '../../domain/coverage.ts';
import type { Finding } from '../../domain/finding.ts';
import type { Rule } from '../../domain/rule.ts';
import type { ScanReport } from '../../domain/scan.ts';
import { toSafeJson } from '../../lib/text-safety.ts';
import type { RenderOptions, Reporter } from '../reporter.ts';
import { type ReportSummary, summarise } from '../summary.ts';
import { invocation } from './invocation.ts';
import { sarifResult } from './results.ts';
import { cweTaxonomy, sarifRule, taxaOf } from './rules.ts';

const schemaUri = 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json';

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

/** Where the tree came from, when that is a URL; never with credentials. `git@host:path` is written as the ssh URL it means. */
const versionControl = ({ target }: ScanReport['scan']) => {
  if (target.kind !== 'git') return undefined;
  const short = /^(?:[\w.-]+@)?([\w.-]+):(?!\/)(.+)$/.exec(target.location);
  const location = short === null || target.location.includes('://') ? target.location : `ssh://${short[1]}/${short[2]}`;
  if (!URL.canParse(location)) return undefined;
  const url = new URL(location);
  url.username = '';
  url.password = '';
  return [{ repositoryUri: url.href, revisionId: target.commit, branch: target.ref, mappedTo: { uriBaseId: 'SRCROOT' } }];
};

const runProperties = (report: ScanReport, summary: ReportSummary, engine: EngineCoverage | undefined) => ({
  'sightline/scan': {
    id: report.scan.id,
    mode: report.scan.mode,
    target: report.scan.target.location,
    commit: report.scan.target.commit,
    since: report.scan.since,
  },
  'sightline/gate': { ...report.gate, unchangedFindings: report.unchangedCount },
  'sightline/coverage': {
    state: report.coverage.state,
    files: summary.filesByState,
    excluded: Object.fromEntries(summary.exclusions),
    commits: report.coverage.commits,
    engine,
  },
});

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

function* renderRun(report: ScanReport, summary: ReportSummary, run: RunParts, verbose: boolean): Iterable<string> {
  const rules = rulesOfRun(report, run.engineName, run.findings);
  const ruleIndexes = new Map(rules.map((rule, index) => [rule.id, index]));
  const taxa = taxaOf(rules);
  yield `    {\n      "tool": {\n        "driver": {\n          "name": "Sightline",\n          "fullName": ${toSafeJson(`Sightline ${run.engineName}`)},\n`;
  yield `          "version": ${toSafeJson(report.scan.toolVersion)},\n          "semanticVersion": ${toSafeJson(report.scan.toolVersion)},\n`;
  if (taxa.length > 0) yield '          "supportedTaxonomies": [{"name":"CWE","index":0}],\n';
  yield '          "rules": [';
  for (const [index, rule] of rules.entries()) yield `${index === 0 ? '' : ','}\n            ${toSafeJson(sarifRule(rule, taxa))}`;
  yield `]\n        }\n      },\n      "automationDetails": ${toSafeJson({ id: `sightline/${run.engineName}/${report.scan.id}` })},\n`;
  yield '      "columnKind": "utf16CodeUnits",\n      "originalUriBaseIds": {"SRCROOT":{"description":{"text":"The root of the scanned tree."}}},\n';
  const provenance = versionControl(report.scan);
  if (provenance !== undefined) yield `      "versionControlProvenance": ${toSafeJson(provenance)},\n`;
  if (taxa.length > 0) yield `      "taxonomies": [${toSafeJson(cweTaxonomy(taxa))}],\n`;
  yield '      "invocations": [\n        ';
  yield* invocation(report, summary, run.engine, run.findings.length, verbose);
  yield `\n      ],\n      "properties": ${toSafeJson(runProperties(report, summary, run.engine))},\n      "results": [`;
  for (const [index, finding] of run.findings.entries()) {
    yield `${index === 0 ? '' : ','}\n        ${toSafeJson(sarifResult(finding, ruleIndexes.get(finding.ruleId) ?? 0))}`;
  }
  yield ']\n    }';
}

function* render(report: ScanReport, options: RenderOptions): Iterable<string> {
  const summary = summarise(report);
  yield `{\n  "$schema": "${schemaUri}",\n  "version": "2.1.0",\n  "runs": [`;
  for (const [index, run] of runsOf(report).entries()) {
    yield index === 0 ? '\n' : ',\n';
    yield* renderRun(report, summary, run, options.verbose);
  }
  yield '\n  ]\n}\n';
}

export const sarifReporter: Reporter = {
  name: 'sarif',
  summary: 'SARIF 2.1.0, for GitHub code scanning and other tools',
  extension: 'sarif',
  render,
};
