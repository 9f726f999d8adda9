import { z } from 'zod';
import type { ScanDetail } from '../../app/scans/scans.ts';
import type { EngineCoverage, FileCoverage } from '../../domain/coverage.ts';
import { degradationReasons, exclusionReasons, failureReasons } from '../../domain/coverage.ts';
import { pageOf } from './page.ts';

export const fileCoverageShape = z
  .object({
    path: z.string(),
    state: z.enum(['analysed', 'degraded', 'excluded', 'failed']),
    reason: z.enum([...exclusionReasons, ...failureReasons, ...degradationReasons]).nullable(),
    detail: z.string().nullable(),
    engine: z.string().nullable().describe('Null when it holds for every engine.'),
    size_bytes: z.int().nullable(),
  })
  .meta({ id: 'FileCoverage' });
export type FileCoverageWire = z.infer<typeof fileCoverageShape>;
export const fileCoveragePage = pageOf('FileCoveragePage', fileCoverageShape);

export const engineCoverageShape = z
  .object({
    engine: z.string(),
    version: z.string(),
    state: z.enum(['complete', 'failed', 'missing']),
    reason: z.string().nullable(),
    ruleset_digest: z.string(),
    rule_count: z.int(),
    files_analysed: z.int(),
    bytes_analysed: z.int(),
    duration_ms: z.int(),
  })
  .meta({ id: 'EngineCoverage' });

export const coverageShape = z
  .object({
    engines: z.array(engineCoverageShape),
    files_analysed: z.int(),
    files_excluded: z.int(),
    files_degraded: z.int(),
    files_failed: z.int(),
    bytes_analysed: z.int(),
    files: z.array(fileCoverageShape).describe('The first that are not plainly analysed, failed ones first.'),
  })
  .meta({ id: 'Coverage' });
export type CoverageWire = z.infer<typeof coverageShape>;

export const toFileCoverageWire = (file: FileCoverage): FileCoverageWire => ({
  path: file.path,
  state: file.state,
  reason: file.reason ?? null,
  detail: file.detail ?? null,
  engine: file.engine ?? null,
  size_bytes: file.sizeBytes ?? null,
});

const toEngineCoverageWire = (engine: EngineCoverage): z.infer<typeof engineCoverageShape> => ({
  engine: engine.engine,
  version: engine.version,
  state: engine.state,
  reason: engine.reason ?? null,
  ruleset_digest: engine.rulesetDigest,
  rule_count: engine.ruleCount,
  files_analysed: engine.filesAnalysed,
  bytes_analysed: engine.bytesAnalysed,
  duration_ms: Math.round(engine.durationMs),
});

export const toCoverageWire = (coverage: ScanDetail['coverage']): CoverageWire => ({
  engines: coverage.engines.map(toEngineCoverageWire),
  files_analysed: coverage.filesAnalysed,
  files_excluded: coverage.filesExcluded,
  files_degraded: coverage.filesDegraded,
  files_failed: coverage.filesFailed,
  bytes_analysed: coverage.bytesAnalysed,
  files: coverage.files.map(toFileCoverageWire),
});
