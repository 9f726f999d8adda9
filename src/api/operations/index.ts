import type { Operation } from '../operation.ts';
import { artifactOperations } from './artifacts.ts';
import { catalogueOperations } from './catalogue.ts';
import { eventOperations } from './events.ts';
import { findingOperations } from './findings.ts';
import { importOperations } from './imports.ts';
import { issueOperations } from './issues.ts';
import { jobOperations } from './jobs.ts';
import { operatingOperations } from './operating.ts';
import { projectOperations } from './projects.ts';
import { scanPartOperations } from './scan-parts.ts';
import { scanOperations } from './scans.ts';
import { taskOperations } from './tasks.ts';

/** Everything the API can do, in the order its documentation shows. */
export const operations: readonly Operation[] = [
  ...projectOperations,
  ...scanOperations,
  ...scanPartOperations,
  ...findingOperations,
  ...issueOperations,
  ...artifactOperations,
  ...importOperations,
  ...taskOperations,
  ...catalogueOperations,
  ...eventOperations,
  ...jobOperations,
  ...operatingOperations,
];
