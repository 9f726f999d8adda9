import type { StoredFinding } from '../../app/scans/scans.ts';
import type { Rule } from '../../domain/rule.ts';
import type { ScanRecord, ScanSource, ScanState } from '../../domain/scan-record.ts';
import { severities } from '../../domain/severity.ts';
import type { JobResultWire, JobWire, jobStatuses, VulnerabilityWire } from './jobs.ts';

type JobStatus = (typeof jobStatuses)[number];
export type GitScan = ScanRecord & { readonly source: Extract<ScanSource, { type: 'git' }> };

/** Jobs are scans of repositories; archives and imports have no `repo_url`. */
export const isGitScan = (scan: ScanRecord): scan is GitScan => scan.kind === 'scan' && scan.source.type === 'git';

export const statesOfJob: Readonly<Record<JobStatus, readonly ScanState[]>> = {
  pending: ['created', 'queued'],
  in_progress: ['running'],
  completed: ['completed'],
  failed: ['failed', 'cancelled'],
};

const statusOf = (state: ScanState): JobStatus => {
  switch (state) {
    case 'created':
    case 'queued':
      return 'pending';
    case 'running':
      return 'in_progress';
    case 'completed':
      return 'completed';
    case 'failed':
    case 'cancelled':
      return 'failed';
  }
};

/** The twelve categories of scan-agent by CWE, where one fits. */
const categories: readonly (readonly [category: string, cwe: readonly number[]])[] = [
  ['INJECTION', [74, 77, 78, 79, 88, 89, 90, 91, 94, 95, 98, 113, 643, 917, 943]],
  ['AUTHENTICATION', [287, 294, 306, 307, 521, 620, 640]],
  ['AUTHORIZATION', [269, 284, 285, 352, 425, 639, 732, 862, 863]],
  ['CRYPTOGRAPHY', [295, 310, 311, 319, 321, 326, 327, 328, 330, 338, 347, 759, 760, 916]],
  ['DATA_EXPOSURE', [200, 209, 312, 359, 522, 532, 538, 540, 798]],
  ['BUSINESS_LOGIC', [362, 367, 840, 841]],
  ['CONFIGURATION', [16, 489, 611, 614, 693, 942, 1004, 1188]],
  ['DEPENDENCY', [937, 1035, 1104, 1395]],
  ['INPUT_VALIDATION', [20, 22, 23, 36, 73, 400, 434, 502, 601, 776, 918, 1321, 1333]],
  ['OUTPUT_ENCODING', [116, 117, 838]],
  ['SESSION_MANAGEMENT', [384, 488, 539, 613]],
];

const categoryOfKind: Readonly<Record<StoredFinding['kind'], string>> = {
  secret: 'DATA_EXPOSURE',
  dependency: 'DEPENDENCY',
  iac: 'CONFIGURATION',
  licence: 'OTHER',
  sast: 'OTHER',
  ai: 'OTHER',
  go: 'OTHER',
};

const categoryOf = (finding: StoredFinding): string => {
  const numbers = new Set(finding.cwe.map((cwe) => Number(/^CWE-(\d+)$/i.exec(cwe)?.[1])));
  return categories.find(([, known]) => known.some((number) => numbers.has(number)))?.[0] ?? categoryOfKind[finding.kind];
};

const toVulnerability = (finding: StoredFinding, rule: Rule | undefined): VulnerabilityWire => ({
  title: finding.title,
  description: finding.message,
  severity: finding.severity.toUpperCase() as VulnerabilityWire['severity'],
  category: categoryOf(finding),
  filePath: finding.location.path,
  startLine: finding.location.type === 'file' ? finding.location.startLine : 1,
  endLine: finding.location.type === 'file' ? finding.location.endLine : 1,
  codeSnippet: finding.snippet?.lines.join('\n') ?? '',
  // What to do stands in the rule; a finding has more to say only where its tool does.
  recommendation: finding.details?.remediation ?? rule?.help ?? '',
});

const summaryOf = (scan: ScanRecord): string => {
  const counts = severities.filter((severity) => scan.findingsBySeverity[severity] > 0);
  const found =
    counts.length === 0 ? 'No findings' : counts.map((severity) => `${scan.findingsBySeverity[severity]} ${severity}`).join(', ');
  return `${found}. Coverage ${scan.coverage ?? 'unknown'}, gate ${scan.gate?.state ?? 'unknown'}.`;
};

const keyOf = (engine: string, ruleId: string): string => `${engine} ${ruleId}`;

const resultOf = (scan: GitScan, findings: readonly StoredFinding[], rules: ReadonlyMap<string, Rule>): JobResultWire => ({
  scan_completed_at: (scan.finishedAt ?? scan.createdAt).toISOString(),
  repository: scan.source.url,
  branch: scan.ref,
  results: {
    summary: summaryOf(scan),
    vulnerabilities: findings.map((finding) => toVulnerability(finding, rules.get(keyOf(finding.engine, finding.ruleId)))),
    vulnerability_count: scan.findingsTotal,
    severity_breakdown: Object.fromEntries(severities.map((severity) => [severity.toUpperCase(), scan.findingsBySeverity[severity]])),
  },
  vulnerabilities_stored: scan.findingsTotal,
});

const errorOf = (scan: ScanRecord): string | null => {
  if (scan.state === 'cancelled') return `Job was cancelled: ${scan.cancelReason ?? 'no reason given'}`;
  return scan.state === 'failed' ? (scan.error?.message ?? 'Scan failed') : null;
};

const optionsOf = ({ options }: ScanRecord): JobWire['data']['scan_options'] => ({
  ...(options.failOn === undefined ? {} : { fail_on: options.failOn }),
  ...(options.exclude === undefined ? {} : { exclude: [...options.exclude] }),
  ...(options.allowPartial === undefined ? {} : { allow_partial: options.allowPartial }),
  ...(options.history === undefined ? {} : { history: options.history }),
});

/** `findings` are those to show of a completed scan, `rules` those they name. */
export const toJobWire = (scan: GitScan, findings: readonly StoredFinding[], rules: readonly Rule[]): JobWire => ({
  id: scan.id,
  type: 'scan_repo',
  status: statusOf(scan.state),
  data: { repo_url: scan.source.url, branch: scan.source.ref ?? null, scan_options: optionsOf(scan), claude_cli_args: null },
  created_at: scan.createdAt.toISOString(),
  updated_at: (scan.finishedAt ?? scan.startedAt ?? scan.queuedAt ?? scan.createdAt).toISOString(),
  result: scan.state === 'completed' ? resultOf(scan, findings, new Map(rules.map((rule) => [keyOf(rule.engine, rule.id), rule]))) : null,
  error: errorOf(scan),
});
