import type { Coverage } from './coverage.ts';
import type { Finding } from './finding.ts';
import type { Rule } from './rule.ts';
import type { GateThreshold } from './severity.ts';

/** What was scanned, as shown to people: never holds credentials. */
export interface TargetDescription {
  readonly kind: 'directory' | 'git' | 'archive';
  /** Path or URL. */
  readonly location: string;
  /** The branch, tag or commit asked for, or the default branch found. */
  readonly ref?: string;
  /** Full commit id where there is one. */
  readonly commit?: string;
}

export interface ScanInfo {
  readonly id: string;
  readonly target: TargetDescription;
  readonly mode: 'files' | 'history';
  /** The commit findings are compared with, for `--since`. */
  readonly since?: string;
  readonly startedAt: string;
  readonly finishedAt: string;
  readonly toolVersion: string;
  /** The command line, without values of secret settings. */
  readonly commandLine: readonly string[];
}

export interface Gate {
  readonly state: 'passed' | 'failed';
  readonly failOn: GateThreshold;
  /** Findings that count: not suppressed, not in the baseline, severe enough. */
  readonly failingFindings: number;
  readonly baseline: boolean;
  readonly allowPartial: boolean;
}

/** Everything a report shows. */
export interface ScanReport {
  readonly scan: ScanInfo;
  readonly gate: Gate;
  readonly coverage: Coverage;
  /** Worst first, then path, line, rule. Findings the baseline already knows are left out, see `gate.baseline`. */
  readonly findings: readonly Finding[];
  /** Every rule a finding names; sorted by engine and id. */
  readonly rules: readonly Rule[];
  /** Findings left out because the baseline knows them. */
  readonly unchangedCount: number;
  /** Things a person should know: expired suppressions, unused settings, old git. */
  readonly warnings: readonly string[];
}

/** 2 partial (unless allowed) wins over 1 gate failed, over 0. */
export const exitCodeOf = (report: Pick<ScanReport, 'gate' | 'coverage'>): 0 | 1 | 2 => {
  if (report.coverage.state === 'partial' && !report.gate.allowPartial) return 2;
  return report.gate.state === 'failed' ? 1 : 0;
};
