/**
 * Aho-Corasick (Aho & Corasick 1975) as a dense automaton over byte classes: one table look-up a byte, no backing up. Letters of both
 * cases share a class, so texts need no lower-casing. All tables lie in shared memory: worker threads use them without a copy.
 */
export interface Automaton {
  /** Byte → class, premultiplied by nothing; class 0 holds every byte no keyword has. */
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

interface Trie {
  /** Child of state × class, -1 where there is none. */
  readonly children: number[];
  readonly ends: number[][];
  readonly classCount: number;
}

const buildTrie = (keywords: readonly Uint8Array[], classes: Uint8Array, classCount: number): Trie => {
  const children: number[] = Array.from({ length: classCount }, () => -1);
  const ends: number[][] = [[]];
  for (const [keyword, bytes] of keywords.entries()) {
    let state = 0;
    for (const byte of bytes) {
      const slot = state * classCount + (classes[byte] ?? 0);
      let child = children[slot] ?? -1;
      if (child < 0) {
        child = ends.length;
        children[slot] = child;
        ends.push([]);
        for (let index = 0; index < classCount; index += 1) children.push(-1);
      }
      state = child;
    }
    ends[state]?.push(keyword);
  }
  return { children, ends, classCount };
};

/** Completes failure transitions in place, breadth first; outputs of a state then hold those of its suffixes too. */
const complete = ({ children, ends, classCount }: Trie): void => {
  const failure = new Int32Array(ends.length);
  const queue: number[] = [0];
  for (let head = 0; head < queue.length; head += 1) {
    const state = queue[head] ?? 0;
    const fallback = failure[state] ?? 0;
    if (state !== 0) ends[state]?.push(...(ends[fallback] ?? []));
    for (let index = 0; index < classCount; index += 1) {
      const slot = state * classCount + index;
      const child = children[slot] ?? -1;
      const onFailure = state === 0 ? 0 : (children[fallback * classCount + index] ?? 0);
      if (child < 0) {
        children[slot] = onFailure;
      } else {
        failure[child] = onFailure;
        queue.push(child);
      }
    }
  }
};

/** `keywords` in any case; ASCII letters match in both. */
export const buildAutomaton = (keywords: readonly string[]): Automaton => {
  const bytes = keywords.map((keyword) => Uint8Array.from(Buffer.from(keyword, 'utf8'), lowerByte));
  const classes = new Uint8Array(new SharedArrayBuffer(256));
  let classCount = 1;
  for (const byte of new Set(bytes.flatMap((keyword) => [...keyword]))) {
    classes[byte] = classCount;
    if (byte >= 0x61 && byte <= 0x7a) classes[byte - 32] = classCount;
    classCount += 1;
  }
  const trie = buildTrie(bytes, classes, classCount);
  complete(trie);
  const order = [...trie.ends.keys()];
  const quiet = order.filter((state) => trie.ends[state]?.length === 0);
  const accepting = order.filter((state) => (trie.ends[state]?.length ?? 0) > 0);
  const number = new Int32Array(order.length);
  for (const [index, state] of [...quiet, ...accepting].entries()) number[state] = index * classCount;
  const next = new Int32Array(new SharedArrayBuffer(order.length * classCount * 4));
  for (const state of order) {
    for (let index = 0; index < classCount; index += 1) next[(number[state] ?? 0) + index] = number[trie.children[state * classCount + index] ?? 0] ?? 0;
  }
  const outputs: number[] = [];
  const outputStarts: number[] = [0];
  for (const state of accepting) {
    outputs.push(...(trie.ends[state] ?? []));
    outputStarts.push(outputs.length);
  }
  return {
    classes,
    next,
    firstAccepting: quiet.length * classCount,
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
 * Runs over `bytes[from, to)` from `state` and stops behind the first keyword hits that make `hits` hold `limit` or more.
 * @returns where it stopped and the state there, to go on with
 */
export const scanKeywords = (automaton: Automaton, bytes: Uint8Array, range: { from: number; to: number; state: number; limit: number }, hits: KeywordHits): { at: number; state: number } => {
  const { classes, next, firstAccepting } = automaton;
  const to = Math.min(range.to, bytes.length);
  let state = range.state;
  for (let at = range.from; at < to; at += 1) {
    state = next[state + (classes[bytes[at] as number] as number)] as number;
    if (state >= firstAccepting) {
      record(automaton, state, at + 1, hits);
      if (hits.count >= range.limit) return { at: at + 1, state };
    }
  }
  return { at: to, state };
};
