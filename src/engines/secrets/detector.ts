import { type Allowlist, createAllowlist, type FileFacts, lazyTest } from './allowlist.ts';
import { createKeywordHits, dropHits, scanKeywords } from './automaton.ts';
import { shannonEntropy } from './entropy.ts';
import { createRuleMatcher, type OnMatch, type RawMatch, type RuleMatcher } from './rule-matcher.ts';
import type { AnalyserOptions, RuleSpec } from './rule-spec.ts';
import { createTextView, type TextView, textBetween } from './text-view.ts';

/** A match that passed every check. Offsets are of the file's bytes. */
export interface Detection {
  readonly rule: number;
  readonly start: number;
  readonly end: number;
  readonly secretStart: number;
  readonly secretEnd: number;
  /** The secret's bytes, a character each. */
  readonly secret: string;
  /** How the secret is written at the span, where it is not there in clear. */
  readonly encoding?: 'base64' | 'hexadecimal';
}

export interface DetectionResult {
  readonly detections: readonly Detection[];
  /** Rules about paths alone that this file's path matches. */
  readonly pathRules: readonly number[];
  /** A global allowlist takes the whole file out. */
  readonly isAllowed: boolean;
  /** There were more detections than are kept. */
  readonly isTruncated: boolean;
}

export interface Detector {
  readonly detect: (file: { readonly path: string; readonly commit: string | undefined }, bytes: Uint8Array) => DetectionResult;
  /** The same rules over a text that was decoded out of the file given to `detect` last. */
  readonly detectAgain: (bytes: Uint8Array) => readonly Detection[];
}

/** More findings than this in one file help nobody and cost memory. */
export const maxDetections = 10_000;
/** Bytes of a line either side of a match that allowlists about lines see. */
const lineReachBytes = 4096;
const batchBytes = 1024 * 1024;

interface CompiledRule {
  readonly spec: RuleSpec;
  readonly allowlists: readonly Allowlist[];
  readonly onMatch: OnMatch;
  matcher: RuleMatcher | undefined;
  isCompiled: boolean;
}

/** State of the file at hand. */
interface Current {
  facts: FileFacts;
  view: TextView;
  found: Detection[];
  /** Per rule: 0 not asked yet, 1 applies to the file, 2 does not. */
  applies: Uint8Array;
  isTruncated: boolean;
}

const trimmedNewlines = (text: string): { readonly from: number; readonly to: number } => {
  let from = 0;
  let to = text.length;
  while (from < to && text.charCodeAt(from) === 10) from += 1;
  while (to > from && text.charCodeAt(to - 1) === 10) to -= 1;
  return { from, to };
};

const chosenGroup = (spec: RuleSpec, groups: RawMatch['groups']): number => {
  if (spec.secretGroup > 0) return spec.secretGroup;
  const first = groups.findIndex((text, index) => index > 0 && text !== undefined && text !== '');
  return Math.max(first, 0);
};

const lineAround = (view: TextView, start: number, end: number): string => {
  const before = textBetween(view, start - lineReachBytes, start);
  const after = textBetween(view, end, end + lineReachBytes);
  const stop = after.indexOf('\n');
  return before.slice(before.lastIndexOf('\n') + 1) + textBetween(view, start, end) + (stop < 0 ? after : after.slice(0, stop));
};

/** Keyword → rules that have it. */
const rulesByKeyword = (rules: readonly RuleSpec[], keywords: readonly string[]): readonly (readonly number[])[] => {
  const lists = new Map<string, number[]>(keywords.map((keyword) => [keyword, []]));
  for (const [index, rule] of rules.entries()) for (const keyword of rule.keywords) lists.get(keyword)?.push(index);
  return keywords.map((keyword) => lists.get(keyword) ?? []);
};

/** Every keyword of the rules once; its place in the list is its number in the automaton. */
export const keywordsOf = (rules: readonly RuleSpec[]): readonly string[] => [...new Set(rules.flatMap((rule) => rule.keywords))];

export const createDetector = (options: AnalyserOptions): Detector => {
  const { automaton } = options;
  const keywordRules = rulesByKeyword(options.rules, keywordsOf(options.rules));
  const globalAllowlists = options.allowlists.map(createAllowlist);
  const pathTests = new Map<string, (text: string) => boolean>();
  const hits = createKeywordHits();
  const cursor = new Int32Array(1);
  const longestKeyword = Math.max(1, ...automaton.lengths);

  const factsOf = (path: string, commit: string | undefined): FileFacts => {
    const known = new Map<string, boolean>();
    const text = Buffer.from(path, 'utf8').toString('latin1');
    return {
      commit: commit?.toLowerCase(),
      pathMatches: (source) => {
        let result = known.get(source);
        if (result === undefined) {
          const test = pathTests.get(source) ?? lazyTest(source);
          pathTests.set(source, test);
          result = test(text);
          known.set(source, result);
        }
        return result;
      },
    };
  };

  const current: Current = {
    facts: factsOf('', undefined),
    view: createTextView(new Uint8Array()),
    found: [],
    applies: new Uint8Array(options.rules.length),
    isTruncated: false,
  };

  const isAllowed = (rule: CompiledRule, secret: string, match: string, start: number, end: number): boolean => {
    let line: string | undefined;
    const target = { secret, match, line: () => (line ??= lineAround(current.view, start, end)) };
    const allows = (allowlist: Allowlist): boolean => allowlist.allowsFinding(current.facts, target);
    return globalAllowlists.some(allows) || rule.allowlists.some(allows);
  };

  /** Checks of one match, in the order of gitleaks: secret group, entropy, global allowlists, the rule's own. */
  const consider = (index: number, raw: RawMatch): void => {
    const rule = rules[index];
    if (rule?.matcher === undefined || current.isTruncated) return;
    const whole = textBetween(current.view, raw.start, raw.end);
    const trim = trimmedNewlines(whole);
    const match = whole.slice(trim.from, trim.to);
    if (match === '') return;
    const group = chosenGroup(rule.spec, raw.groups);
    const captured = group === 0 ? '' : (raw.groups[group] ?? '');
    const secret = captured === '' ? match : captured;
    if (rule.spec.entropy > 0 && shannonEntropy(secret) <= rule.spec.entropy) return;
    const start = raw.start + trim.from;
    const end = raw.start + trim.to;
    if (isAllowed(rule, secret, match, start, end)) return;
    if (current.found.length >= maxDetections) {
      current.isTruncated = true;
      return;
    }
    const span = (captured === '' ? undefined : rule.matcher.groupSpan(current.view, raw, group)) ?? { start, end };
    const bytes = current.view.bytes;
    const copied = Buffer.from(bytes.buffer, bytes.byteOffset + span.start, span.end - span.start).toString('latin1');
    current.found.push({ rule: index, start, end, secretStart: span.start, secretEnd: span.end, secret: copied });
  };

  const rules: readonly CompiledRule[] = options.rules.map((spec, index) => ({
    spec,
    allowlists: spec.allowlists.map(createAllowlist),
    onMatch: (match) => consider(index, match),
    matcher: undefined,
    isCompiled: false,
  }));

  const reporting = [...rules.keys()].filter((index) => rules[index]?.spec.skipReport === false);
  /** Rules without keywords run over every file; those without an expression speak of its path. */
  const unprompted = reporting.filter((index) => rules[index]?.spec.keywords.length === 0 && rules[index].spec.regex !== undefined);
  const pathOnly = reporting.filter((index) => rules[index]?.spec.regex === undefined);

  const matcherOf = (rule: CompiledRule): RuleMatcher | undefined => {
    if (!rule.isCompiled) {
      rule.matcher = createRuleMatcher(rule.spec);
      rule.isCompiled = true;
    }
    return rule.matcher;
  };

  const appliesToFile = (index: number): boolean => {
    const known = current.applies[index];
    if (known !== 0) return known === 1;
    const rule = rules[index];
    const applies =
      rule !== undefined &&
      (rule.spec.path === undefined || current.facts.pathMatches(rule.spec.path)) &&
      !rule.allowlists.some((allowlist) => allowlist.allowsFile(current.facts));
    current.applies[index] = applies ? 1 : 2;
    if (applies) matcherOf(rule)?.reset();
    return applies;
  };

  const runHit = (start: number, keyword: number, pending: Set<number>): void => {
    for (const index of keywordRules[keyword] ?? []) {
      const rule = rules[index];
      if (rule === undefined || rule.spec.skipReport || !appliesToFile(index)) continue;
      if (rule.matcher === undefined) continue;
      if (rule.matcher.followsHits) rule.matcher.tryHit(current.view, start, rule.onMatch);
      else pending.add(index);
    }
  };

  /** Keywords and expressions take turns over a megabyte at a time, so that hits never pile up. */
  const runRules = (bytes: Uint8Array): void => {
    const pending = new Set<number>();
    hits.count = 0;
    cursor[0] = 0;
    for (let from = 0; from < bytes.length; from += batchBytes) {
      const to = Math.min(bytes.length, from + batchBytes);
      scanKeywords(automaton, bytes, from, to, cursor, hits);
      const isLast = to === bytes.length;
      let done = 0;
      while (done < hits.count && (isLast || (hits.starts[done] ?? 0) < to - longestKeyword)) {
        runHit(hits.starts[done] ?? 0, hits.keywords[done] ?? 0, pending);
        done += 1;
      }
      dropHits(hits, done);
    }
    for (const index of unprompted) pending.add(index);
    for (const index of pending) {
      const rule = rules[index];
      if (appliesToFile(index)) rule?.matcher?.runOverAll(current.view, rule.onMatch);
    }
  };

  /** Everything a rule finds in the file at hand, whether or not it reports by itself. */
  const allOf = (id: string): readonly Detection[] => {
    const index = options.rules.findIndex((spec) => spec.id === id);
    const rule = rules[index];
    const kept = current.found;
    current.found = [];
    if (rule !== undefined && appliesToFile(index)) {
      rule.matcher?.reset();
      rule.matcher?.runOverAll(current.view, rule.onMatch);
    }
    const result = current.found;
    current.found = kept;
    return result;
  };

  const dropIncomplete = (): void => {
    const composite = new Set(current.found.filter((one) => (rules[one.rule]?.spec.required.length ?? 0) > 0).map((one) => one.rule));
    if (composite.size === 0) return;
    const parts = new Map<string, readonly Detection[]>();
    for (const index of composite) for (const { id } of rules[index]?.spec.required ?? []) if (!parts.has(id)) parts.set(id, allOf(id));
    const bytes = current.view.bytes;
    current.found = current.found.filter((one) =>
      (rules[one.rule]?.spec.required ?? []).every((required) =>
        (parts.get(required.id) ?? []).some(
          (part) =>
            (required.withinLines === undefined || newlinesBetween(bytes, one.start, part.start) <= required.withinLines) &&
            (required.withinColumns === undefined ||
              Math.abs(columnOf(bytes, one.start) - columnOf(bytes, part.start)) <= required.withinColumns),
        ),
      ),
    );
  };

  const run = (bytes: Uint8Array): void => {
    current.view = createTextView(bytes);
    current.found = [];
    current.applies.fill(0);
    current.isTruncated = false;
    runRules(bytes);
    dropIncomplete();
  };

  return {
    detect: (file, bytes) => {
      current.facts = factsOf(file.path, file.commit);
      if (globalAllowlists.some((allowlist) => allowlist.allowsFile(current.facts)))
        return { detections: [], pathRules: [], isAllowed: true, isTruncated: false };
      run(bytes);
      const pathRules = pathOnly.filter(appliesToFile);
      return { detections: current.found, pathRules, isAllowed: false, isTruncated: current.isTruncated };
    },
    detectAgain: (bytes) => {
      run(bytes);
      return current.found;
    },
  };
};

const newlinesBetween = (bytes: Uint8Array, one: number, other: number): number => {
  const to = Math.max(one, other);
  let count = 0;
  for (let at = bytes.indexOf(10, Math.min(one, other)); at >= 0 && at < to; at = bytes.indexOf(10, at + 1)) count += 1;
  return count;
};

const columnOf = (bytes: Uint8Array, at: number): number => at - (at === 0 ? -1 : bytes.lastIndexOf(10, at - 1));
