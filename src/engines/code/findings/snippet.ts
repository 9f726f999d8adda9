import type { Snippet } from '../../../domain/finding.ts';
import type { LinePlaces } from './line-places.ts';
import type { Masker } from './secret-texts.ts';

const maxLines = 12;
/** Characters shown of a long line, and how many of them before the match. */
const maxCharacters = 300;
const before = 40;

/** The match's lines, the first twelve of them; secrets masked, long lines cut around the match. */
export const snippetOf = (
  text: string,
  lines: LinePlaces,
  { startLine, startColumn, endLine }: { readonly startLine: number; readonly startColumn: number; readonly endLine: number },
  mask: Masker,
): Snippet => {
  const shown: string[] = [];
  for (let number = startLine; number <= endLine && shown.length < maxLines; number += 1) {
    const line = lines.line(number);
    if (line === undefined) break;
    const focus = number === startLine ? startColumn - 1 : 0;
    const from = line.end - line.start <= maxCharacters ? 0 : Math.max(0, focus - before);
    const to = Math.min(line.end, line.start + from + maxCharacters);
    const part = mask(text.slice(line.start + from, to)).toWellFormed();
    shown.push(`${from > 0 ? '…' : ''}${part}${to < line.end ? '…' : ''}`);
  }
  return { startLine, lines: shown };
};

/** What of the file a snippet can show of a match. */
export const shownRange = (
  lines: LinePlaces,
  start: number,
  end: number,
  startLine: number,
  endLine: number,
): { readonly start: number; readonly end: number } => {
  const first = lines.line(startLine);
  const last = lines.line(Math.min(endLine, startLine + maxLines - 1));
  return {
    start: Math.max(first?.start ?? start, start - maxCharacters),
    end: Math.min(last?.end ?? end, Math.max(end, start + maxCharacters)),
  };
};
