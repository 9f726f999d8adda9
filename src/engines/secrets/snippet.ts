import type { Snippet } from '../../domain/finding.ts';
import { lineEnd, type Position } from './line-index.ts';
import type { Redactor } from './redaction.ts';

const maxLines = 3;
/** Characters shown of a long line, and how many of them before the match. */
const maxCharacters = 200;
const before = 30;
/** Bytes of a line that are looked at, either side of the match. */
const reachBytes = 1200;

const cut = (text: string, focus: number): string => {
  if (text.length <= maxCharacters) return text;
  const from = Math.max(0, focus - before);
  const to = Math.min(text.length, from + maxCharacters);
  return `${from > 0 ? '…' : ''}${text.slice(from, to)}${to < text.length ? '…' : ''}`.toWellFormed();
};

/** The match's lines, at most three of them, every secret masked, long lines cut around the match. */
export const snippetOf = (bytes: Buffer, redactor: Redactor, start: Position, startOffset: number, endLine: number): Snippet => {
  const lines: string[] = [];
  let lineStart = start.lineStart;
  for (let line = start.line; line <= endLine && lines.length < maxLines; line += 1) {
    const focus = line === start.line ? startOffset : lineStart;
    const from = Math.max(lineStart, focus - reachBytes);
    const to = lineEnd(bytes, focus, reachBytes);
    const head = redactor.textBetween(from, focus);
    const text = (head + redactor.textBetween(focus, to)).replace(/\r$/, '').replace(/^\ufeff/, '');
    lines.push(from > lineStart && text.length <= maxCharacters ? `…${text}` : cut(text, head.length));
    lineStart = to + 1;
  }
  return { startLine: start.line, lines };
};
