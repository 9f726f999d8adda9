import type { FindingKind } from './finding.ts';

/**
 * Suppressions that stand in the source itself:
 *
 * - `sightline:ignore [rule[,rule]] [-- reason]` on the finding's line, or alone on the line above it;
 * - `gitleaks:allow` on the finding's line, of secrets;
 * - `nosemgrep`, `nosem`, either with `: rule[, rule]`, on the finding's first line or alone on the line above it, of code.
 */
export interface InlineDirective {
  /** Rules it speaks of; empty means every rule. */
  readonly ruleIds: readonly string[];
  readonly reason: string;
  /** Kinds of finding it speaks of: what is said to one tool is not said to all. Absent: every kind. */
  readonly kinds?: readonly FindingKind[];
}

const directive = /sightline:ignore(?:[ \t]+(?!--)([\w.\-/]+(?:[ \t]*,[ \t]*[\w.\-/]+)*))?(?:[ \t]+--[ \t]*(.*))?/;
const unexplained = 'no reason given';
/** What may follow a reason on its line: the end of a block comment or of a tag. */
const commentEnd = /\s*(?:\*\/|-->|--}}|#}|%>)\s*$/;
/** Longest part of a line that is looked at, from its end: directives stand in trailing comments. */
const reachBytes = 2048;

const parseDirective = (line: string): InlineDirective | undefined => {
  const match = directive.exec(line);
  if (match === null) return undefined;
  const reason = (match[2] ?? '').replace(commentEnd, '').trim();
  return {
    ruleIds: match[1] === undefined ? [] : match[1].split(',').map((id) => id.trim()),
    reason: reason === '' ? unexplained : reason,
  };
};

/** The directive a line carries for findings on that same line. */
export const directiveOnLine = (line: string): InlineDirective | undefined => {
  const tail = line.length > reachBytes ? line.slice(-reachBytes) : line;
  return (
    parseDirective(tail) ?? (tail.includes('gitleaks:allow') ? { ruleIds: [], reason: 'gitleaks:allow', kinds: ['secret'] } : undefined)
  );
};

/** The directive of a line that holds nothing but a comment: it speaks for the line below. */
export const directiveForNextLine = (line: string): InlineDirective | undefined => {
  if (line.length > reachBytes || !/^\s*(?:\/\/|#|--|\/\*|\*|<!--|;|%|{{!--|{#|"""|'')/.test(line)) return undefined;
  return parseDirective(line);
};

/** As Semgrep reads it: a space before it, in any case, and what follows an id is a remark. */
const nosemgrep = / nosem(?:grep)?(?:[:=]\s?([^,\s].*))?/i;
const nosemgrepAlone = /^[^a-zA-Z0-9]* nosem/i;

/** Semgrep's directive for findings that begin on `line`; `previous` is the line above. */
export const nosemgrepDirective = (line: string, previous: string): InlineDirective | undefined => {
  const own = nosemgrep.exec(line.length > reachBytes ? line.slice(-reachBytes) : line);
  const found = own ?? (previous.length <= reachBytes && nosemgrepAlone.test(previous) ? nosemgrep.exec(previous) : null);
  if (found === null) return undefined;
  const ids = (found[1] ?? '').split(',').flatMap((text) => text.trim().split(/\s/, 1));
  return { ruleIds: ids.filter((id) => id !== ''), reason: 'nosemgrep', kinds: ['sast', 'iac'] };
};

/** Semgrep puts folders before the id of a rule, so that a comment may say more or less of it than the rule itself. */
const isSameRule = (written: string, ruleId: string): boolean =>
  written === ruleId || ruleId.endsWith(`.${written}`) || written.endsWith(`.${ruleId}`);

export const appliesTo = (found: InlineDirective, ruleId: string, kinds: readonly FindingKind[]): boolean =>
  (found.ruleIds.length === 0 || found.ruleIds.some((written) => isSameRule(written, ruleId))) &&
  (found.kinds === undefined || found.kinds.some((kind) => kinds.includes(kind)));
