import { deepName } from '../syntax/language.ts';
import type { Mark } from './pattern-tree.ts';

/** A place of the pattern that stands for something else: put into the text as one of `forms`, whichever the grammar takes there. */
export interface Hole {
  readonly mark: Mark;
  readonly forms: readonly string[];
  /** Holes with the same choice take the same form: those of one bracket, for instance. -1: there is nothing to choose. */
  readonly choice: number;
}

/** `<...` and `...>`: what is rendered between the two of one id is one call of {@link deepName}. */
export interface DeepEdge {
  readonly deep: number;
  readonly opens: boolean;
}

export type Piece = string | Hole | DeepEdge;

export interface ScannedPattern {
  readonly pieces: readonly Piece[];
  /** Number of forms by choice. */
  readonly choices: readonly number[];
}

interface Range {
  readonly start: number;
  readonly end: number;
}

/** The pattern with a form chosen for every hole, and where the holes and deep calls came to stand. */
export interface RenderedPattern {
  readonly text: string;
  readonly holes: readonly (Range & { readonly mark: Mark })[];
  readonly deeps: readonly Range[];
}

export const renderPattern = (scanned: ScannedPattern, chosen: readonly number[], before: string, after: string): RenderedPattern => {
  let text = before;
  const holes: (Range & { readonly mark: Mark })[] = [];
  const deeps: Range[] = [];
  for (const piece of scanned.pieces) {
    const start = text.length;
    if (typeof piece === 'string') {
      text += piece;
    } else if ('mark' in piece) {
      text += piece.forms[chosen[piece.choice] ?? 0] ?? piece.forms[0] ?? '';
      holes.push({ start, end: text.length, mark: piece.mark });
    } else if (piece.opens) {
      text += `${deepName}(`;
      deeps[piece.deep] = { start, end: start };
    } else {
      text += ')';
      deeps[piece.deep] = { start: deeps[piece.deep]?.start ?? start, end: text.length };
    }
  }
  return { text: text + after, holes, deeps };
};
