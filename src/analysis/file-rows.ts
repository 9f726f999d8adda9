import type { FileCoverage } from '../domain/coverage.ts';
import type { EngineResult, ItemResult } from './pool/protocol.ts';

/** What the engines said of one file. They may answer at different times: one that was ended leaves the file to the others. */
export interface FileAnswers {
  readonly path: string;
  /** Of whichever engine read it. */
  bytes: number;
  /** Holds for all engines. */
  common?: NonNullable<ItemResult['common']>;
  readonly results: Pick<EngineResult, 'engine' | 'state' | 'reason' | 'detail'>[];
}

/**
 * Rows of the manifest for one file: a single one where every engine analysed it, or has nothing to say of such files; else one for each
 * engine, so that what one could not do stands beside what the others did.
 */
export const rowsOfFile = (
  { path, bytes, common, results }: FileAnswers,
  engineNames: readonly string[],
  keepAnalysed: boolean,
): readonly FileCoverage[] => {
  if (common !== undefined) return [{ path, ...common }];
  const size = bytes === 0 ? {} : { sizeBytes: bytes };
  const wasSeen = results.some(({ reason }) => reason !== 'not_applicable');
  const telling = results.filter(({ reason }) => !wasSeen || reason !== 'not_applicable');
  if (telling.every(({ state, reason, detail }) => state === 'analysed' && reason === undefined && detail === undefined))
    return keepAnalysed ? [{ path, state: 'analysed', ...size }] : [];
  return telling
    .filter(({ state }) => keepAnalysed || state !== 'analysed')
    .toSorted((a, b) => a.engine - b.engine)
    .map(({ engine, state, reason, detail }) => ({
      path,
      state,
      ...size,
      ...(reason === undefined ? {} : { reason }),
      ...(detail === undefined ? {} : { detail }),
      engine: engineNames[engine] ?? '',
    }));
};
