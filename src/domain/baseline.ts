import { type Evidence, matchEvidence } from './evidence.ts';

/** A finding of an earlier report, as far as it is needed to recognise it. */
export type BaselineEntry = Evidence;

/**
 * The findings that a baseline already knows. One-to-one: each entry explains one finding at most, so a second copy of a known problem is
 * new. As many copies moved as there were before are all known; which is which does not matter here.
 */
export const findKnown = <Item extends BaselineEntry>(findings: readonly Item[], baseline: readonly BaselineEntry[]): ReadonlySet<Item> =>
  new Set(matchEvidence(findings, baseline, { ambiguousMoves: 'twins' }).keys());
