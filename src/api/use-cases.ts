import type { Artifacts } from '../app/artifacts/artifacts.ts';
import type { Catalogue } from '../app/catalogue/catalogue.ts';
import type { FollowEvents } from '../app/events/follow.ts';
import type { ExportSarif } from '../app/exports/sarif.ts';
import type { Diagnose } from '../app/health/diagnose.ts';
import type { Imports } from '../app/imports/imports.ts';
import type { Issues } from '../app/issues/issues.ts';
import type { Projects } from '../app/projects/projects.ts';
import type { RetentionOnDemand } from '../app/retention/retention-on-demand.ts';
import type { Scans } from '../app/scans/scans.ts';
import type { Tasks } from '../app/tasks/tasks.ts';

/** All that a transport may call. */
export interface UseCases {
  readonly projects: Projects;
  readonly scans: Scans;
  readonly tasks: Tasks;
  readonly issues: Issues;
  readonly artifacts: Artifacts;
  readonly imports: Imports;
  readonly followEvents: FollowEvents;
  readonly exportSarif: ExportSarif;
  readonly catalogue: Catalogue;
  readonly diagnose: Diagnose;
  readonly runRetention: RetentionOnDemand;
}
