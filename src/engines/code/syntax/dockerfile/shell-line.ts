import type { DockerfileNode } from './node.ts';

/** Brackets and quotes that a word goes on through, and what ends them. */
const enclosures: readonly (readonly [string, string])[] = [
  ['$(', ')'],
  ['${', '}'],
  ['`', '`'],
  ['"', '"'],
  ["'", "'"],
];

/** Commands within commands within commands are read so far, and no further. */
const deepestSubstitution = 8;

/** End of the part of a word that begins at `at`: a character, an escape, a quoted or bracketed stretch. */
const partEnd = (code: string, at: number, to: number): number => {
  const first = code[at] ?? '';
  if (!'\\$`"\''.includes(first)) return at + 1;
  if (first === '\\') return Math.min(to, at + 2);
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

/** Line ends were made blanks already. */
const isBlank = (code: string, at: number): boolean => {
  const sign = code.charCodeAt(at);
  return sign === 32 || (sign >= 9 && sign <= 13);
};

/** Words of a line up to `to`: blanks part them, quotes hold them together. */
export const readWords = (code: string, from: number, to: number): DockerfileNode[] => {
  const words: DockerfileNode[] = [];
  let at = from;
  while (at < to) {
    if (isBlank(code, at)) {
      at++;
      continue;
    }
    const start = at;
    while (at < to && !isBlank(code, at)) at = partEnd(code, at, to);
    const quote = code[start];
    const isQuoted = (quote === '"' || quote === "'") && partEnd(code, start, to) === at;
    words.push(isQuoted ? { kind: 'quoted', shape: 'string', start, end: at } : { kind: 'word', start, end: at });
  }
  return words;
};

/** What parts commands on one line, and what makes more of it than commands in a row. */
const operator = /\|\||&&|\||[;&<>(]/y;

interface Piece {
  readonly start: number;
  readonly end: number;
  /** Before the piece: `&&`, `||`, `|`; empty at the start. */
  readonly operator: string;
  readonly operatorStart: number;
}

/** Past the bracket that closes the one at `at`, or `to`. */
const afterGroup = (code: string, at: number, to: number): number => {
  let depth = 0;
  let position = at;
  while (position < to) {
    const sign = code[position];
    if (sign === '(') depth++;
    else if (sign === ')' && --depth === 0) return position + 1;
    position = sign === '(' || sign === ')' ? position + 1 : partEnd(code, position, to);
  }
  return to;
};

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
    if (sign === undefined) at = partEnd(code, at, to);
    else if (sign === '(') at = afterGroup(code, at, to);
    // `2>&1` is one redirection.
    else if (sign === '<' || sign === '>') at += code[at + 1] === '&' ? 2 : 1;
    else if (sign === ';' || sign === '&') return undefined;
    else {
      pieces.push({ start, end: at, operator: before, operatorStart: beforeStart });
      before = sign;
      beforeStart = at;
      at += sign.length;
      start = at;
    }
  }
  pieces.push({ start, end: to, operator: before, operatorStart: beforeStart });
  return pieces;
};

const reserved = /^(?:if|for|while|until|case|function|\{|\()(?=\s|$)|^\(/;
/** `NAME=value` before a command, and `!`: the command is the same without. */
const prefix = /^(?:!$|[A-Za-z_]\w*=)/;
const substitution = /^\$\([^(].*\)$/s;

/** `$(command)` as a word of its own. */
const withSubstitution = (code: string, word: DockerfileNode, depth: number): DockerfileNode => {
  if (depth >= deepestSubstitution || !substitution.test(code.slice(word.start, word.end))) return word;
  const inner = shellNode(code, word.start + 2, word.end - 1, depth + 1);
  return inner === undefined ? word : { kind: 'substitution', start: word.start, end: word.end, children: [inner] };
};

const commandOf = (code: string, piece: Piece, depth: number): DockerfileNode | undefined => {
  const words = readWords(code, piece.start, piece.end);
  const first = words[0];
  const last = words.at(-1);
  if (first === undefined || last === undefined) return undefined;
  const { start } = first;
  const { end } = last;
  if (reserved.test(code.slice(start, end))) return { kind: 'script', start, end };
  const at = words.findIndex((word) => !prefix.test(code.slice(word.start, word.end)));
  const own = words.slice(Math.max(at, 0)).map((word) => withSubstitution(code, word, depth));
  const command: DockerfileNode = { kind: 'command', start: own[0]?.start ?? start, end, children: own };
  return at <= 0 ? command : { kind: 'prefixed', start, end, children: [...words.slice(0, at), command] };
};

const joined = (kind: 'pipe' | 'and_or', left: DockerfileNode, piece: Piece, right: DockerfileNode): DockerfileNode => {
  const { operatorStart } = piece;
  const sign: DockerfileNode = { kind: 'operator', start: operatorStart, end: operatorStart + piece.operator.length, isUnnamed: true };
  return { kind, start: left.start, end: right.end, children: [left, sign, right] };
};

/** What a shell would read in that stretch: commands joined by `|`, and those by `&&` and `||`, the left ones first. */
const shellNode = (code: string, from: number, to: number, depth: number): DockerfileNode | undefined => {
  const pieces = readPieces(code, from, to);
  if (pieces === undefined) return undefined;
  let whole: { readonly left: DockerfileNode; readonly piece: Piece } | undefined;
  let pipeline: DockerfileNode | undefined;
  for (const piece of pieces) {
    const command = commandOf(code, piece, depth);
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
  // A lone `&` at the end changes nothing about the command.
  const stop = /[^&]&\s*$/.test(code.slice(start, to)) ? code.lastIndexOf('&', to) : to;
  const inner = shellNode(code, start, stop, 0) ?? { kind: 'script', start, end: to };
  return { kind: 'shell_line', shape: 'expression_statement', start: inner.start, end: inner.end, children: [inner] };
};
