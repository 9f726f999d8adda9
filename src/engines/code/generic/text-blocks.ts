import type { TextTokens } from './text-tokens.ts';

/** Stretches of tokens that belong together: lines further in than the line above, and what stands in brackets of one line. */
export interface TextBlocks {
  /** By token: end (exclusive) of the innermost block it is in. */
  readonly limit: Uint32Array;
  /** By first token (the closing bracket where there is nothing in it): ends of the blocks that begin there, the outermost first. */
  readonly endsAt: ReadonlyMap<number, readonly number[]>;
}

interface OpenBlock {
  readonly column: number;
  readonly from: number;
}

const closers: ReadonlyMap<string, string> = new Map([
  [')', '('],
  [']', '['],
  ['}', '{'],
]);

/** Blocks by how far lines are in. Pairs of first token and end, in order of the end. */
const indentedBlocks = (tokens: TextTokens, add: (from: number, end: number) => void): void => {
  const open: OpenBlock[] = [];
  for (let token = 0; token < tokens.size; token++) {
    const column = tokens.indentation[token] ?? -1;
    if (column < 0) continue;
    while ((open.at(-1)?.column ?? -1) > column) add(open.pop()?.from ?? 0, token);
    // A line that is less far in than the block just closed, but not as little as the one around it, opens one of its own.
    if ((open.at(-1)?.column ?? -1) < column) open.push({ column, from: token });
  }
  for (let last = open.pop(); last !== undefined; last = open.pop()) add(last.from, tokens.size);
};

/** Brackets that are closed in the line they were opened in. One that does not fit the last opened one is a sign like any other. */
const bracketBlocks = (tokens: TextTokens, add: (from: number, end: number) => void): void => {
  const { text } = tokens;
  let open: { readonly sign: string; readonly token: number }[] = [];
  for (let token = 0; token < tokens.size; token++) {
    if ((tokens.indentation[token] ?? -1) >= 0) open = [];
    const sign = text[tokens.start[token] ?? 0] ?? '';
    if (sign === '(' || sign === '[' || sign === '{') {
      open.push({ sign, token });
      continue;
    }
    const wanted = closers.get(sign);
    const last = open.at(-1);
    if (wanted === undefined || last?.sign !== wanted) continue;
    open.pop();
    add(last.token + 1, token);
  }
};

/** `lines`: brackets say nothing, as in patterns. */
export const readBlocks = (tokens: TextTokens, by: 'lines' | 'lines_and_brackets'): TextBlocks => {
  const limit = new Uint32Array(tokens.size);
  const endsAt = new Map<number, number[]>();
  const blocks: { readonly from: number; readonly end: number }[] = [];
  const add = (from: number, end: number): void => {
    blocks.push({ from, end });
  };
  indentedBlocks(tokens, add);
  if (by === 'lines_and_brackets') bracketBlocks(tokens, add);
  // Outer ones first: the innermost is the last to write its limit. Blocks never cross, so one sweep with a stack does.
  blocks.sort((a, b) => a.from - b.from || b.end - a.end);
  const open: number[] = [];
  let next = 0;
  for (let token = 0; token < tokens.size; token++) {
    while (open.length > 0 && (open.at(-1) ?? 0) <= token) open.pop();
    for (let block = blocks[next]; block !== undefined && block.from === token; block = blocks[++next]) {
      const known = endsAt.get(token);
      if (known === undefined) endsAt.set(token, [block.end]);
      else known.push(block.end);
      if (block.end > token) open.push(block.end);
    }
    limit[token] = open.at(-1) ?? tokens.size;
  }
  return { limit, endsAt };
};
