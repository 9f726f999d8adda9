import type { EngineCoverage } from '../../domain/coverage.ts';
import type { CoverageOfTask } from '../../store/coverage.ts';

const worstState = (a: EngineCoverage['state'], b: EngineCoverage['state']): EngineCoverage['state'] => {
  if (a === 'missing' || b === 'missing') return 'missing';
  return a === 'failed' || b === 'failed' ? 'failed' : 'complete';
};

/** Shards run side by side: their files add up, their time is that of the slowest. */
const joinShards = (a: EngineCoverage, b: EngineCoverage): EngineCoverage => {
  const reason = a.reason ?? b.reason;
  return {
    ...a,
    state: worstState(a.state, b.state),
    ...(reason === undefined ? {} : { reason }),
    filesAnalysed: a.filesAnalysed + b.filesAnalysed,
    bytesAnalysed: a.bytesAnalysed + b.bytesAnalysed,
    durationMs: Math.max(a.durationMs, b.durationMs),
  };
};

/** One entry for each engine, from the manifests of its shards. */
export const mergeEngines = (parts: readonly CoverageOfTask[]): readonly EngineCoverage[] => {
  const byEngine = new Map<string, EngineCoverage>();
  for (const entry of parts.flatMap(({ engines }) => engines)) {
    const known = byEngine.get(entry.engine);
    byEngine.set(entry.engine, known === undefined ? entry : joinShards(known, entry));
  }
  return [...byEngine.values()].sort((a, b) => (a.engine < b.engine ? -1 : 1));
};

/**
 * Plainly analysed files of the scan. Each engine looks at the same tree, so engines do not add up: the one that saw most counts.
 */
export const mostByEngine = (parts: readonly CoverageOfTask[], count: (part: CoverageOfTask) => number): number => {
  const sums = new Map<string, number>();
  for (const part of parts) sums.set(part.engine, (sums.get(part.engine) ?? 0) + count(part));
  return Math.max(0, ...sums.values());
};
