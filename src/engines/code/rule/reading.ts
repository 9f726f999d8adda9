import type { RuleProblem } from './code-rule.ts';
import type { Position } from './yaml-tree.ts';

/** Takes down what is said about a rule while it is read. Everything wrong is told, not only the first of it. */
export interface Reading {
  /** The rule cannot be used. Returns `undefined`, so that a reader may end with it. */
  readonly problem: (at: Position, message: string) => undefined;
  readonly warn: (at: Position, message: string) => void;
  /** The rule is right and we cannot run it. `feature` is short and countable, `reason` a sentence. */
  readonly lacks: (feature: string, reason: string) => undefined;
}

export interface Notes {
  readonly problems: readonly RuleProblem[];
  readonly warnings: readonly RuleProblem[];
  readonly lacking: readonly { readonly feature: string; readonly reason: string }[];
}

/** A file of nonsense gets this many complaints a rule, and no more. */
const maxNotes = 50;

export const startReading = (path: string): { readonly reading: Reading; readonly notes: Notes } => {
  const problems: RuleProblem[] = [];
  const warnings: RuleProblem[] = [];
  const lacking: { feature: string; reason: string }[] = [];
  const reading: Reading = {
    problem: ({ line, column }, message) => {
      if (problems.length < maxNotes) problems.push({ path, line, column, message });
      return undefined;
    },
    warn: ({ line, column }, message) => {
      if (warnings.length < maxNotes) warnings.push({ path, line, column, message });
    },
    lacks: (feature, reason) => {
      if (lacking.length < maxNotes) lacking.push({ feature, reason });
      return undefined;
    },
  };
  return { reading, notes: { problems, warnings, lacking } };
};
