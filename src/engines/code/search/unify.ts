import type { Binding, Bindings } from '../match/match.ts';
import { sameCode } from '../match/same-code.ts';

/** Captures of a regex are numbered anew by every expression: `$1` of one says nothing about `$1` of another. */
const isCapture = (name: string): boolean => /^\$\d+$/.test(name);

/** One set of bindings that says what both say, or undefined where they disagree. The first one's are kept as they are. */
export const unify = (first: Bindings, second: Bindings): Bindings | undefined => {
  let merged: Map<string, Binding> | undefined;
  for (const [name, binding] of second) {
    const known = first.get(name);
    if (known === undefined) {
      merged ??= new Map(first);
      merged.set(name, binding);
    } else if (known !== binding && !isCapture(name) && !sameCode(known, binding)) return undefined;
  }
  return merged ?? first;
};

export const areCompatible = (first: Bindings, second: Bindings): boolean => {
  if (first.size === 0 || second.size === 0) return true;
  for (const [name, binding] of second) {
    const known = first.get(name);
    if (known !== undefined && known !== binding && !isCapture(name) && !sameCode(known, binding)) return false;
  }
  return true;
};
