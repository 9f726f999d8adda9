import type { CommitRef } from '../domain/finding.ts';

/** The lines one commit added to one file. */
export interface AddedLines {
  readonly commit: CommitRef;
  readonly path: string;
  /** The lines, joined; hunks are parted by an empty line. */
  readonly bytes: Uint8Array;
  /** For each hunk: its first line within `bytes` and the number that line has in the file, both from 1, ascending. */
  readonly hunks: readonly { readonly firstLine: number; readonly fileLine: number }[];
}

/** Format of `git log` that {@link createLogParser} reads: fields parted by NUL, which no diff line starts with. */
export const logFormat = '%x00%H%x00%an%x00%aI%x00%s' as const;

export interface LogParserOptions {
  /** A piece that grows beyond this is handed on, and the rest of the file's lines follow as another. */
  readonly pieceBytes: number;
  /** Lines longer than this are left out; `onLongLine` is told. */
  readonly lineBytes: number;
  readonly onLongLine: (path: string, commit: CommitRef) => void;
  readonly onCommit: () => void;
}

const newline = 10;
const plus = 43;
const minus = 45;
const space = 32;
const at = 64;
const nul = 0;
const backslash = 92;

/** Every line of a hunk starts with one of these, and no header that may follow it does. */
const isHunkLine = (line: Buffer): boolean => line[0] === plus || line[0] === minus || line[0] === space || line[0] === backslash;
const startsWithText = (line: Buffer, text: string): boolean =>
  line.length >= text.length && line.toString('latin1', 0, text.length) === text;

const escapes: Readonly<Record<string, number>> = { a: 7, b: 8, t: 9, n: 10, v: 11, f: 12, r: 13, '"': 34, '\\': 92 };

/** Undoes git's C-style quoting of a path. */
const unquote = (quoted: string): Buffer => {
  const bytes: number[] = [];
  for (let index = 1; index < quoted.length - 1; index += 1) {
    if (quoted[index] !== '\\') {
      bytes.push(quoted.charCodeAt(index));
      continue;
    }
    const octal = /^[0-3][0-7]{2}/.exec(quoted.slice(index + 1, index + 4));
    if (octal === null) bytes.push(escapes[quoted[++index] ?? ''] ?? 63);
    else {
      bytes.push(Number.parseInt(octal[0], 8));
      index += 3;
    }
  }
  return Buffer.from(bytes);
};

/** Path of a `+++ ` line without its `b/`; undefined for a removed file. */
const pathOf = (line: Buffer): string | undefined => {
  const text = line.toString('latin1', 4).replace(/\t$/, '');
  const name = text.startsWith('"') ? unquote(text) : Buffer.from(text, 'latin1');
  return name.toString('latin1', 0, 2) === 'b/' ? name.toString('utf8', 2) : undefined;
};

interface Hunk {
  /** Columns before each line, one a parent. */
  readonly parents: number;
  readonly fileLine: number;
}

/** Of the header only the start of the result is used: git itself prints wrong counts in some combined diffs. */
const parseHunk = (line: Buffer): Hunk | undefined => {
  const header = /^(@@+) (?:-\d+(?:,\d+)? )+\+(\d+)(?:,\d+)? @@/.exec(line.toString('latin1', 0, 400));
  return header === null ? undefined : { parents: (header[1] ?? '').length - 1, fileLine: Number(header[2]) };
};

const parseCommit = (line: Buffer): CommitRef => {
  const [, sha = '', author = '', authoredAt = '', subject = ''] = line.toString('utf8').split('\0');
  return { sha, author, authoredAt, subject };
};

/**
 * Reads the output of `git log -p` with {@link logFormat} piece by piece and hands on what each commit added. What a commit
 * contains stands behind the columns of its hunk, so nothing in it can pass for a header. Combined diffs of merges give the lines that no
 * parent has.
 */
export const createLogParser = (
  options: LogParserOptions,
): { readonly push: (chunk: Buffer) => AddedLines[]; readonly end: () => AddedLines[] } => {
  let carry: Buffer[] = [];
  let carryBytes = 0;
  let commit: CommitRef | undefined;
  let path: string | undefined;
  let hunk: Hunk | undefined;
  let lines: Buffer[] = [];
  let lineBytes = 0;
  let hunks: { firstLine: number; fileLine: number }[] = [];
  let nextFileLine = 1;
  let ready: AddedLines[] = [];

  const flush = (): void => {
    if (commit !== undefined && path !== undefined && lines.length > 0) {
      const bytes = Buffer.allocUnsafeSlow(lineBytes);
      let offset = 0;
      for (const line of lines) {
        line.copy(bytes, offset);
        bytes[offset + line.length] = newline;
        offset += line.length + 1;
      }
      ready.push({ commit, path, bytes, hunks });
    }
    lines = [];
    lineBytes = 0;
    hunks = [];
  };

  const openHunk = (fileLine: number): void => {
    if (lines.length > 0) {
      lines.push(Buffer.alloc(0));
      lineBytes += 1;
    }
    hunks.push({ firstLine: lines.length + 1, fileLine });
    nextFileLine = fileLine;
  };

  const addLine = (line: Buffer): void => {
    const last = hunks.at(-1);
    // Lines of a merge that a parent has stand between those that none has.
    if (last === undefined || last.fileLine + lines.length + 1 - last.firstLine !== nextFileLine) openHunk(nextFileLine);
    lines.push(line);
    lineBytes += line.length + 1;
    if (lineBytes < options.pieceBytes) return;
    flush();
    hunks.push({ firstLine: 1, fileLine: nextFileLine + 1 });
  };

  /** One line of a hunk; its first columns say which parents have it. */
  const takeHunkLine = (parents: number, line: Buffer): void => {
    if (line[0] === backslash) return;
    let added = true;
    for (let column = 0; column < parents; column += 1) {
      if (line[column] === minus) return;
      if (line[column] !== plus) added = false;
    }
    if (added) addLine(line.subarray(parents));
    nextFileLine += 1;
  };

  const takeHeaderLine = (line: Buffer): void => {
    if (line[0] === nul) {
      flush();
      commit = parseCommit(line);
      path = undefined;
      options.onCommit();
    } else if (startsWithText(line, 'diff --')) {
      flush();
      path = undefined;
    } else if (startsWithText(line, '+++ ')) {
      path = pathOf(line);
    } else if (line[0] === at) {
      const parsed = parseHunk(line);
      if (parsed === undefined) return;
      hunk = parsed;
      openHunk(parsed.fileLine);
    }
  };

  const takeLine = (line: Buffer, cut: boolean): void => {
    if (cut && path !== undefined && commit !== undefined) options.onLongLine(path, commit);
    if (hunk !== undefined && isHunkLine(line)) takeHunkLine(hunk.parents, cut ? line.subarray(0, hunk.parents) : line);
    else {
      hunk = undefined;
      takeHeaderLine(line);
    }
  };

  const collect = (): AddedLines[] => {
    const done = ready;
    ready = [];
    return done;
  };

  /** Keeps what a line has so far; beyond the limit only its length. */
  const keep = (piece: Buffer): void => {
    if (carryBytes < options.lineBytes) carry.push(Buffer.from(piece));
    carryBytes += piece.length;
  };

  return {
    push: (chunk) => {
      let start = 0;
      for (let end = chunk.indexOf(newline); end >= 0; end = chunk.indexOf(newline, start)) {
        const piece = chunk.subarray(start, end);
        start = end + 1;
        if (carryBytes === 0) takeLine(piece, piece.length > options.lineBytes);
        else {
          keep(piece);
          const cut = carryBytes > options.lineBytes;
          const line = Buffer.concat(carry);
          carry = [];
          carryBytes = 0;
          takeLine(line, cut);
        }
      }
      if (start < chunk.length) keep(chunk.subarray(start));
      return collect();
    },
    end: () => {
      if (carryBytes > 0) takeLine(Buffer.concat(carry), carryBytes > options.lineBytes);
      flush();
      return collect();
    },
  };
};
