import { type FileCoverage, type FileState, heaviestRows } from '../domain/coverage.ts';
import type { Finding, Fingerprint, Location } from '../domain/finding.ts';
import { lineHashAlgorithm } from '../domain/line-hash.ts';
import type { Rule } from '../domain/rule.ts';
import type { ScanReport } from '../domain/scan.ts';
import { type Severity, severities } from '../domain/severity.ts';

/** What several formats say about a report, computed once and worded once. Texts are not neutralised here. */
export interface ReportSummary {
  /** Findings that nobody has decided to leave. */
  readonly open: readonly Finding[];
  readonly suppressed: readonly Finding[];
  /** Of `open`. */
  readonly bySeverity: Readonly<Record<Severity, number>>;
  readonly filesByState: Readonly<Record<FileState, number>>;
  /** Excluded files by reason, most first. */
  readonly exclusions: readonly (readonly [string, number])[];
  /** One for each engine that failed on a file. */
  readonly failedFiles: readonly FileCoverage[];
  readonly rules: ReadonlyMap<string, Rule>;
  readonly durationMs: number;
  readonly isPartial: boolean;
}

export const summarise = (report: ScanReport): ReportSummary => {
  const open = report.findings.filter((finding) => finding.suppression === undefined);
  const bySeverity: Record<Severity, number> = { critical: 0, high: 0, medium: 0, low: 0, info: 0 };
  for (const finding of open) bySeverity[finding.severity] += 1;
  const filesByState: Record<FileState, number> = { analysed: 0, degraded: 0, excluded: 0, failed: 0 };
  const exclusions = new Map<string, number>();
  for (const file of heaviestRows(report.coverage.files)) {
    filesByState[file.state] += 1;
    if (file.state === 'excluded')
      exclusions.set(file.reason ?? 'not_applicable', (exclusions.get(file.reason ?? 'not_applicable') ?? 0) + 1);
  }
  return {
    open,
    suppressed: report.findings.filter((finding) => finding.suppression !== undefined),
    bySeverity,
    filesByState,
    exclusions: [...exclusions].sort(([leftReason, left], [rightReason, right]) => right - left || (leftReason < rightReason ? -1 : 1)),
    failedFiles: report.coverage.files.filter((file) => file.state === 'failed'),
    rules: new Map(report.rules.map((rule) => [ruleKey(rule.engine, rule.id), rule])),
    durationMs: Math.max(0, Date.parse(report.scan.finishedAt) - Date.parse(report.scan.startedAt)) || 0,
    isPartial: report.coverage.state === 'partial',
  };
};

export const ruleKey = (engine: string, ruleId: string): string => `${engine}\0${ruleId}`;

export const ruleOf = (summary: ReportSummary, finding: Finding): Rule | undefined =>
  summary.rules.get(ruleKey(finding.engine, finding.ruleId));

/** `path:line:column`, or what stands for it. */
export const placeOf = (location: Location): string => {
  switch (location.type) {
    case 'file':
      return `${location.path}:${location.startLine}:${location.startColumn}`;
    case 'package':
      return `${location.path} (${location.purl})`;
    case 'resource':
      return `${location.path} (${location.address})`;
  }
};

/** Fingerprints for people and other tools; the line hash is GitHub's alone, see `domain/line-hash.ts`. */
export const publicFingerprints = (finding: Finding): readonly Fingerprint[] =>
  finding.fingerprints.filter(({ algorithm }) => algorithm !== lineHashAlgorithm);

export const fingerprintName = ({ algorithm, keyId }: Fingerprint): string => (keyId === undefined ? algorithm : `${algorithm}:${keyId}`);

/** `1 file`, `1,204 files`. */
export const counted = (count: number, singular: string, plural = `${singular}s`): string =>
  `${formatCount(count)} ${count === 1 ? singular : plural}`;

const largestUnit = ['TB', 1e12] as const;
const sizeUnits = [['kB', 1e3], ['MB', 1e6], ['GB', 1e9], largestUnit] as const;

/** Grouped by hand: the answer must not depend on the machine's locale. */
export const formatCount = (count: number): string => String(count).replace(/\B(?=(\d{3})+$)/g, ',');

/** `0 bytes`, `790 bytes`, `12.3 kB`, `4.0 GB`: to be read, not to be exact. */
export const formatSize = (bytes: number): string => {
  if (bytes < 1000) return counted(bytes, 'byte');
  const [unit, factor] = sizeUnits.find(([, size]) => bytes < size * 999.95) ?? largestUnit;
  return `${(bytes / factor).toFixed(1)} ${unit}`;
};

export const formatDuration = (durationMs: number): string => {
  if (durationMs < 1000) return `${durationMs} ms`;
  if (durationMs < 60_000) return `${(durationMs / 1000).toFixed(1)} s`;
  const seconds = Math.round(durationMs / 1000);
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
};

/** `too_large` as people read it. */
export const inWords = (reason: string): string => reason.replaceAll('_', ' ');

/** `2 critical, 1 high`, worst first; empty when there is none. */
export const severityCounts = (bySeverity: Readonly<Record<Severity, number>>): string =>
  severities
    .filter((severity) => bySeverity[severity] > 0)
    .map((severity) => `${formatCount(bySeverity[severity])} ${severity}`)
    .join(', ');

/** What the gate says, as one sentence. */
export const gateSentence = ({ gate }: Pick<ScanReport, 'gate'>): string => {
  const kind = gate.baseline ? 'new finding' : 'finding';
  if (gate.failOn === 'none') return `${kind}s are only reported (--fail-on none)`;
  const threshold = gate.failOn === 'critical' ? 'critical' : `${gate.failOn} or worse`;
  return gate.state === 'failed' ? `${counted(gate.failingFindings, kind)} rated ${threshold}` : `no ${kind} rated ${threshold}`;
};

/** Why a partial scan is partial, as one sentence; empty for a full one. */
export const partialSentence = (report: ScanReport, summary: ReportSummary): string => {
  if (!summary.isPartial) return '';
  const engines = report.coverage.engines.filter((engine) => engine.state !== 'complete').map((engine) => engine.engine);
  const causes = [
    ...(summary.filesByState.failed > 0 ? [`${counted(summary.filesByState.failed, 'file')} could not be analysed`] : []),
    ...(engines.length > 0 ? [`${engines.length === 1 ? 'engine' : 'engines'} ${engines.join(', ')} did not complete`] : []),
  ];
  return `${causes.length > 0 ? causes.join(' and ') : 'part of the target was not analysed'}: findings may be missing.`;
};

/** The part of a rule's help that fits beside a finding: its last paragraph, where authors say what to do. */
export const shortHelp = (rule: Rule | undefined): string => {
  const paragraphs = (rule?.help ?? '')
    .split(/\n\s*\n/)
    .map((paragraph) => paragraph.replace(/\s+/g, ' ').trim())
    .filter((paragraph) => paragraph !== '');
  return paragraphs.at(-1) ?? '';
};

/** The characters of RFC 3986: a rule's link that needs others is malformed, and readers differ on what it means. */
const linkPattern = /^https?:\/\/(?:[\w.~:/?#@!$&'()*+,;=-]|%[0-9A-Fa-f]{2})+$/i;

/** A link is shown as one only when it cannot run anything, hide where it goes or carry credentials. */
export const safeLink = (url: string | undefined): string | undefined => {
  if (url === undefined || url.length > 2000 || !linkPattern.test(url) || !URL.canParse(url)) return undefined;
  const parsed = new URL(url);
  return parsed.username === '' && parsed.password === '' ? parsed.href : undefined;
};

export const cweNumber = (cwe: string): string | undefined => /^CWE-(\d{1,6})$/i.exec(cwe)?.[1];
