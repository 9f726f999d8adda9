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

/**
 * What a character takes along when it leaves the block: its code times 37^100, as unsigned 32-bit halves, for every UTF-16 unit that
 * Latin text uses. 64-bit numbers are pairs of such halves; every product below stays under 2^53.
 */
const tabledUnits = 256;
const leavingTable = (factor: bigint): { readonly highs: Uint32Array; readonly lows: Uint32Array } => {
  const products = Array.from({ length: tabledUnits }, (_, unit) => BigInt.asUintN(64, factor * BigInt(unit)));
  return {
    highs: Uint32Array.from(products, (product) => Number(product >> 32n)),
    lows: Uint32Array.from(products, (product) => Number(product & 0xffffffffn)),
  };
};

/** Halves of the hash of every line from 1 to the last wanted one, or to the end of the file. Index 0 is not used. */
const hashLines = (text: string, lastLine: number): { readonly highs: readonly number[]; readonly lows: readonly number[] } => {
  const highs: number[] = [0];
  const lows: number[] = [0];
  const factor = BigInt.asUintN(64, BigInt(base) ** BigInt(blockSize));
  const factorHigh = Number(factor >> 32n);
  const factorLow = Number(factor & 0xffffffffn);
  const leavingParts = leavingTable(factor);
  const ring = new Uint16Array(blockSize);
  /** 1 where the character at this place of the ring begins a line. */
  const starts = new Uint8Array(blockSize);
  // One loop over local numbers: closures would box them and make it several times slower.
  let high = 0;
  let low = 0;
  let position = 0;
  let atLineStart = true;
  let afterReturn = false;
  const length = text.length;
  for (let index = 0; index <= length + blockSize; index += 1) {
    let unit = 0;
    if (index < length) {
      unit = text.charCodeAt(index);
      const isSkipped = unit === space || unit === tab || (afterReturn && unit === lineFeed);
      afterReturn = unit === carriageReturn;
      if (isSkipped) continue;
      if (afterReturn) unit = lineFeed;
    } else if (index === length) unit = endOfFile;

    if (starts[position] === 1) {
      starts[position] = 0;
      highs.push(high);
      lows.push(low);
      if (lows.length > lastLine) break;
    }
    if (atLineStart && index <= length) {
      atLineStart = false;
      starts[position] = 1;
    }
    if (unit === lineFeed) atLineStart = true;

    const leaving = ring[position] ?? 0;
    ring[position] = unit;
    position = position + 1 === blockSize ? 0 : position + 1;
    let leavingHigh = 0;
    let leavingLow = 0;
    if (leaving < tabledUnits) {
      leavingHigh = leavingParts.highs[leaving] ?? 0;
      leavingLow = leavingParts.lows[leaving] ?? 0;
    } else {
      const product = factorLow * leaving;
      leavingLow = product >>> 0;
      leavingHigh = (factorHigh * leaving + Math.floor(product / twoTo32)) >>> 0;
    }
    const added = low * base + unit;
    const addedLow = added >>> 0;
    const carry = (added - addedLow) / twoTo32 - (addedLow < leavingLow ? 1 : 0);
    low = (addedLow - leavingLow) >>> 0;
    high = (Math.imul(high, base) + carry - leavingHigh) >>> 0;
  }
  return { highs, lows };
};

const hexadecimal = (high: number, low: number): string =>
  high === 0 ? low.toString(16) : high.toString(16) + low.toString(16).padStart(8, '0');

/**
 * Hashes of the wanted lines (from 1) of a file. `text` is the whole file decoded as UTF-8 with a byte order mark kept. A line that
 * does not exist is not in the answer. Reads no further than the wanted lines need.
 */
export const lineHashes = (text: string, wantedLines: Iterable<number>): ReadonlyMap<number, string> => {
  const wanted = new Set(wantedLines);
  let lastLine = 0;
  for (const line of wanted) lastLine = Math.max(lastLine, line);
  const { highs, lows } = hashLines(text, lastLine);
  // Only hashes of wanted lines are counted; the low half tells the others apart without building a string for each line.
  const wantedLows = new Set<number>();
  for (const line of wanted) wantedLows.add(lows[line] ?? -1);
  const counts = new Map<string, number>();
  const found = new Map<number, string>();
  for (let line = 1; line < lows.length; line += 1) {
    const low = lows[line] ?? 0;
    if (!wantedLows.has(low)) continue;
    const hash = hexadecimal(highs[line] ?? 0, low);
    const count = (counts.get(hash) ?? 0) + 1;
    counts.set(hash, count);
    if (wanted.has(line)) found.set(line, `${hash}:${count}`);
  }
  return found;
};
