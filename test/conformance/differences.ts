/** One finding, of either program. */
export interface PlacedFinding {
  readonly ruleId: string;
  readonly path: string;
  /** Byte offsets in the file; `end` is exclusive. */
  readonly start: number;
  readonly end: number;
  /** 1-based; columns count bytes, as Semgrep's do. */
  readonly startLine: number;
  readonly startColumn: number;
  readonly endLine: number;
  readonly endColumn: number;
}

export type Difference =
  | { readonly kind: 'only_semgrep' | 'only_ours'; readonly finding: PlacedFinding }
  /** Both begin there; they end at different places. */
  | { readonly kind: 'other_end'; readonly finding: PlacedFinding; readonly ours: PlacedFinding };

export interface RuleDifferences {
  readonly ruleId: string;
  readonly same: number;
  readonly onlySemgrep: number;
  readonly onlyOurs: number;
  readonly otherEnd: number;
}

export interface Differences {
  readonly differences: readonly Difference[];
  /** Rules that found something; those with most differences first. */
  readonly rules: readonly RuleDifferences[];
}

const startKey = ({ ruleId, path, start }: PlacedFinding): string => `${ruleId}\0${path}\0${start}`;

const byPlace = (a: PlacedFinding, b: PlacedFinding): number =>
  a.path === b.path ? a.start - b.start || a.end - b.end : a.path < b.path ? -1 : 1;

/** Each place once: a program that says the same thing twice says one thing. */
const distinct = (findings: readonly PlacedFinding[]): readonly PlacedFinding[] =>
  [...new Map(findings.map((finding) => [`${startKey(finding)}\0${finding.end}`, finding])).values()].sort(byPlace);

export const compareFindings = (semgrep: readonly PlacedFinding[], ours: readonly PlacedFinding[]): Differences => {
  const differences: Difference[] = [];
  const rules = new Map<string, { same: number; onlySemgrep: number; onlyOurs: number; otherEnd: number }>();
  const countsOf = (ruleId: string) => {
    const known = rules.get(ruleId) ?? { same: 0, onlySemgrep: 0, onlyOurs: 0, otherEnd: 0 };
    rules.set(ruleId, known);
    return known;
  };
  const left = Map.groupBy(distinct(ours), startKey);
  const unmatched: PlacedFinding[] = [];
  for (const finding of distinct(semgrep)) {
    const there = left.get(startKey(finding)) ?? [];
    const at = there.findIndex(({ end }) => end === finding.end);
    if (at === -1) unmatched.push(finding);
    else {
      there.splice(at, 1);
      countsOf(finding.ruleId).same += 1;
    }
  }
  for (const finding of unmatched) {
    const other = left.get(startKey(finding))?.shift();
    if (other === undefined) {
      differences.push({ kind: 'only_semgrep', finding });
      countsOf(finding.ruleId).onlySemgrep += 1;
    } else {
      differences.push({ kind: 'other_end', finding, ours: other });
      countsOf(finding.ruleId).otherEnd += 1;
    }
  }
  for (const finding of [...left.values()].flat()) {
    differences.push({ kind: 'only_ours', finding });
    countsOf(finding.ruleId).onlyOurs += 1;
  }
  const weight = (rule: RuleDifferences): number => rule.onlySemgrep + rule.onlyOurs + rule.otherEnd;
  return {
    differences: differences.sort((a, b) => byPlace(a.finding, b.finding)),
    rules: [...rules]
      .map(([ruleId, counts]) => ({ ruleId, ...counts }))
      .sort((a, b) => weight(b) - weight(a) || (a.ruleId < b.ruleId ? -1 : 1)),
  };
};
