import type { Fingerprint } from './finding.ts';
import { movedAlgorithm, primaryAlgorithm } from './fingerprint.ts';

/** A finding of an earlier report, as far as it is needed to recognise it. */
export interface BaselineEntry {
  readonly ruleId: string;
  readonly fingerprints: readonly Fingerprint[];
}

const secretAlgorithm = 'secret-hmac/v1';
const githubAlgorithm = 'primaryLocationLineHash';

const valuesOf = (entry: BaselineEntry, algorithm: string): string[] =>
  entry.fingerprints.filter((print) => print.algorithm === algorithm).map((print) => `${print.keyId ?? ''}:${print.value}`);

/** True when both sides know the secret under the same key and the values differ: another secret in the same place is a new problem. */
const holdsAnotherSecret = (a: BaselineEntry, b: BaselineEntry): boolean => {
  const left = a.fingerprints.filter((print) => print.algorithm === secretAlgorithm);
  const right = b.fingerprints.filter((print) => print.algorithm === secretAlgorithm);
  const comparable = left.some((print) => right.some((other) => other.keyId === print.keyId));
  return comparable && !left.some((print) => right.some((other) => other.keyId === print.keyId && other.value === print.value));
};

interface Pass {
  /** Keys of an entry; entries that share one may be the same problem. */
  readonly keys: (entry: BaselineEntry) => readonly string[];
  /** False: a key shared by several candidates on either side decides nothing. */
  readonly ambiguous: 'first' | 'none';
}

/** Strongest evidence first. Ambiguity in the weak passes means new, never merged. */
const passes: readonly Pass[] = [
  { keys: (entry) => valuesOf(entry, primaryAlgorithm), ambiguous: 'first' },
  { keys: (entry) => valuesOf(entry, secretAlgorithm).map((value) => `${entry.ruleId} ${value}`), ambiguous: 'first' },
  { keys: (entry) => valuesOf(entry, movedAlgorithm), ambiguous: 'none' },
  {
    // Reports of other tools carry only GitHub's hash; ours always have a stronger one.
    keys: (entry) => valuesOf(entry, githubAlgorithm).map((value) => `${entry.ruleId} ${value}`),
    ambiguous: 'none',
  },
];

const groupByKey = <Item extends BaselineEntry>(items: Iterable<Item>, pass: Pass): Map<string, Item[]> => {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    for (const key of pass.keys(item)) {
      const group = groups.get(key);
      if (group === undefined) groups.set(key, [item]);
      else group.push(item);
    }
  }
  return groups;
};

/**
 * The findings that a baseline already knows. One-to-one: each entry explains one finding at most, so a second copy of a known
 * problem is new.
 */
export const findKnown = <Item extends BaselineEntry>(findings: readonly Item[], baseline: readonly BaselineEntry[]): ReadonlySet<Item> => {
  const known = new Set<Item>();
  const open = new Set(baseline);
  for (const pass of passes) {
    const byKey = groupByKey(open, pass);
    const rivals = groupByKey(
      findings.filter((finding) => !known.has(finding)),
      pass,
    );
    for (const [key, candidates] of rivals) {
      const entries = byKey.get(key);
      if (entries === undefined) continue;
      if (pass.ambiguous === 'none' && candidates.length !== entries.length) continue;
      for (const finding of candidates) {
        if (known.has(finding)) continue;
        const entry = entries.find((candidate) => open.has(candidate) && !holdsAnotherSecret(finding, candidate));
        if (entry === undefined) continue;
        known.add(finding);
        open.delete(entry);
      }
    }
  }
  return known;
};
