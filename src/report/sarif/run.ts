import type { EngineCoverage } from '../../domain/coverage.ts';
import type { Finding } from '../../domain/finding.ts';
import type { Rule } from '../../domain/rule.ts';
import type { ScanReport } from '../../domain/scan.ts';
import { toSafeJson } from '../../lib/text-safety.ts';
import type { ReportSummary } from '../summary.ts';
import { invocation } from './invocation.ts';
import { sarifResult } from './results.ts';
import { cweTaxonomy, sarifRule, taxaOf } from './rules.ts';

const schemaUri = 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json';

export const logHead = `{\n  "$schema": "${schemaUri}",\n  "version": "2.1.0",\n  "runs": [`;
export const logTail = '\n  ]\n}\n';

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

/** Everything about one engine's run but its results, which need not be known at once. */
export interface RunFrame {
  readonly engineName: string;
  readonly engine: EngineCoverage | undefined;
  readonly rules: readonly Rule[];
  readonly resultCount: number;
}

/** A run up to the opening bracket of its results. */
export function* runHead(report: ScanReport, summary: ReportSummary, run: RunFrame, verbose: boolean): Iterable<string> {
  const taxa = taxaOf(run.rules);
  yield `    {\n      "tool": {\n        "driver": {\n          "name": "Sightline",\n          "fullName": ${toSafeJson(`Sightline ${run.engineName}`)},\n`;
  yield `          "version": ${toSafeJson(report.scan.toolVersion)},\n          "semanticVersion": ${toSafeJson(report.scan.toolVersion)},\n`;
  if (taxa.length > 0) yield '          "supportedTaxonomies": [{"name":"CWE","index":0}],\n';
  yield '          "rules": [';
  for (const [index, rule] of run.rules.entries()) yield `${index === 0 ? '' : ','}\n            ${toSafeJson(sarifRule(rule, taxa))}`;
  yield `]\n        }\n      },\n      "automationDetails": ${toSafeJson({ id: `sightline/${run.engineName}/${report.scan.id}` })},\n`;
  yield '      "columnKind": "utf16CodeUnits",\n      "originalUriBaseIds": {"SRCROOT":{"description":{"text":"The root of the scanned tree."}}},\n';
  const provenance = versionControl(report.scan);
  if (provenance !== undefined) yield `      "versionControlProvenance": ${toSafeJson(provenance)},\n`;
  if (taxa.length > 0) yield `      "taxonomies": [${toSafeJson(cweTaxonomy(taxa))}],\n`;
  yield '      "invocations": [\n        ';
  yield* invocation(report, summary, run.engine, run.resultCount, verbose);
  yield `\n      ],\n      "properties": ${toSafeJson(runProperties(report, summary, run.engine))},\n      "results": [`;
}

/** One result; a finding whose rule the run does not describe has none to point at. */
export const runResult = (finding: Finding, index: number, ruleIndexes: ReadonlyMap<string, number>): string =>
  `${index === 0 ? '' : ','}\n        ${toSafeJson(sarifResult(finding, ruleIndexes.get(finding.ruleId) ?? -1))}`;

export const ruleIndexesOf = (rules: readonly Rule[]): ReadonlyMap<string, number> => new Map(rules.map((rule, index) => [rule.id, index]));

export const runTail = ']\n    }';
