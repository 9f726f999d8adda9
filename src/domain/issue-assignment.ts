import { type Evidence, holdsAnotherSecret, matchEvidence, sharesSecret } from './evidence.ts';
import type { FindingKind } from './finding.ts';
import { primaryAlgorithm } from './fingerprint.ts';

/** A finding as far as it decides which issue it belongs to. */
export interface ScannedFinding extends Evidence {
  readonly id: string;
  readonly engine: string;
  readonly kind: FindingKind;
  readonly path: string;
  /** Absent for packages and resources. */
  readonly startLine?: number;
  readonly endLine?: number;
  readonly startColumn?: number;
  readonly cwe: readonly string[];
  readonly cve: readonly string[];
  readonly packageName?: string;
}

/** What one engine has said of an issue so far. */
export interface KnownEvidence extends Evidence {
  readonly issueId: string;
  readonly engine: string;
}

/** Findings of one scan that are one problem: at most one of each engine. Without `issueId` it is a new issue. */
export interface IssueGroup<Item extends ScannedFinding> {
  readonly issueId?: string;
  readonly findings: readonly Item[];
}

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

const primaryOf = (finding: Evidence): string => finding.fingerprints.find((print) => print.algorithm === primaryAlgorithm)?.value ?? '';

/** A total order that speaks of content only: the primary fingerprint is unique within an engine's part of a scan. */
const byPlace = (a: ScannedFinding, b: ScannedFinding): number =>
  compareText(a.path, b.path) ||
  (a.startLine ?? 0) - (b.startLine ?? 0) ||
  (a.startColumn ?? 0) - (b.startColumn ?? 0) ||
  compareText(a.ruleId, b.ruleId) ||
  compareText(primaryOf(a), primaryOf(b));

const groupBy = <Item>(items: Iterable<Item>, keyOf: (item: Item) => string): Map<string, Item[]> => {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return groups;
};

interface OpenGroup<Item> {
  readonly issueId?: string;
  readonly findings: Item[];
}

const overlap = (a: ScannedFinding, b: ScannedFinding): boolean =>
  a.startLine !== undefined &&
  b.startLine !== undefined &&
  a.startLine <= (b.endLine ?? b.startLine) &&
  b.startLine <= (a.endLine ?? a.startLine);

const shareOne = (a: readonly string[], b: readonly string[]): boolean => a.some((value) => b.includes(value));

/**
 * Whether two engines speak of one problem, at the same path: strongest first. A package has no lines: there the advisory decides.
 */
const sameProblem: readonly ((a: ScannedFinding, b: ScannedFinding) => boolean)[] = [
  (a, b) => overlap(a, b) && sharesSecret(a, b),
  (a, b) => a.kind === b.kind && a.packageName !== undefined && a.packageName === b.packageName && shareOne(a.cve, b.cve),
  (a, b) => a.kind === b.kind && overlap(a, b) && shareOne(a.cwe, b.cwe) && !holdsAnotherSecret(a, b),
];

/** Comparisons within one path; where there would be more, as in a minified file, its findings stay apart. */
const maxComparisons = 1_000_000;

/**
 * Findings of one engine join groups of other engines that they alone, and to which they alone, are likely the same problem. `joinable` are
 * those without an issue of their own. Never two of one engine in a group; what is ambiguous stays apart.
 */
const join = <Item extends ScannedFinding>(joinable: readonly Item[], groups: ReadonlySet<OpenGroup<Item>>, engine: string): Item[] => {
  let left = joinable;
  for (const isSame of sameProblem) {
    const free = [...groups].filter((group) => !group.findings.some((member) => member.engine === engine));
    if (left.length * free.length > maxComparisons) break;
    const choices = left.map((finding) =>
      free.filter((group) => group.findings.some((member) => member.path === finding.path && isSame(finding, member))),
    );
    const claims = new Map<OpenGroup<Item>, number>();
    for (const group of choices.flat()) claims.set(group, (claims.get(group) ?? 0) + 1);
    left = left.filter((finding, index) => {
      const [group, ...others] = choices[index] ?? [];
      if (group === undefined || others.length > 0 || claims.get(group) !== 1) return true;
      group.findings.push(finding);
      return false;
    });
  }
  return [...left];
};

/**
 * Assigns each finding of a scan to exactly one issue, new or known. Each engine is matched against its own evidence first; what is left joins
 * what another engine reports at the same place in the same scan, as a further witness, and the rest is new. The order of the input changes
 * nothing: findings are taken by place, known issues by age (their ids sort by time).
 */
export const assignFindings = <Item extends ScannedFinding>(
  findings: readonly Item[],
  known: readonly KnownEvidence[],
): readonly IssueGroup<Item>[] => {
  const knownByEngine = groupBy(
    [...known].sort((a, b) => compareText(a.issueId, b.issueId)),
    (evidence) => evidence.engine,
  );
  const byIssue = new Map<string, OpenGroup<Item>>();
  const unmatched: { readonly engine: string; readonly findings: readonly Item[] }[] = [];
  const engines = [...groupBy(findings, (finding) => finding.engine)].sort(([a], [b]) => compareText(a, b));
  for (const [engine, ofEngine] of engines) {
    const sorted = ofEngine.sort(byPlace);
    const matches = matchEvidence(sorted, knownByEngine.get(engine) ?? [], { ambiguousMoves: 'single' });
    for (const [finding, { issueId }] of matches) {
      const group = byIssue.get(issueId);
      if (group === undefined) byIssue.set(issueId, { issueId, findings: [finding] });
      else group.findings.push(finding);
    }
    unmatched.push({ engine, findings: sorted.filter((finding) => !matches.has(finding)) });
  }

  const groups: OpenGroup<Item>[] = [...byIssue.values()];
  // A group is looked for at every path where it has a finding.
  const byPath = new Map<string, Set<OpenGroup<Item>>>();
  const place = (group: OpenGroup<Item>, finding: Item): void => {
    const there = byPath.get(finding.path);
    if (there === undefined) byPath.set(finding.path, new Set([group]));
    else there.add(group);
  };
  for (const group of groups) for (const finding of group.findings) place(group, finding);
  for (const { engine, findings: rest } of unmatched) {
    const alone = [...groupBy(rest, (finding) => finding.path)].flatMap(([path, here]) =>
      join(here, byPath.get(path) ?? new Set(), engine),
    );
    for (const finding of alone) {
      const group: OpenGroup<Item> = { findings: [finding] };
      groups.push(group);
      place(group, finding);
    }
  }
  return groups;
};
