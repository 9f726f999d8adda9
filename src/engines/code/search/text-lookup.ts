import type { RequiredText, Requirement } from './required.ts';

/** Looks required texts up in one file; each is searched once, whichever rules ask. */
export interface TextLookup {
  readonly holds: (requirement: Requirement) => boolean;
  /** Exactly as written. */
  readonly holdsText: (text: string) => boolean;
}

const gramLength = 3;
const bits = 18;
const mask = (1 << bits) - 1;

/** ASCII letters in lower case, so that one filter serves both ways of looking. */
const folded = (unit: number): number => (unit >= 0x41 && unit <= 0x5a ? unit | 0x20 : unit);

/**
 * Which sequences of three characters occur in the text, as a bit set of their hashes. Nearly every text a rule asks for is not in a
 * file; this says so without reading the file once for each.
 */
const gramsOf = (text: string): Uint32Array => {
  const set = new Uint32Array(1 << (bits - 5));
  let window = 0;
  for (let at = 0; at < text.length; at += 1) {
    window = ((window << 6) ^ folded(text.charCodeAt(at))) & mask;
    set[window >>> 5] = (set[window >>> 5] as number) | (1 << (window & 31));
  }
  return set;
};

const mayHold = (set: Uint32Array, wanted: string): boolean => {
  let window = 0;
  for (let at = 0; at < wanted.length; at += 1) {
    window = ((window << 6) ^ folded(wanted.charCodeAt(at))) & mask;
    if (at >= gramLength - 1 && ((set[window >>> 5] as number) & (1 << (window & 31))) === 0) return false;
  }
  return true;
};

export const createTextLookup = (text: string): TextLookup => {
  const grams = gramsOf(text);
  const exact = new Map<string, boolean>();
  const ignoringCase = new Map<string, boolean>();
  let lower: string | undefined;
  const isIn = (wanted: string, ignoreCase: boolean): boolean => {
    if (!mayHold(grams, wanted)) return false;
    if (!ignoreCase) return text.includes(wanted);
    lower ??= text.toLowerCase();
    return lower.includes(wanted);
  };
  const holdsOne = (wanted: string, ignoreCase: boolean): boolean => {
    const known = ignoreCase ? ignoringCase : exact;
    let isHeld = known.get(wanted);
    if (isHeld === undefined) {
      isHeld = isIn(wanted, ignoreCase);
      known.set(wanted, isHeld);
    }
    return isHeld;
  };
  const holdsClause = (clause: readonly RequiredText[]): boolean => clause.some((one) => holdsOne(one.text, one.ignoreCase));
  return { holds: (requirement) => requirement.every(holdsClause), holdsText: (wanted) => holdsOne(wanted, false) };
};
