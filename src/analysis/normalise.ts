import type { Finding, Fingerprint, RawFinding } from '../domain/finding.ts';
import { movedFingerprint, primaryFingerprint } from '../domain/fingerprint.ts';
import type { Rule } from '../domain/rule.ts';
import { type Severity, severityRank } from '../domain/severity.ts';

/** A raw finding with what the pipeline knows beside it. */
export interface Witnessed {
  readonly engine: string;
  readonly raw: RawFinding;
  readonly lineHash?: string;
  /** Reason of a directive in the source. */
  readonly ignoredBecause?: string;
}

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

const lineOf = (finding: Finding | RawFinding): number => (finding.location.type === 'file' ? finding.location.startLine : 0);
const columnOf = (finding: Finding | RawFinding): number => (finding.location.type === 'file' ? finding.location.startColumn : 0);

const byPosition = (a: Witnessed, b: Witnessed): number =>
  compareText(a.raw.location.path, b.raw.location.path) ||
  lineOf(a.raw) - lineOf(b.raw) ||
  columnOf(a.raw) - columnOf(b.raw) ||
  compareText(a.raw.ruleId, b.raw.ruleId) ||
  compareText(a.engine, b.engine);

/** Worst first, then where it stands. */
export const byImportance = (a: Finding, b: Finding): number =>
  severityRank(a.severity) - severityRank(b.severity) ||
  compareText(a.location.path, b.location.path) ||
  lineOf(a) - lineOf(b) ||
  columnOf(a) - columnOf(b) ||
  compareText(a.ruleId, b.ruleId) ||
  compareText(a.engine, b.engine);

export interface NormaliseOptions {
  readonly rules: ReadonlyMap<string, Rule>;
  readonly severities: Readonly<Record<string, Severity | 'off'>>;
}

/** Key of `rules`: ids are unique within an engine only. */
export const ruleKey = (engine: string, ruleId: string): string => `${engine} ${ruleId}`;

/**
 * Turns what engines reported into findings with an identity. Equal content in one file is told apart by its order, so that the
 * result does not depend on which worker answered first.
 * @throws TypeError when an engine reports a rule it did not declare.
 */
export const normalise = (
  witnessed: readonly Witnessed[],
  options: NormaliseOptions,
): { readonly finding: Finding; readonly from: Witnessed }[] => {
  const ordinals = new Map<string, number>();
  return [...witnessed].sort(byPosition).flatMap((from) => {
    const { raw, engine } = from;
    const rule = options.rules.get(ruleKey(engine, raw.ruleId));
    if (rule === undefined) throw new TypeError(`engine ${engine} reports the rule "${raw.ruleId}", which it does not declare`);
    const override = options.severities[rule.id];
    if (override === 'off') return [];
    const first = primaryFingerprint(raw, 0).value;
    const key = ruleKey(engine, first);
    const ordinal = ordinals.get(key) ?? 0;
    ordinals.set(key, ordinal + 1);
    const primary = primaryFingerprint(raw, ordinal);
    const fingerprints: Fingerprint[] = [
      primary,
      movedFingerprint(raw),
      ...(raw.evidence ?? []),
      ...(from.lineHash === undefined ? [] : [{ algorithm: 'primaryLocationLineHash', value: from.lineHash }]),
    ];
    const finding: Finding = {
      engine,
      ruleId: rule.id,
      kind: rule.kind,
      severity: override ?? raw.severity ?? rule.severity,
      confidence: raw.confidence ?? rule.confidence,
      cwe: rule.cwe,
      title: raw.title ?? rule.title,
      message: raw.message,
      location: raw.location,
      ...(raw.snippet === undefined ? {} : { snippet: raw.snippet }),
      id: primary.value,
      fingerprints,
      ...(raw.details === undefined ? {} : { details: raw.details }),
      ...(raw.fix === undefined ? {} : { fix: raw.fix }),
    };
    return [{ finding, from }];
  });
};
