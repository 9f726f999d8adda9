import type { Fingerprint } from './finding.ts';
import { isToolAlgorithm, movedAlgorithm, primaryAlgorithm } from './fingerprint.ts';

/** What a problem is recognised by. */
export interface Evidence {
  readonly ruleId: string;
  readonly fingerprints: readonly Fingerprint[];
}

export const secretAlgorithm = 'secret-hmac/v1';
const githubAlgorithm = 'primaryLocationLineHash';

const secretsOf = (evidence: Evidence): Fingerprint[] => evidence.fingerprints.filter((print) => print.algorithm === secretAlgorithm);

/** True when both sides know the same secret under the same key. */
export const sharesSecret = (a: Evidence, b: Evidence): boolean => {
  const right = secretsOf(b);
  return (
    right.length > 0 && secretsOf(a).some((print) => right.some((other) => other.keyId === print.keyId && other.value === print.value))
  );
};

/** True when both sides know the secret under the same key and the values differ: another secret in the same place is a new problem. */
export const holdsAnotherSecret = (a: Evidence, b: Evidence): boolean => {
  const right = secretsOf(b);
  return right.length > 0 && secretsOf(a).some((print) => right.some((other) => other.keyId === print.keyId)) && !sharesSecret(a, b);
};

interface Pass {
  /** Keys of evidence; two that share one may be the same problem. */
  readonly keys: (evidence: Evidence) => readonly string[];
  /**
   * What a key decides that several share: `first` gives each finding the first of the known that is still free, `twins` only where both
   * sides are as many, `single` only where either side is alone.
   */
  readonly ambiguous: 'first' | 'twins' | 'single';
}

const keyed = (evidence: Evidence, isWanted: (algorithm: string) => boolean, prefix: string): string[] =>
  evidence.fingerprints
    .filter((print) => isWanted(print.algorithm))
    .map((print) => `${prefix}${print.algorithm}:${print.keyId ?? ''}:${print.value}`);

const toolKeys = (evidence: Evidence): string[] => keyed(evidence, isToolAlgorithm, `${evidence.ruleId} `);

/** Strongest first. Ambiguity in the weak passes means new, never merged. */
const passes = (ambiguousMoves: 'twins' | 'single'): readonly Pass[] => [
  // What a tool says of its own results; where it says the same of several, the content tells them apart before their order does.
  { keys: toolKeys, ambiguous: 'single' },
  { keys: (evidence) => keyed(evidence, (algorithm) => algorithm === primaryAlgorithm, ''), ambiguous: 'first' },
  { keys: (evidence) => keyed(evidence, (algorithm) => algorithm === secretAlgorithm, `${evidence.ruleId} `), ambiguous: 'first' },
  { keys: toolKeys, ambiguous: 'first' },
  { keys: (evidence) => keyed(evidence, (algorithm) => algorithm === movedAlgorithm, ''), ambiguous: ambiguousMoves },
  // Reports of other tools may carry only GitHub's hash; ours always have a stronger one.
  {
    keys: (evidence) => keyed(evidence, (algorithm) => algorithm === githubAlgorithm, `${evidence.ruleId} `),
    ambiguous: ambiguousMoves,
  },
];

const groupByKey = <Item extends Evidence>(items: Iterable<Item>, pass: Pass): Map<string, Item[]> => {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    for (const key of new Set(pass.keys(item))) {
      const group = groups.get(key);
      if (group === undefined) groups.set(key, [item]);
      else group.push(item);
    }
  }
  return groups;
};

const decides = (pass: Pass, findings: number, known: number): boolean => {
  switch (pass.ambiguous) {
    case 'first':
      return true;
    case 'twins':
      return findings === known;
    case 'single':
      return findings === 1 && known === 1;
  }
};

/** Known ones with another secret that are passed over for one finding before it counts as new: bounds hostile evidence. */
const maxRefusals = 1000;

/**
 * Which known problem each finding is; those that are missing from the answer are new. One-to-one: each known problem explains one finding at
 * most, so a second copy of it is new. Where several would do, the order of both lists decides.
 */
export const matchEvidence = <Item extends Evidence, Known extends Evidence>(
  findings: readonly Item[],
  known: readonly Known[],
  options: { readonly ambiguousMoves: 'twins' | 'single' },
): ReadonlyMap<Item, Known> => {
  const matches = new Map<Item, Known>();
  const open = new Set(known);
  for (const pass of passes(options.ambiguousMoves)) {
    const unmatched = findings.filter((finding) => !matches.has(finding));
    if (unmatched.length === 0 || open.size === 0) break;
    const knownByKey = groupByKey(open, pass);
    for (const [key, candidates] of groupByKey(unmatched, pass)) {
      const entries = knownByKey.get(key);
      if (entries === undefined || !decides(pass, candidates.length, entries.length)) continue;
      let from = 0;
      for (const finding of candidates) {
        if (matches.has(finding)) continue;
        while (from < entries.length && !open.has(entries[from] as Known)) from += 1;
        const entry = entries
          .slice(from, from + maxRefusals)
          .find((candidate) => open.has(candidate) && !holdsAnotherSecret(finding, candidate));
        if (entry === undefined) continue;
        matches.set(finding, entry);
        open.delete(entry);
      }
    }
  }
  return matches;
};
