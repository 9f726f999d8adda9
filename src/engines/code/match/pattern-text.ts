import { type Language, type PatternFrame, typedPrefix } from '../syntax/language.ts';
import { shapeCode } from '../syntax/shape.ts';
import { childrenOf, nodeFlag, type SyntaxTree } from '../syntax/tree.ts';
import { markPattern } from './pattern-marks.ts';
import { renderPattern, type ScannedPattern } from './pattern-pieces.ts';
import { scanPattern } from './pattern-scan.ts';
import type { PatternTree } from './pattern-tree.ts';

export type { Mark, PatternTree } from './pattern-tree.ts';

/** Reads text with the language's grammar; undefined when it gives up (too large, too slow). */
export type ParseText = (text: string) => SyntaxTree | undefined;

/** Texts parsed for one pattern before it is called unreadable. */
const mostTries = 200;

/** A bound for what rules may hold: the longest patterns people write have some thousand characters. */
const longestPattern = 20_000;

/** Error nodes, and how much of the text they cover: 0 is a clean parse, and less is closer to one. */
const errorScore = (tree: SyntaxTree): number => {
  if (!tree.hasErrors) return 0;
  let score = 1;
  for (let row = 0; row < tree.size; row += 1) {
    const flags = tree.flags[row] ?? 0;
    if ((flags & nodeFlag.error) !== 0) score += 1 + (tree.end[row] ?? 0) - (tree.start[row] ?? 0);
    else if ((flags & nodeFlag.missing) !== 0) score += 1;
  }
  return score;
};

/** More than any text's errors: the grammar reads it, but as something the frame is not for. */
const otherReading = 1_000_000;

type Attempt = { readonly pattern: PatternTree } | { readonly score: number };

const attemptWith = (
  scanned: ScannedPattern,
  chosen: readonly number[],
  frame: PatternFrame,
  source: string,
  parse: ParseText,
): Attempt => {
  const rendered = renderPattern(scanned, chosen, frame.before, frame.after);
  const tree = parse(rendered.text);
  if (tree === undefined) return { score: 2 * otherReading };
  const score = errorScore(tree);
  if (score > 0) return { score };
  const { node, take } = frame.pick(tree);
  if (node < 0) return { score: otherReading };
  const picked = take === 'node' ? [node] : childrenOf(tree, node);
  if (picked.length === 0) return { score: otherReading };
  const roots = /;\s*$/.test(source) ? picked : withoutStatement(tree, picked);
  const marked = markPattern(tree, roots, frame.name, rendered, source);
  return 'lost' in marked ? { score: marked.lost } : { pattern: marked };
};

/** An expression without the end of a statement is meant wherever it stands, not only as a statement. */
const withoutStatement = (tree: SyntaxTree, roots: readonly number[]): readonly number[] => {
  const root = roots[0] ?? 0;
  return roots.length === 1 && tree.shape[root] === shapeCode.expression_statement && tree.last[root] !== root ? [root + 1] : roots;
};

/** The source as it stands in a rule, without the indentation the YAML gave it. */
const dedent = (source: string): string => {
  const lines = source
    .replace(/\r\n?/g, '\n')
    .replace(/^\s*\n/, '')
    .trimEnd()
    .split('\n');
  const widths = lines.filter((line) => line.trim() !== '').map((line) => /^[ \t]*/.exec(line)?.[0].length ?? 0);
  const common = Math.min(...widths.slice(0, 1), ...widths);
  return lines.map((line) => line.slice(Number.isFinite(common) ? common : 0)).join('\n');
};

/**
 * Reads a pattern: text of the language with `$X`, `...` and the like in it. Which form a placeholder needs (a statement, a parameter,
 * a pair) shows when it is parsed. The usual forms are tried in every frame; then, in the frames that came nearest, the form of one
 * bracket after the other is changed.
 */
export const readPattern = (source: string, language: Language, parse: ParseText): PatternTree | { readonly problem: string } => {
  if (source.length > longestPattern) return { problem: `the pattern has ${source.length} characters, more than ${longestPattern}` };
  const written = dedent(source);
  if (written === '') return { problem: 'the pattern is empty' };
  const typed: { name: string; type: string }[] = [];
  const rewritten =
    language.rewritePattern?.(written, (name, type) => {
      typed.push({ name, type });
      return `${typedPrefix}${typed.length - 1}_`;
    }) ?? written;
  const scanned = scanPattern(rewritten, language, typed);
  // Frames that differ only in what they pick read the same text.
  const read = new Map<string, SyntaxTree | undefined>();
  const parseOnce = (text: string): SyntaxTree | undefined => {
    if (!read.has(text)) read.set(text, parse(text));
    return read.get(text);
  };
  const attemptIn = (frame: PatternFrame, chosen: readonly number[]): Attempt => attemptWith(scanned, chosen, frame, rewritten, parseOnce);
  const usual = scanned.choices.map(() => 0);
  const nearest: { readonly frame: PatternFrame; readonly score: number }[] = [];
  for (const frame of language.frames) {
    const first = attemptIn(frame, usual);
    if ('pattern' in first) return first.pattern;
    nearest.push({ frame, score: first.score });
  }
  nearest.sort((one, other) => one.score - other.score);
  for (const { frame, score } of nearest) {
    if (score >= otherReading) break;
    const found = searchForms(scanned, score, (chosen) => (read.size < mostTries ? attemptIn(frame, chosen) : { score: otherReading }));
    if (found !== undefined) return found;
  }
  return { problem: `does not parse as ${language.id}: ${firstLine(source)}` };
};

/** Changes one choice after the other, for as long as the errors become fewer. */
const searchForms = (
  scanned: ScannedPattern,
  firstScore: number,
  attempt: (chosen: readonly number[]) => Attempt,
): PatternTree | undefined => {
  const chosen = scanned.choices.map(() => 0);
  let score = firstScore;
  for (let wasBetter = true; wasBetter; ) {
    wasBetter = false;
    for (const [choice, count] of scanned.choices.entries()) {
      let best = chosen[choice] ?? 0;
      for (let form = 0; form < count; form += 1) {
        chosen[choice] = form;
        const next = attempt(chosen);
        if ('pattern' in next) return next.pattern;
        if (next.score >= score) continue;
        score = next.score;
        best = form;
        wasBetter = true;
      }
      chosen[choice] = best;
    }
  }
  return undefined;
};

const firstLine = (source: string): string => {
  const line = source.trim().split('\n', 1)[0] ?? '';
  return line.length > 80 ? `${line.slice(0, 80)}…` : line;
};
