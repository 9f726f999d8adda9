import type { AppDependencies } from '../dependencies.ts';
import { createEndings } from './end-early.ts';
import { createFindingReading } from './read-findings.ts';
import { createScanReading } from './read-scans.ts';
import type { Scans } from './scans.ts';
import { createSubmit } from './submit.ts';

export const createScans = (deps: AppDependencies): Scans => ({
  ...createSubmit(deps),
  ...createScanReading(deps),
  ...createFindingReading(deps),
  ...createEndings(deps),
});
