/**
 * The fingerprint GitHub calls `primaryLocationLineHash`: a 64-bit polynomial hash (base 37, modulo 2^64) of the 100 characters that
 * follow the start of a line, spaces and tabs skipped, CR and CRLF read as LF, 0xFFFF once at the end of the file and zeros after
 * it; then `:` and how many lines up to this one had that hash. Bit-exact with what GitHub computes, or alerts would be
 * opened twice. Described by github/codeql-action, src/fingerprints.ts; written anew here.
 *
 * It is computed over the file as it is, secrets included, and a polynomial hash hides nothing: with the other characters known, a
 * secret of up to about ten characters can be worked out from it. It therefore goes to SARIF only, where GitHub needs it.
 */
export const lineHashAlgorithm = 'primaryLocationLineHash';

const blockSize = 100;
const base = 37;
const twoTo32 = 2 ** 32;
const tab = 9;
const lineFeed = 10;
const carriageReturn = 13;
const space = 32;
const endOfFile = 0xffff;

/** 64-bit numbers are pairs of unsigned 32-bit halves: every product below stays under 2^53. */
const outgoingFactor = (): { readonly high: number; readonly low: number } => {
  const factor = BigInt.asUintN(64, BigInt(base) ** BigInt(blockSize));
  return { high: Number(factor >> 32n), low: Number(factor & 0xffffffffn) };
};

/**
 * Hashes of the wanted lines (from 1) of a file. `text` is the whole file decoded as UTF-8 with a byte order mark kept. A line that
 * does not exist is not in the answer. Reads no further than the last wanted line needs.
 */
export const lineHashes = (text: string, wantedLines: Iterable<number>): ReadonlyMap<number, string> => {
  const wanted = new Set(wantedLines);
  const lastWanted = Math.max(0, ...wanted);
  const found = new Map<number, string>();
  const counts = new Map<string, number>();
  const factor = outgoingFactor();
  const ring = new Uint16Array(blockSize);
  /** Line that starts at this place of the ring, 0 for none. */
  const starts = new Uint32Array(blockSize);
  let high = 0;
  let low = 0;
  let position = 0;
  let line = 0;
  let atLineStart = true;

  const emit = (): void => {
    const started = starts[position] ?? 0;
    if (started === 0) return;
    starts[position] = 0;
    const hash = high === 0 ? low.toString(16) : high.toString(16) + low.toString(16).padStart(8, '0');
    const count = (counts.get(hash) ?? 0) + 1;
    counts.set(hash, count);
    if (wanted.has(started)) found.set(started, `${hash}:${count}`);
  };

  const push = (unit: number): void => {
    const leaving = ring[position] ?? 0;
    ring[position] = unit;
    const scaledLow = low * base + unit;
    const removedLow = factor.low * leaving;
    const scaledCarry = Math.floor(scaledLow / twoTo32);
    const removedCarry = Math.floor(removedLow / twoTo32);
    const difference = (scaledLow >>> 0) - (removedLow >>> 0);
    low = difference >>> 0;
    high = (high * base + scaledCarry - ((factor.high * leaving + removedCarry) % twoTo32) - (difference < 0 ? 1 : 0)) >>> 0;
    position = position + 1 === blockSize ? 0 : position + 1;
  };

  const read = (unit: number): void => {
    emit();
    if (atLineStart) {
      atLineStart = false;
      line += 1;
      starts[position] = line;
    }
    if (unit === lineFeed) atLineStart = true;
    push(unit);
  };

  let afterReturn = false;
  for (let index = 0; index < text.length && found.size < wanted.size; index += 1) {
    const unit = text.charCodeAt(index);
    // No wanted line can be open any more once the last one has been emitted; lines beyond it are never asked for.
    if (line > lastWanted + blockSize) break;
    if (unit === space || unit === tab || (afterReturn && unit === lineFeed)) {
      afterReturn = false;
      continue;
    }
    afterReturn = unit === carriageReturn;
    read(afterReturn ? lineFeed : unit);
  }
  if (found.size < wanted.size) {
    read(endOfFile);
    for (let index = 0; index < blockSize; index += 1) {
      emit();
      push(0);
    }
  }
  return found;
};
