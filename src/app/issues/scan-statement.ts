import type { ScanStatement } from '../../domain/issue-presence.ts';
import type { ScanRecord } from '../../domain/scan-record.ts';
import { scanNameOf } from '../../domain/scan-record.ts';
import { type CoverageOfTask, coverageOfScan, unpackPaths } from '../../store/coverage.ts';
import { everyTaskSucceeded, manifestRows } from '../../store/issue-presence.ts';
import type { OrgTx } from '../../store/tx.ts';

const keyOf = (engine: string, value: string): string => `${engine}\0${value}`;

const isComplete = (part: CoverageOfTask): boolean => part.filesFailed === 0 && part.engines.every(({ state }) => state === 'complete');

/** Rules that were in force in every part of the scan that their engine ran on. */
const rulesInForce = (parts: readonly CoverageOfTask[]): ReadonlySet<string> => {
  const partsOfEngine = new Map<string, number>();
  const partsOfRule = new Map<string, { readonly engine: string; count: number }>();
  for (const part of parts) {
    for (const { engine } of part.engines) {
      partsOfEngine.set(engine, (partsOfEngine.get(engine) ?? 0) + 1);
      for (const ruleId of new Set(part.rulesInForce[engine])) {
        const seen = partsOfRule.get(keyOf(engine, ruleId));
        if (seen === undefined) partsOfRule.set(keyOf(engine, ruleId), { engine, count: 1 });
        else seen.count += 1;
      }
    }
  }
  return new Set([...partsOfRule].filter(([, { engine, count }]) => count === partsOfEngine.get(engine)).map(([key]) => key));
};

const foldersAbove = (path: string): string[] =>
  [...path.matchAll(/\//g)].map(({ index }) => path.slice(0, index + 1)).filter((folder) => folder !== path);

/**
 * What the scan can say of these paths. Undefined when it can say nothing: it is partial, a task of it failed, or it read the history and not
 * the files as they are.
 */
export const scanStatement = async (tx: OrgTx, scan: ScanRecord, paths: readonly string[]): Promise<ScanStatement | undefined> => {
  if (scan.options.history === true || !(await everyTaskSucceeded(tx, scan))) return undefined;
  const parts = await coverageOfScan(tx, scanNameOf(scan), { withPaths: true });
  if (parts.length === 0 || !parts.every(isComplete)) return undefined;

  const wanted = new Set(paths);
  const analysed = new Set<string>();
  /** Paths the manifest names at all, by whichever engine. */
  const named = new Set<string>();
  for (const part of parts) {
    for (const path of await unpackPaths(part.analysedPaths)) {
      if (!wanted.has(path)) continue;
      named.add(path);
      for (const { engine } of part.engines) analysed.add(keyOf(engine, path));
    }
  }
  const leftOutFolders = new Set<string>();
  for (const { path, state, engine } of await manifestRows(tx, scan, paths)) {
    named.add(path);
    if (path.endsWith('/')) leftOutFolders.add(path);
    else if (state === 'analysed') {
      for (const part of parts)
        for (const one of part.engines) if (engine === null || engine === one.engine) analysed.add(keyOf(one.engine, path));
    }
  }

  const inForce = rulesInForce(parts);
  return {
    completeEngines: new Set(parts.flatMap((part) => part.engines.map(({ engine }) => engine))),
    isInForce: (engine, ruleId) => inForce.has(keyOf(engine, ruleId)),
    fileState: (engine, path) => {
      if (analysed.has(keyOf(engine, path))) return 'analysed';
      return named.has(path) || foldersAbove(path).some((folder) => leftOutFolders.has(folder)) ? 'left_out' : 'missing';
    },
    listsWholeTree: scan.kind === 'scan',
  };
};
