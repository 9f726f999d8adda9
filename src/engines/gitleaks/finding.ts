import { createHmac } from 'node:crypto';
import type { FileLocation, Fingerprint, RawFinding, Snippet } from '../../domain/finding.ts';
import type { EngineSettings } from '../engine.ts';
import { collapse, maskSecrets, maskTokens } from './mask.ts';
import type { GitleaksEntry } from './report.ts';
import type { SourceText } from './source-text.ts';

/** Characters of a long line shown before and after a finding, and how many lines of a long one. */
const shownBefore = 30;
const shownAfter = 100;
const maxShownLines = 8;
const maxIdentityCharacters = 2000;
const neighbourCharacters = 200;

interface Span {
  readonly start: number;
  readonly end: number;
}

/**
 * Where the match stands, searched from the reported line on: gitleaks counts columns in bytes and differently on the first line than on
 * others. Undefined when the text is not there as such, which is so for what gitleaks decoded first.
 */
const findMatch = (source: SourceText, entry: GitleaksEntry): Span | undefined => {
  const line = Math.min(Math.max(entry.StartLine, 1), source.lineCount);
  const limit = source.lineStart(Math.min(Math.max(entry.EndLine, line) + 1, source.lineCount + 1));
  for (const wanted of [entry.Match, entry.Secret]) {
    // Lines of one text can hold the same match several times: the column, off by at most two, says which.
    const hint = source.lineStart(line) + Math.max(entry.StartColumn - 3, 0);
    for (const from of [hint, source.lineStart(line)]) {
      const start = wanted === '' ? -1 : source.text.indexOf(wanted, from);
      if (start !== -1 && start < limit) return { start, end: start + wanted.length };
    }
  }
  return undefined;
};

const locationOf = (source: SourceText, path: string, entry: GitleaksEntry, span: Span | undefined): FileLocation => {
  if (span === undefined) {
    const line = Math.min(Math.max(entry.StartLine, 1), source.lineCount);
    return {
      type: 'file',
      path,
      startLine: line,
      startColumn: 1,
      endLine: line,
      endColumn: source.lineEnd(line) - source.lineStart(line) + 1,
    };
  }
  const first = skipLineBreaks(source.text, span);
  const startLine = source.lineAt(first);
  const endLine = source.lineAt(Math.max(span.end - 1, first));
  return {
    type: 'file',
    path,
    startLine,
    startColumn: first - source.lineStart(startLine) + 1,
    endLine,
    endColumn: Math.min(span.end, source.lineEnd(endLine)) - source.lineStart(endLine) + 1,
  };
};

/** A pattern may begin with a line break; the finding begins after it. */
const skipLineBreaks = (text: string, span: Span): number => {
  let start = span.start;
  while (start < span.end - 1 && (text[start] === '\n' || text[start] === '\r')) start += 1;
  return start;
};

/** The secret that a cut at this place would split: half a secret is not masked. */
const splitBy = (text: string, cut: number, secrets: readonly string[]): Span | undefined => {
  for (const secret of secrets) {
    const from = Math.max(0, cut - secret.length + 1);
    const at = text.slice(from, cut + secret.length - 1).indexOf(secret);
    if (at !== -1) return { start: from + at, end: from + at + secret.length };
  }
  return undefined;
};

const snippetOf = (source: SourceText, location: FileLocation, span: Span, secrets: readonly string[]): Snippet => {
  const lines: string[] = [];
  for (let line = location.startLine; line <= location.endLine && lines.length < maxShownLines; line += 1) {
    const lineStart = source.lineStart(line);
    const wantedFrom = Math.max(lineStart, line === location.startLine ? span.start - shownBefore : lineStart);
    const wantedTo = Math.min(source.lineEnd(line), line === location.endLine ? span.end + shownAfter : lineStart + 4 * shownAfter);
    const from = wantedFrom === lineStart ? lineStart : Math.max(lineStart, splitBy(source.text, wantedFrom, secrets)?.start ?? wantedFrom);
    const to = Math.min(source.lineEnd(line), splitBy(source.text, wantedTo, secrets)?.end ?? wantedTo);
    lines.push(`${from > lineStart ? '…' : ''}${source.text.slice(from, to)}${to < source.lineEnd(line) ? '…' : ''}`);
  }
  return { startLine: location.startLine, lines: maskSecrets(lines.join('\n'), secrets).split('\n') };
};

/** The nearest lines that hold something, above and below, masked. */
const surroundingsOf = (source: SourceText, location: FileLocation, secrets: readonly string[]): string => {
  const nearest = (line: number, step: -1 | 1): string => {
    for (let at = line + step; at >= 1 && at <= source.lineCount && Math.abs(at - line) <= 5; at += step) {
      const text = collapse(
        source.text.slice(source.lineStart(at), Math.min(source.lineEnd(at), source.lineStart(at) + neighbourCharacters)),
      );
      if (text !== '') return maskTokens(maskSecrets(text, secrets));
    }
    return '';
  };
  return `${nearest(location.startLine, -1)}\n${nearest(location.endLine, 1)}`;
};

/** The same value for the same secret wherever it stands, and the same as the engine `secrets` gives (`engines/witnesses.test.ts`). */
const secretEvidence = (secret: string, hmacKey: EngineSettings['hmacKey']): Fingerprint => {
  const bytes = Buffer.from(secret, 'utf8');
  const value = createHmac('sha256', hmacKey.key).update('6:secret').update(`${bytes.length}:`).update(bytes).digest('hex');
  return { algorithm: 'secret-hmac/v1', keyId: hmacKey.id, value };
};

export interface FindingContext {
  readonly path: string;
  readonly ruleId: string;
  readonly source: SourceText;
  /** Secrets gitleaks found, here or in another file: none of them is shown. */
  readonly secrets: readonly string[];
  readonly hmacKey: EngineSettings['hmacKey'];
}

/** An entry of the report as a finding: the last place where the secret is known. */
export const findingOf = (entry: GitleaksEntry, { path, ruleId, source, secrets, hmacKey }: FindingContext): RawFinding => {
  const span = findMatch(source, entry);
  const location = locationOf(source, path, entry, span);
  const hidden = maskTokens(entry.Match.replaceAll(entry.Secret, () => '<secret>'));
  const isDecoded = entry.Tags?.some((tag) => tag.startsWith('decoded:')) === true;
  return {
    ruleId,
    location,
    message: `gitleaks found a secret here (its rule ${entry.RuleID}${isDecoded ? ', after decoding' : ''}).`,
    ...(span === undefined || isDecoded ? {} : { snippet: snippetOf(source, location, span, [entry.Secret, ...secrets]) }),
    identity: collapse(hidden).slice(0, maxIdentityCharacters),
    surroundings: surroundingsOf(source, location, secrets),
    evidence: [secretEvidence(entry.Secret, hmacKey)],
  };
};
