/**
 * Suppressions that stand in the source itself:
 *
 * - `sightline:ignore [rule[,rule]] [-- reason]` on the finding's line, or alone on the line above it;
 * - `gitleaks:allow` on the finding's line.
 */
export interface InlineDirective {
  /** Rules it speaks of; empty means every rule. */
  readonly ruleIds: readonly string[];
  readonly reason: string;
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
  return parseDirective(tail) ?? (tail.includes('gitleaks:allow') ? { ruleIds: [], reason: 'gitleaks:allow' } : undefined);
};

/** The directive of a line that holds nothing but a comment: it speaks for the line below. */
export const directiveForNextLine = (line: string): InlineDirective | undefined => {
  if (line.length > reachBytes || !/^\s*(?:\/\/|#|--|\/\*|\*|<!--|;|%|{{!--|{#|"""|'')/.test(line)) return undefined;
  return parseDirective(line);
};

export const appliesTo = (found: InlineDirective, ruleId: string): boolean => found.ruleIds.length === 0 || found.ruleIds.includes(ruleId);
