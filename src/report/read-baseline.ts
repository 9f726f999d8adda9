import type { BaselineEntry } from '../domain/baseline.ts';
import type { Fingerprint } from '../domain/finding.ts';
import { AppError } from '../lib/errors.ts';
import { forTerminal } from '../lib/text-safety.ts';

export interface Baseline {
  readonly entries: readonly BaselineEntry[];
  /** What a person should know before trusting the comparison. */
  readonly warnings: readonly string[];
}

/** Beyond these a file is no report of a scan; they bound what a hostile file can make us keep. */
const maxTextLength = 512 * 1024 * 1024;
const maxFindings = 1_000_000;
const maxRuns = 1000;
const maxFingerprints = 32;
const maxValueLength = 1024;

const hint = 'Give a report that "sightline scan" wrote with -f json or -f sarif, or a SARIF 2.1.0 file of another tool.';
const invalid = (reason: string): AppError => new AppError('baseline_invalid', `the baseline cannot be used: ${reason}`, { hint });

type JsonObject = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is JsonObject => typeof value === 'object' && value !== null && !Array.isArray(value);

/** `name` is always one of ours, never one from the file. */
const field = (value: unknown, name: string): unknown => (isObject(value) ? value[name] : undefined);

const text = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' && value.length <= maxValueLength ? value : undefined;

const list = (value: unknown, what: string, limit: number): readonly unknown[] => {
  if (!Array.isArray(value)) throw invalid(`${what} is not a list`);
  if (value.length > limit) throw invalid(`${what} has ${value.length} entries, more than ${limit}`);
  return value;
};

const keyedAlgorithm = 'secret-hmac/v1';

/** Keyed evidence carries its key in the name (`secret-hmac/v1:<key id>`), as our SARIF writes it. */
const sarifFingerprint = (name: string, value: string): Fingerprint =>
  name.startsWith(`${keyedAlgorithm}:`)
    ? { algorithm: keyedAlgorithm, keyId: name.slice(keyedAlgorithm.length + 1), value }
    : { algorithm: name, value };

const sarifFingerprints = (result: unknown): readonly Fingerprint[] => {
  const found: Fingerprint[] = [];
  for (const property of ['fingerprints', 'partialFingerprints']) {
    const pairs = field(result, property);
    if (!isObject(pairs)) continue;
    for (const name of Object.keys(pairs)) {
      const value = text(pairs[name]);
      // Some tools write a placeholder to those who are not signed in; it is the same for every finding.
      if (text(name) === undefined || value === undefined || value === 'requires login') continue;
      if (found.length < maxFingerprints) found.push(sarifFingerprint(name, value));
    }
  }
  return found;
};

const sarifRuleId = (result: unknown, rules: unknown): string | undefined => {
  const named = text(field(result, 'ruleId')) ?? text(field(field(result, 'rule'), 'id'));
  if (named !== undefined) return named;
  const index = field(result, 'ruleIndex') ?? field(field(result, 'rule'), 'index');
  return Array.isArray(rules) && typeof index === 'number' ? text(field(rules[index], 'id')) : undefined;
};

/** Results that say a problem is not there, or no longer. */
const isAbsent = (result: unknown): boolean => {
  const kind = field(result, 'kind');
  return field(result, 'baselineState') === 'absent' || kind === 'pass' || kind === 'notApplicable';
};

const partialWarning = 'the baseline is a partial scan: problems it did not see will count as new';
const chainedWarning = (count: number): string =>
  `the baseline was itself made with a baseline and leaves out ${count} known findings: they will count as new; use the full report instead`;

const readSarif = (report: JsonObject): Baseline => {
  const warnings = new Set<string>();
  const entries: BaselineEntry[] = [];
  let seen = 0;
  for (const run of list(field(report, 'runs'), 'runs', maxRuns)) {
    if (!isObject(run)) throw invalid('a run is not an object');
    const invocations = field(run, 'invocations');
    if (Array.isArray(invocations) && invocations.some((invocation) => field(invocation, 'executionSuccessful') === false))
      warnings.add(partialWarning);
    const unchanged = field(field(field(run, 'properties'), 'sightline/gate'), 'unchangedFindings');
    if (typeof unchanged === 'number' && unchanged > 0) warnings.add(chainedWarning(unchanged));
    const results = field(run, 'results');
    // A run without results is one that did not happen.
    if (results === undefined || results === null) {
      warnings.add(partialWarning);
      continue;
    }
    const rules = field(field(field(run, 'tool'), 'driver'), 'rules');
    for (const result of list(results, 'results', maxFindings)) {
      if (isAbsent(result)) continue;
      seen += 1;
      const ruleId = sarifRuleId(result, rules);
      const fingerprints = sarifFingerprints(result);
      if (ruleId !== undefined && fingerprints.length > 0) entries.push({ ruleId, fingerprints });
    }
    if (entries.length > maxFindings) throw invalid(`it has more than ${maxFindings} results`);
  }
  return finish(entries, seen, warnings);
};

const jsonFingerprint = (value: unknown): Fingerprint | undefined => {
  const algorithm = text(field(value, 'algorithm'));
  const digest = text(field(value, 'value'));
  const keyId = text(field(value, 'key_id'));
  if (algorithm === undefined || digest === undefined) return undefined;
  return keyId === undefined ? { algorithm, value: digest } : { algorithm, keyId, value: digest };
};

const readJson = (report: JsonObject): Baseline => {
  const version = text(field(report, 'schema_version'));
  if (version === undefined || !/^1\.\d+$/.test(version))
    throw invalid(`its schema_version is ${version === undefined ? 'missing' : `"${forTerminal(version)}"`}, this version reads 1.x`);
  const warnings = new Set<string>();
  if (field(field(report, 'coverage'), 'state') !== 'full') warnings.add(partialWarning);
  const unchanged = field(field(report, 'gate'), 'unchanged_findings');
  if (typeof unchanged === 'number' && unchanged > 0) warnings.add(chainedWarning(unchanged));
  const findings = list(field(report, 'findings'), 'findings', maxFindings);
  const entries = findings.flatMap((finding): readonly BaselineEntry[] => {
    const ruleId = text(field(finding, 'rule_id'));
    const values = field(finding, 'fingerprints');
    if (ruleId === undefined || !Array.isArray(values)) return [];
    const fingerprints = values
      .slice(0, maxFingerprints)
      .map(jsonFingerprint)
      .filter((fingerprint) => fingerprint !== undefined);
    return fingerprints.length === 0 ? [] : [{ ruleId, fingerprints }];
  });
  return finish(entries, findings.length, warnings);
};

const finish = (entries: readonly BaselineEntry[], seen: number, warnings: ReadonlySet<string>): Baseline => {
  const unusable = seen - entries.length;
  const lost =
    unusable > 0 ? [`${unusable} of ${seen} findings of the baseline have no rule or no fingerprint and cannot be recognised`] : [];
  return { entries, warnings: [...warnings, ...lost] };
};

/**
 * The findings of an earlier report: our own JSON (schema 1.x) or SARIF 2.1.0 of any tool. Partial reports are taken, with a warning.
 *
 * @throws AppError `baseline_invalid` with the reason when the text is neither.
 */
export const readBaseline = (source: string): Baseline => {
  if (source.length > maxTextLength) throw invalid(`it is larger than ${maxTextLength / 1024 / 1024} MB`);
  const content = source.startsWith('\ufeff') ? source.slice(1) : source;
  if (content.trim() === '') throw invalid('it is empty');
  let report: unknown;
  try {
    report = JSON.parse(content);
  } catch {
    // The parser's own message quotes the text, which may be a secret when somebody names the wrong file.
    throw invalid('it is not JSON');
  }
  if (!isObject(report)) throw invalid('it is not a JSON object');
  if (Object.hasOwn(report, 'runs')) {
    const version = field(report, 'version');
    if (version !== '2.1.0')
      throw invalid(
        `it is SARIF ${typeof version === 'string' ? `"${forTerminal(version.slice(0, 40))}"` : 'without a version'}, not 2.1.0`,
      );
    return readSarif(report);
  }
  if (Object.hasOwn(report, 'schema_version')) return readJson(report);
  throw invalid('it has neither "schema_version" (our JSON) nor "runs" (SARIF)');
};
