/**
 * Aho-Corasick (Aho & Corasick 1975) as a dense automaton over byte classes: one table look-up a byte, no backing up. Letters of both
 * cases share a class, so texts need no lower-casing. All tables lie in shared memory: worker threads use them without a copy.
 */
export interface Automaton {
  /** Byte → class, class 0 holds every byte no keyword has. */
  readonly classes: Uint8Array;
  /** `next[state + class]`; states are multiples of the number of classes, 0 is the root. */
  readonly next: Int32Array;
  /** States from here on end at least one keyword. */
  readonly firstAccepting: number;
  readonly classCount: number;
  /** Keywords of accepting state `s`: `outputs[outputStarts[i] .. outputStarts[i + 1]]`, i counted from the first accepting state. */
  readonly outputStarts: Int32Array;
  readonly outputs: Int32Array;
  /** Bytes of each keyword. */
  readonly lengths: Int32Array;
}

const sharedInts = (values: readonly number[]): Int32Array => {
  const result = new Int32Array(new SharedArrayBuffer(values.length * 4));
  result.set(values);
  return result;
};

const lowerByte = (byte: number): number => (byte >= 0x41 && byte <= 0x5a ? byte + 32 : byte);

/** States in order of creation, 0 is the root. Arrays are by state. */
interface Trie {
  readonly stateCount: number;
  readonly classCount: number;
  /** `children[state * classCount + class]`, 0 where there is none: no keyword leads back to the root. */
  readonly children: Int32Array;
  readonly parents: Int32Array;
  /** Class of the byte that leads from the parent here. */
  readonly classesIn: Int32Array;
  /** Parents before children, shorter before longer. */
  readonly breadthFirst: readonly number[];
  /** Keywords that end in a state; most have none. */
  readonly ends: Map<number, readonly number[]>;
}

const buildTrie = (keywords: readonly Uint8Array[], classes: Uint8Array, classCount: number): Trie => {
  const most = 1 + keywords.reduce((sum, keyword) => sum + keyword.length, 0);
  const children = new Int32Array(most * classCount);
  const parents = new Int32Array(most);
  const classesIn = new Int32Array(most);
  const byDepth: number[][] = [[0]];
  const ends = new Map<number, readonly number[]>();
  let stateCount = 1;
  for (const [keyword, bytes] of keywords.entries()) {
    let state = 0;
    for (const [depth, byte] of bytes.entries()) {
      const byteClass = classes[byte] ?? 0;
      const slot = state * classCount + byteClass;
      if (children[slot] === 0) {
        children[slot] = stateCount;
        parents[stateCount] = state;
        classesIn[stateCount] = byteClass;
        (byDepth[depth + 1] ??= []).push(stateCount);
        stateCount += 1;
      }
      state = children[slot] ?? 0;
    }
    ends.set(state, [...(ends.get(state) ?? []), keyword]);
  }
  return { stateCount, classCount, children, parents, classesIn, breadthFirst: byDepth.flat(), ends };
};

/** State of the longest proper suffix of each state; `ends` of a state then hold those of its suffixes too. */
const linkFailures = ({ stateCount, classCount, children, parents, classesIn, breadthFirst, ends }: Trie): Int32Array => {
  const failures = new Int32Array(stateCount);
  for (const state of breadthFirst) {
    const parent = parents[state] as number;
    const byteClass = classesIn[state] as number;
    if (state === 0 || parent === 0) continue;
    let suffix = failures[parent] as number;
    while (suffix !== 0 && children[suffix * classCount + byteClass] === 0) suffix = failures[suffix] as number;
    const failure = children[suffix * classCount + byteClass] as number;
    failures[state] = failure;
    const inherited = ends.get(failure);
    if (inherited !== undefined) ends.set(state, [...(ends.get(state) ?? []), ...inherited]);
  }
  return failures;
};

/** Every row is its failure's row with the state's own children written over it. */
const fillRows = (trie: Trie, failures: Int32Array, rows: Int32Array): Int32Array => {
  const { stateCount, classCount, parents, classesIn, breadthFirst } = trie;
  const next = new Int32Array(new SharedArrayBuffer(stateCount * classCount * 4));
  const childrenOf = new Map<number, number[]>();
  for (const state of breadthFirst) {
    if (state === 0) continue;
    const parent = parents[state] as number;
    const siblings = childrenOf.get(parent);
    if (siblings === undefined) childrenOf.set(parent, [state]);
    else siblings.push(state);
  }
  for (const state of breadthFirst) {
    const row = rows[state] as number;
    const from = rows[failures[state] as number] as number;
    if (state !== 0) next.copyWithin(row, from, from + classCount);
    for (const child of childrenOf.get(state) ?? []) next[row + (classesIn[child] as number)] = rows[child] as number;
  }
  return next;
};

/** `keywords` in any case; ASCII letters match in both. */
export const buildAutomaton = (keywords: readonly string[]): Automaton => {
  const bytes = keywords.map((keyword) => Uint8Array.from(Buffer.from(keyword, 'utf8'), lowerByte));
  const classes = new Uint8Array(new SharedArrayBuffer(256));
  let classCount = 1;
  for (const keyword of bytes) {
    for (const byte of keyword) {
      if (classes[byte] !== 0) continue;
      classes[byte] = classCount;
      if (byte >= 0x61 && byte <= 0x7a) classes[byte - 32] = classCount;
      classCount += 1;
    }
  }
  const trie = buildTrie(bytes, classes, classCount);
  const failures = linkFailures(trie);
  const accepting = [...trie.ends.keys()];
  const quietCount = trie.stateCount - accepting.length;
  const rows = new Int32Array(trie.stateCount);
  for (let state = 0, quiet = 0; state < trie.stateCount; state += 1) {
    if (trie.ends.has(state)) continue;
    rows[state] = quiet * classCount;
    quiet += 1;
  }
  for (const [index, state] of accepting.entries()) rows[state] = (quietCount + index) * classCount;
  const outputs: number[] = [];
  const outputStarts: number[] = [0];
  for (const state of accepting) {
    outputs.push(...(trie.ends.get(state) ?? []));
    outputStarts.push(outputs.length);
  }
  return {
    classes,
    next: fillRows(trie, failures, rows),
    firstAccepting: quietCount * classCount,
    classCount,
    outputStarts: sharedInts(outputStarts),
    outputs: sharedInts(outputs),
    lengths: sharedInts(bytes.map((keyword) => keyword.length)),
  };
};

/** Keyword hits of one text, by start. Grows; reused from file to file. */
export interface KeywordHits {
  count: number;
  starts: Int32Array;
  keywords: Int32Array;
}

export const createKeywordHits = (): KeywordHits => ({ count: 0, starts: new Int32Array(1024), keywords: new Int32Array(1024) });

const grow = (hits: KeywordHits): void => {
  const starts = new Int32Array(hits.starts.length * 2);
  const keywords = new Int32Array(hits.starts.length * 2);
  starts.set(hits.starts);
  keywords.set(hits.keywords);
  hits.starts = starts;
  hits.keywords = keywords;
};

/** Keeps hits ordered by start: a longer keyword may end after a shorter one that starts later. */
const insert = (hits: KeywordHits, start: number, keyword: number): void => {
  if (hits.count === hits.starts.length) grow(hits);
  const { starts, keywords } = hits;
  let at = hits.count;
  while (at > 0 && (starts[at - 1] ?? 0) > start) {
    starts[at] = starts[at - 1] ?? 0;
    keywords[at] = keywords[at - 1] ?? 0;
    at -= 1;
  }
  starts[at] = start;
  keywords[at] = keyword;
  hits.count += 1;
};

const record = (automaton: Automaton, state: number, end: number, hits: KeywordHits): void => {
  const index = (state - automaton.firstAccepting) / automaton.classCount;
  const last = automaton.outputStarts[index + 1] ?? 0;
  for (let at = automaton.outputStarts[index] ?? 0; at < last; at += 1) {
    const keyword = automaton.outputs[at] ?? 0;
    insert(hits, end - (automaton.lengths[keyword] ?? 0), keyword);
  }
};

/**
 * Runs from `from` until the state accepts; four bytes a round, since the look-ups of one byte wait for those of the byte before.
 * @returns the place behind the accepting byte, or `to`; the state is left in `cursor[0]`
 */
const advance = (automaton: Automaton, bytes: Uint8Array, from: number, to: number, cursor: Int32Array): number => {
  const { classes, next, firstAccepting } = automaton;
  let state = cursor[0] as number;
  let at = from;
  for (const last = to - 3; at < last; at += 4) {
    const first = next[state + (classes[bytes[at] as number] as number)] as number;
    const second = next[first + (classes[bytes[at + 1] as number] as number)] as number;
    const third = next[second + (classes[bytes[at + 2] as number] as number)] as number;
    const fourth = next[third + (classes[bytes[at + 3] as number] as number)] as number;
    if (first >= firstAccepting || second >= firstAccepting || third >= firstAccepting || fourth >= firstAccepting) break;
    state = fourth;
  }
  while (at < to) {
    state = next[state + (classes[bytes[at] as number] as number)] as number;
    at += 1;
    if (state >= firstAccepting) break;
  }
  cursor[0] = state;
  return at;
};

/** Adds the keywords that end in `bytes[from, to)` to `hits`, in order of their starts. `cursor[0]` holds the state, 0 at the start. */
export const scanKeywords = (
  automaton: Automaton,
  bytes: Uint8Array,
  from: number,
  to: number,
  cursor: Int32Array,
  hits: KeywordHits,
): void => {
  for (let at = from; at < to; ) {
    at = advance(automaton, bytes, at, to, cursor);
    const state = cursor[0] as number;
    if (state >= automaton.firstAccepting) record(automaton, state, at, hits);
  }
};

/** Removes the first `count` hits. */
export const dropHits = (hits: KeywordHits, count: number): void => {
  hits.starts.copyWithin(0, count, hits.count);
  hits.keywords.copyWithin(0, count, hits.count);
  hits.count -= count;
};
