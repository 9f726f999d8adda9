import type { Presence } from './issue.ts';

/** An issue of a ref that a newer scan of that ref did not report. */
export interface UnseenIssue {
  /** Engines and rules that ever reported it. */
  readonly witnesses: readonly { readonly engine: string; readonly ruleId: string }[];
  /** Where the last scan of the ref that reported it saw it; empty when that scan has been removed. */
  readonly paths: readonly string[];
  /** It stood in a commit, not in the files as they are. */
  readonly fromHistory: boolean;
}

/** What a whole scan can say; a partial one, a history scan and one with a failed task say nothing and are not asked. */
export interface ScanStatement {
  readonly completeEngines: ReadonlySet<string>;
  readonly isInForce: (engine: string, ruleId: string) => boolean;
  /**
   * `analysed`: plainly, by that engine. `left_out`: the manifest names the file or a directory above it, and says that the engine did not look
   * at all of it. `missing`: the manifest does not name it at all.
   */
  readonly fileState: (engine: string, path: string) => 'analysed' | 'left_out' | 'missing';
  /** The manifest lists every file of the tree, so that a file it does not name is gone. An imported log lists what it lists. */
  readonly listsWholeTree: boolean;
}

/**
 * What becomes of an issue that was not reported again; undefined leaves it as it was, for the scan does not speak of it.
 *
 * Absent asks of every engine that ever reported it: it ran and was complete, the rule was in force, and each file where it was is either
 * analysed or gone from the tree. Where an engine that ran could not look (the file is left out now, the rule is switched off), it is unknown.
 * What stood in the history stays there, whatever the files say now.
 */
export const presenceAfter = (issue: UnseenIssue, statement: ScanStatement): Extract<Presence, 'absent' | 'unknown'> | undefined => {
  if (issue.fromHistory || issue.witnesses.length === 0) return undefined;
  if (!issue.witnesses.every(({ engine }) => statement.completeEngines.has(engine))) return undefined;
  if (!issue.witnesses.every(({ engine, ruleId }) => statement.isInForce(engine, ruleId))) return 'unknown';
  if (issue.paths.length === 0) return 'unknown';
  const states = issue.witnesses.flatMap(({ engine }) => issue.paths.map((path) => statement.fileState(engine, path)));
  if (states.includes('missing') && !statement.listsWholeTree) return undefined;
  return states.includes('left_out') ? 'unknown' : 'absent';
};
