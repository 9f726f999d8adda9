import type { DockerfileNode } from './node.ts';

/** Brackets and quotes that a word goes on through, and what ends them. */
const enclosures: readonly (readonly [string, string])[] = [
  ['$(', ')'],
  ['${', '}'],
  ['`', '`'],
  ['"', '"'],
  ["'", "'"],
];

/** End of the part of a word that begins at `at`: a character, an escape, a quoted or bracketed stretch. */
const partEnd = (code: string, at: number, to: number): number => {
  if (code[at] === '\\') return Math.min(to, at + 2);
  const found = enclosures.find(([opens]) => code.startsWith(opens, at));
  if (found === undefined) return at + 1;
  const [opens, closes] = found;
  let depth = 1;
  let position = at + opens.length;
  while (position < to) {
    if (code[position] === '\\' && closes !== "'") position++;
    else if (code[position] === closes && --depth === 0) return position + 1;
    else if (opens === '$(' && code[position] === '(') depth++;
    position++;
  }
  return to;
};

/** Words of a line up to `to`: blanks part them, quotes hold them together. */
export const readWords = (code: string, from: number, to: number, ends: RegExp = /\s/): DockerfileNode[] => {
  const words: DockerfileNode[] = [];
  let at = from;
  while (at < to) {
    if (/\s/.test(code[at] ?? '')) {
      at++;
      continue;
    }
    const start = at;
    while (at < to && !/\s/.test(code[at] ?? '') && !ends.test(code[at] ?? '')) at = partEnd(code, at, to);
    if (at === start) break;
    const quote = code[start];
    const isQuoted = (quote === '"' || quote === "'") && partEnd(code, start, to) === at;
    words.push(isQuoted ? { kind: 'quoted', shape: 'string', start, end: at } : { kind: 'word', start, end: at });
  }
  return words;
};

/** What parts commands on one line, and what makes more of it than commands in a row. */
const operator = /\|\||&&|\||[;&()<>]/y;

interface Piece {
  readonly start: number;
  readonly end: number;
  /** Before the piece: `&&`, `||`, `|`; empty at the start. */
  readonly operator: string;
  readonly operatorStart: number;
}

/** The commands of a line with the operators between them; undefined where it is a script: several statements, a condition, a loop. */
const readPieces = (code: string, from: number, to: number): readonly Piece[] | undefined => {
  const pieces: Piece[] = [];
  let start = from;
  let before = '';
  let beforeStart = from;
  let at = from;
  while (at < to) {
    operator.lastIndex = at;
    const sign = operator.exec(code)?.[0];
    if (sign === undefined || sign === '<' || sign === '>') {
      // `2>&1` is one redirection.
      at = sign !== undefined && code[at + 1] === '&' ? at + 2 : partEnd(code, at, to);
      continue;
    }
    if (sign !== '&&' && sign !== '||' && sign !== '|') return undefined;
    pieces.push({ start, end: at, operator: before, operatorStart: beforeStart });
    before = sign;
    beforeStart = at;
    at += sign.length;
    start = at;
  }
  pieces.push({ start, end: to, operator: before, operatorStart: beforeStart });
  return pieces;
};

const reserved = /^(?:if|for|while|until|case|function|\{|!)(?=\s|$)/;

const commandOf = (code: string, piece: Piece): DockerfileNode | undefined => {
  const words = readWords(code, piece.start, piece.end);
  const first = words[0];
  const last = words.at(-1);
  if (first === undefined || last === undefined) return undefined;
  const { start } = first;
  const { end } = last;
  return reserved.test(code.slice(start, end)) ? { kind: 'script', start, end } : { kind: 'command', start, end, children: words };
};

const joined = (kind: 'pipe' | 'and_or', left: DockerfileNode, piece: Piece, right: DockerfileNode): DockerfileNode => {
  const { operatorStart } = piece;
  const sign: DockerfileNode = { kind: 'operator', start: operatorStart, end: operatorStart + piece.operator.length, isUnnamed: true };
  return { kind, start: left.start, end: right.end, children: [left, sign, right] };
};

/** What a shell would read in that stretch: commands joined by `|`, and those by `&&` and `||`, the left ones first. */
const shellNode = (code: string, from: number, to: number): DockerfileNode | undefined => {
  const pieces = readPieces(code, from, to);
  if (pieces === undefined) return undefined;
  let whole: { readonly left: DockerfileNode; readonly piece: Piece } | undefined;
  let pipeline: DockerfileNode | undefined;
  for (const piece of pieces) {
    const command = commandOf(code, piece);
    if (command === undefined) return undefined;
    if (piece.operator === '|' && pipeline !== undefined) {
      pipeline = joined('pipe', pipeline, piece, command);
      continue;
    }
    if (pipeline !== undefined) {
      const left = whole === undefined ? pipeline : joined('and_or', whole.left, whole.piece, pipeline);
      whole = { left, piece };
    }
    pipeline = command;
  }
  if (whole === undefined || pipeline === undefined) return pipeline;
  return joined('and_or', whole.left, whole.piece, pipeline);
};

/** The shell form of an instruction: one statement, in which a pattern's command may stand anywhere. */
export const readShellLine = (code: string, from: number, to: number): DockerfileNode => {
  const start = from + (code.slice(from, to).length - code.slice(from, to).trimStart().length);
  const inner = shellNode(code, start, to) ?? { kind: 'script', start, end: to };
  return { kind: 'shell_line', shape: 'expression_statement', start: inner.start, end: inner.end, children: [inner] };
};
