import type { EngineCoverage, FileCoverage } from '../domain/coverage.ts';
import type { Witnessed } from './normalise.ts';

/** What running engines gave, before findings get their identity. */
export interface EngineOutcome {
  readonly witnessed: readonly Witnessed[];
  readonly files: readonly FileCoverage[];
  readonly engines: readonly EngineCoverage[];
  readonly commits?: number;
}

export const mergeOutcomes = (outcomes: readonly EngineOutcome[]): EngineOutcome => {
  const commits = outcomes.find((outcome) => outcome.commits !== undefined)?.commits;
  return {
    witnessed: outcomes.flatMap((outcome) => outcome.witnessed),
    files: outcomes.flatMap((outcome) => outcome.files),
    engines: outcomes.flatMap((outcome) => outcome.engines),
    ...(commits === undefined ? {} : { commits }),
  };
};
