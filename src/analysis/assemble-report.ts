import { type BaselineEntry, findKnown } from '../domain/baseline.ts';
import { coverageState, type FileCoverage } from '../domain/coverage.ts';
import type { Finding } from '../domain/finding.ts';
import type { ProjectConfig } from '../domain/project-config.ts';
import type { Gate, ScanInfo, ScanReport } from '../domain/scan.ts';
import { atLeast, type GateThreshold } from '../domain/severity.ts';
import type { GitleaksIgnoreEntry } from '../domain/suppression.ts';
import { byImportance, normalise, ruleKey, type Witnessed } from './normalise.ts';
import type { EngineOutcome } from './outcome.ts';
import type { PreparedEngines } from './prepare-engines.ts';
import { createSuppressor } from './suppress.ts';

export interface ReportInputs {
  readonly scan: ScanInfo;
  readonly outcome: EngineOutcome;
  readonly engines: PreparedEngines;
  /** False for a part of a scan: other engines, with other rules, run elsewhere. */
  readonly isWhole: boolean;
  readonly config: ProjectConfig;
  readonly gitleaksIgnore: readonly GitleaksIgnoreEntry[];
  /** What the checkout and the settings left out. */
  readonly leftOut: readonly FileCoverage[];
  readonly failOn: GateThreshold;
  readonly allowPartial: boolean;
  readonly baseline?: readonly BaselineEntry[];
  /** Findings at the revision of `--since`: known as well. */
  readonly before?: readonly Witnessed[];
  readonly warnings: readonly string[];
  readonly nowMs: number;
}

const byPathAndEngine = (a: FileCoverage, b: FileCoverage): number =>
  a.path < b.path ? -1 : a.path > b.path ? 1 : (a.engine ?? '') < (b.engine ?? '') ? -1 : 1;

const gateOf = (findings: readonly Finding[], inputs: ReportInputs, compared: boolean): Gate => {
  const { failOn, allowPartial } = inputs;
  const failing = findings.filter((finding) => finding.suppression === undefined && failOn !== 'none' && atLeast(finding.severity, failOn));
  return { state: failing.length > 0 ? 'failed' : 'passed', failOn, failingFindings: failing.length, baseline: compared, allowPartial };
};

/** Rules that sightline.yaml names and no engine has: a slip of the pen that would go unseen. */
const unknownRules = (inputs: ReportInputs): string[] => {
  const ids = new Set([...inputs.engines.rules.values()].map((rule) => rule.id));
  const named = [...Object.keys(inputs.config.severities), ...inputs.config.suppressions.flatMap((entry) => entry.ruleId ?? [])];
  return [...new Set(named)].filter((id) => !ids.has(id)).map((id) => `sightline.yaml names the rule "${id}", which no active engine has`);
};

/** From what the engines saw to what people read: identity, suppressions, comparison, gate. */
export const assembleReport = (inputs: ReportInputs): ScanReport => {
  const options = { rules: inputs.engines.rules, severities: inputs.config.severities };
  const suppressor = createSuppressor({ configured: inputs.config.suppressions, gitleaksIgnore: inputs.gitleaksIgnore }, inputs.nowMs);
  const all = normalise(inputs.outcome.witnessed, options).map(({ finding, from }): Finding => {
    const suppression = suppressor.decide(finding, from.ignoredBecause);
    return suppression === undefined ? finding : { ...finding, suppression };
  });

  const known = [...(inputs.baseline ?? []), ...normalise(inputs.before ?? [], options).map(({ finding }) => finding)];
  const compared = inputs.baseline !== undefined || inputs.before !== undefined;
  const unchanged = compared ? findKnown(all, known) : new Set<Finding>();
  const findings = all
    .filter((finding) => !unchanged.has(finding))
    .map(
      (finding): Finding => ({
        ...finding,
        // Evidence under a key that ends with the scan served the comparison; nobody could check it later.
        fingerprints: finding.fingerprints.filter(({ keyId }) => keyId === undefined || keyId !== inputs.engines.ephemeralKeyId),
        ...(compared ? { baseline: 'new' } : {}),
      }),
    )
    .sort(byImportance);

  const used = new Set(findings.map((finding) => ruleKey(finding.engine, finding.ruleId)));
  const rules = [...inputs.engines.rules].filter(([key]) => used.has(key)).sort(([a], [b]) => (a < b ? -1 : 1));
  const files = [...inputs.outcome.files, ...inputs.leftOut].sort(byPathAndEngine);
  return {
    scan: inputs.scan,
    gate: gateOf(findings, inputs, compared),
    coverage: {
      state: coverageState(inputs.outcome.engines, files),
      engines: inputs.outcome.engines,
      files,
      ...(inputs.outcome.commits === undefined ? {} : { commits: inputs.outcome.commits }),
    },
    findings,
    rules: rules.map(([, rule]) => rule),
    unchangedCount: unchanged.size,
    warnings: [...inputs.warnings, ...(inputs.isWhole ? unknownRules(inputs) : []), ...suppressor.warnings],
  };
};
