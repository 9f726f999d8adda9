import { type Language, typedPrefix } from '../syntax/language.ts';
import { shapeCode } from '../syntax/shape.ts';
import { childrenOf, nodeFlag, type SyntaxTree } from '../syntax/tree.ts';
import { markPattern } from './pattern-marks.ts';
import { renderPattern, type ScannedPattern, scanPattern } from './pattern-scan.ts';
import type { PatternTree } from './pattern-tree.ts';

export type { Mark, PatternTree } from './pattern-tree.ts';

/** Reads text with the language's grammar; undefined when it gives up (too large, too slow). */
export type ParseText = (text: string) => SyntaxTree | undefined;

/** Parses spent on one pattern before it is called unreadable. */
const mostTries = 600;

/** A bound for what rules may hold: the longest patterns people write have some thousand characters. */
const longestPattern = 50_000;

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
  frame: Language['frames'][number],
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
  const roots = take === 'node' ? [node] : childrenOf(tree, node);
  if (roots.length === 0) return { score: otherReading };
  const marked = markPattern(tree, roots, frame.name, rendered, source);
  return 'lost' in marked ? { score: marked.lost } : { pattern: withoutStatement(marked, source) };
};

/** An expression without the end of a statement is meant wherever it stands, not only as a statement. */
const withoutStatement = (pattern: PatternTree, source: string): PatternTree => {
  const root = pattern.roots[0] ?? 0;
  const isBare =
    pattern.roots.length === 1 && pattern.tree.shape[root] === shapeCode.expression_statement && pattern.tree.last[root] !== root;
  return isBare && !/;\s*$/.test(source) ? { ...pattern, roots: [root + 1] } : pattern;
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
 * a pair) shows when it is parsed: beginning with the most usual ones, the form of one bracket after the other is changed as long as the
 * errors become fewer, in one frame after the other.
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
  let tries = 0;
  for (const frame of language.frames) {
    const chosen = scanned.choices.map(() => 0);
    const attempt = (): Attempt => {
      tries += 1;
      return attemptWith(scanned, chosen, frame, rewritten, parse);
    };
    let best = attempt();
    if ('pattern' in best) return best.pattern;
    for (let wasBetter = true; wasBetter; ) {
      wasBetter = false;
      for (const [choice, count] of scanned.choices.entries()) {
        const kept = chosen[choice] ?? 0;
        let bestForm = kept;
        for (let form = 0; form < count; form += 1) {
          if (form === kept) continue;
          if (tries >= mostTries) return { problem: `does not parse as ${language.id}: ${firstLine(source)}` };
          chosen[choice] = form;
          const next = attempt();
          if ('pattern' in next) return next.pattern;
          if (next.score < best.score) {
            best = next;
            bestForm = form;
            wasBetter = true;
          }
        }
        chosen[choice] = bestForm;
      }
    }
  }
  return { problem: `does not parse as ${language.id}: ${firstLine(source)}` };
};

const firstLine = (source: string): string => {
  const line = source.trim().split('\n', 1)[0] ?? '';
  return line.length > 80 ? `${line.slice(0, 80)}…` : line;
};
