import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { lstat, open, realpath, rename, rm } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';
import type { Finding, SuggestedFix } from '../domain/finding.ts';
import { throwIfAborted } from '../lib/abort.ts';
import { messageOf } from '../lib/errors.ts';

/** A finding whose file is, or would be, changed. */
export type FixedFinding = Finding & { readonly fix: SuggestedFix };

export interface FixOutcome {
  /** In the order of their files and places. */
  readonly applied: readonly FixedFinding[];
  readonly skipped: readonly { readonly finding: FixedFinding; readonly why: string }[];
}

export interface FixRequest {
  /** Absolute directory that was scanned: nothing outside it is touched. */
  readonly root: string;
  readonly findings: readonly Finding[];
  /** False: tells what would be done and does nothing. */
  readonly write: boolean;
  /** Ends the name of the temporary file beside each file that is changed. */
  readonly newId: () => string;
}

const byteOrderMark = '\ufeff';

/** Not suppressed, in a file as it is now. */
const isFixable = (finding: Finding): finding is FixedFinding =>
  finding.fix !== undefined &&
  finding.suppression === undefined &&
  finding.location.type === 'file' &&
  finding.location.commit === undefined;

const byPlace = ({ fix: a }: FixedFinding, { fix: b }: FixedFinding): number =>
  a.startLine - b.startLine || a.startColumn - b.startColumn || b.endLine - a.endLine || b.endColumn - a.endColumn;

const isSame = (a: SuggestedFix, b: SuggestedFix): boolean =>
  a.startLine === b.startLine &&
  a.startColumn === b.startColumn &&
  a.endLine === b.endLine &&
  a.endColumn === b.endColumn &&
  a.replacement === b.replacement;

/** Offsets of a fix in its text; undefined where the text has no such place. */
const createPlacer = (text: string): ((fix: SuggestedFix) => { readonly start: number; readonly end: number } | undefined) => {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  const offset = (line: number, column: number): number => (starts[line - 1] ?? Number.NaN) + column - 1;
  return (fix) => {
    const start = offset(fix.startLine, fix.startColumn);
    const end = offset(fix.endLine, fix.endColumn);
    return start >= 0 && start <= end && end <= text.length ? { start, end } : undefined;
  };
};

/** The text with every fix that fits: of those that overlap the first and longest, for the others speak of text that is gone. */
const fixText = (text: string, findings: readonly FixedFinding[]): FixOutcome & { readonly text: string } => {
  const placeOf = createPlacer(text);
  const applied: FixedFinding[] = [];
  const skipped: FixOutcome['skipped'][number][] = [];
  const pieces: string[] = [];
  let done = 0;
  for (const finding of findings.toSorted(byPlace)) {
    const { fix } = finding;
    const last = applied.at(-1);
    const place = placeOf(fix);
    if (last !== undefined && isSame(last.fix, fix)) applied.push(finding);
    else if (place === undefined) skipped.push({ finding, why: 'the file has no such place' });
    else if (last !== undefined && place.start < done) {
      skipped.push({ finding, why: `it overlaps the fix of ${last.ruleId} in line ${last.fix.startLine}` });
    } else {
      pieces.push(text.slice(done, place.start), fix.replacement);
      done = place.end;
      applied.push(finding);
    }
  }
  return { applied, skipped, text: pieces.join('') + text.slice(done) };
};

/** The file itself, reached without any link. @throws a reason, or a system error */
const openInside = async (root: string, path: string) => {
  const file = join(root, path);
  if (!file.startsWith(root + sep) || (await realpath(dirname(file))) !== dirname(file)) throw new Error('a link leads to it');
  const handle = await open(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  return { file, handle };
};

/** New content under the old name, at once: whoever reads the file sees one or the other. */
const replaceFile = async (file: string, text: string, mode: number, id: string): Promise<void> => {
  const temporary = `${file}.sightline-${id}`;
  const handle = await open(temporary, 'wx', mode);
  try {
    try {
      await handle.chmod(mode);
      await handle.writeFile(text, 'utf8');
      await handle.sync();
    } finally {
      await handle.close();
    }
    if (!(await lstat(file)).isFile()) throw new Error('it is no longer a regular file');
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
};

const fixFile = async (path: string, findings: readonly FixedFinding[], { root, write, newId }: FixRequest): Promise<FixOutcome> => {
  const allSkipped = (why: string): FixOutcome => ({ applied: [], skipped: findings.map((finding) => ({ finding, why })) });
  try {
    const { file, handle } = await openInside(root, path);
    let bytes: Buffer;
    let mode: number;
    try {
      const found = await handle.stat();
      if (!found.isFile()) return allSkipped('it is no longer a regular file');
      mode = found.mode & 0o7777;
      bytes = await handle.readFile();
    } finally {
      await handle.close();
    }
    const digest = createHash('sha256').update(bytes).digest('hex');
    if (findings.some(({ fix }) => fix.fileDigest !== digest)) return allSkipped('the file was changed since it was scanned');
    const whole = bytes.toString('utf8');
    const mark = whole.startsWith(byteOrderMark) ? byteOrderMark : '';
    const { text, applied, skipped } = fixText(whole.slice(mark.length), findings);
    if (write && applied.length > 0) await replaceFile(file, mark + text, mode, newId());
    return { applied, skipped };
  } catch (error) {
    return allSkipped(messageOf(error));
  }
};

/**
 * Makes the changes that findings suggest in a working tree. A file is changed as a whole or not at all, and only while it is the one that
 * was scanned. Whatever cannot be done is told and keeps nothing else from being done.
 * @throws the signal's reason, between two files
 */
export const applyFixes = async (request: FixRequest, { signal }: { readonly signal: AbortSignal }): Promise<FixOutcome> => {
  const root = await realpath(request.root);
  const applied: FixedFinding[] = [];
  const skipped: FixOutcome['skipped'][number][] = [];
  const byPath = Map.groupBy(request.findings.filter(isFixable), ({ location }) => location.path);
  for (const [path, findings] of [...byPath].sort(([a], [b]) => (a < b ? -1 : 1))) {
    throwIfAborted(signal);
    const outcome = await fixFile(path, findings, { ...request, root });
    applied.push(...outcome.applied);
    skipped.push(...outcome.skipped);
  }
  return { applied, skipped };
};
