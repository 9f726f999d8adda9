import type { Detection } from './detector.ts';
import type { RuleSpec } from './rule-spec.ts';

/** Unique secrets of one line that a generic rule's secret is looked for in. */
const maxComparedSecrets = 64;

const byPlace =
  (rules: readonly RuleSpec[]) =>
  (left: Detection, right: Detection): number =>
    left.start - right.start ||
    left.secretStart - right.secretStart ||
    left.end - right.end ||
    ((rules[left.rule]?.id ?? '') < (rules[right.rule]?.id ?? '') ? -1 : 1);

/** First byte of the line each detection starts in; detections are sorted by start. */
const lineStartsOf = (bytes: Buffer, detections: readonly Detection[]): readonly number[] => {
  let lineStart = 0;
  let nextBreak = bytes.indexOf(10);
  return detections.map(({ start }) => {
    while (nextBreak >= 0 && nextBreak < start) {
      lineStart = nextBreak + 1;
      nextBreak = bytes.indexOf(10, lineStart);
    }
    return lineStart;
  });
};

/**
 * One finding for one problem: the same rule and secret at the same place count once, and a generic rule gives way to a specific one
 * on its line whose secret holds what it found. Several specific rules may report the same secret.
 * @returns sorted by place, then rule
 */
export const withoutOverlaps = (bytes: Buffer, rules: readonly RuleSpec[], detections: readonly Detection[]): readonly Detection[] => {
  const sorted = [...detections].sort(byPlace(rules));
  const lines = lineStartsOf(bytes, sorted);
  const specific = new Map<number, Set<string>>();
  for (const [index, { rule, secret }] of sorted.entries()) {
    if (rules[rule]?.isGeneric !== false) continue;
    const line = lines[index] ?? 0;
    const secrets = specific.get(line) ?? new Set<string>();
    specific.set(line, secrets.add(secret));
  }
  const seen = new Set<string>();
  return sorted.filter((detection, index) => {
    const key = `${detection.rule} ${detection.secretStart} ${detection.secretEnd} ${detection.encoding === undefined ? '' : detection.secret}`;
    if (seen.has(key)) return false;
    seen.add(key);
    if (rules[detection.rule]?.isGeneric !== true) return true;
    const secrets = specific.get(lines[index] ?? 0);
    if (secrets === undefined) return true;
    if (secrets.has(detection.secret)) return false;
    return secrets.size > maxComparedSecrets || ![...secrets].some((secret) => secret.includes(detection.secret));
  });
};
