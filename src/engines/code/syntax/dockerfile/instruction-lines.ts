/** One instruction with all the lines it goes over. */
export interface InstructionLine {
  readonly start: number;
  /** Of what was written in the instruction itself, exclusive; blanks at the end are not part of it. */
  readonly end: number;
  /** Past the last here-document that belongs to it; `end` where there is none. */
  readonly bodyEnd: number;
}

export interface DockerfileLines {
  /**
   * The file with blanks in place of comments and of the signs and line ends that continue a line: every offset is the file's, and an
   * instruction is one line.
   */
  readonly code: string;
  readonly instructions: readonly InstructionLine[];
  readonly comments: readonly { readonly start: number; readonly end: number }[];
}

const directive = /^#\s*escape\s*=\s*(\S)\s*$/i;
const anyDirective = /^#\s*\w+\s*=/;
const hereDocument = /<<(-?)\s*(["']?)([A-Za-z_]\w*)\2/g;
const takesHereDocuments = /^(?:onbuild\s+)?(?:run|copy|add)\b/i;

/** Text before a comment at the end of a line. It is told from a `#` in a string by the quotes after it: there are none. */
const withoutComment = (line: string): string => {
  const unquoted = Math.max(line.lastIndexOf('"'), line.lastIndexOf("'"), line.lastIndexOf('`')) + 1;
  const found = line.slice(unquoted).search(/\s#/);
  return found < 0 ? line : line.slice(0, unquoted + found);
};

/** Each is looked for to the end of the file. */
const mostHereDocuments = 16;

const blanks = (covered: string): string => ' '.repeat(covered.length);

/** `# escape=` in the directives at the top of the file says what continues a line. */
const escapeOf = (lines: readonly string[]): string => {
  for (const line of lines) {
    if (!anyDirective.test(line)) break;
    const found = directive.exec(line.trimEnd());
    if (found?.[1] === '`') return '`';
  }
  return '\\';
};

/** The row of the line after the here-documents that this instruction opens. */
const afterHereDocuments = (instruction: string, lines: readonly string[], from: number): number => {
  if (!takesHereDocuments.test(instruction)) return from;
  let row = from;
  for (const [, dash, , name] of [...instruction.matchAll(hereDocument)].slice(0, mostHereDocuments)) {
    const isEnd = (line: string): boolean => (dash === '-' ? line.replace(/^\t+/, '') : line).trimEnd() === name;
    let at = row;
    while (at < lines.length && !isEnd(lines[at] ?? '')) at++;
    // One that is never closed is none.
    if (at < lines.length) row = at + 1;
  }
  return row;
};

export const readInstructionLines = (text: string): DockerfileLines => {
  const lines = text.split('\n');
  const escape = escapeOf(lines);
  const code: string[] = [];
  const instructions: InstructionLine[] = [];
  const comments: { start: number; end: number }[] = [];
  let offset = 0;
  /** Where the instruction under way began, and its end so far; -1 between instructions. */
  let start = -1;
  let end = -1;
  let firstRow = 0;
  let row = 0;
  const take = (replacement: string): void => {
    const line = lines[row] ?? '';
    code.push(replacement);
    offset += line.length + 1;
    row++;
  };
  const finish = (): void => {
    if (start < 0 || end < start) {
      start = -1;
      return;
    }
    const instruction = code.slice(firstRow, row).join('\n').trimStart();
    const next = afterHereDocuments(instruction, lines, row);
    let bodyEnd = end;
    while (row < next) {
      bodyEnd = offset + (lines[row] ?? '').length;
      take(blanks(lines[row] ?? ''));
    }
    instructions.push({ start, end, bodyEnd });
    start = -1;
  };
  while (row < lines.length) {
    const line = lines[row] ?? '';
    const trimmed = line.trim();
    if (trimmed.startsWith('#')) {
      comments.push({ start: offset + line.indexOf('#'), end: offset + line.trimEnd().length });
      take(blanks(line));
      continue;
    }
    if (trimmed === '') {
      take(blanks(line));
      continue;
    }
    if (start < 0) {
      start = offset + (line.length - line.trimStart().length);
      firstRow = row;
    }
    const content = line.trimEnd();
    const isContinued = content.endsWith(escape);
    const kept = withoutComment(isContinued ? content.slice(0, -1) : content);
    if (kept.trim() !== '') end = offset + kept.trimEnd().length;
    take(kept + ' '.repeat(line.length - kept.length));
    if (!isContinued) finish();
  }
  finish();
  return { code: code.join('\n').replaceAll('\n', ' '), instructions, comments };
};
