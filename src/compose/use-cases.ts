import type { UseCases } from '../api/use-cases.ts';
import { createArtifacts } from '../app/artifacts/create-artifacts.ts';
import { createCatalogue } from '../app/catalogue/catalogue.ts';
import type { AppDependencies } from '../app/dependencies.ts';
import { createEvents } from '../app/events/events.ts';
import { createFollowEvents } from '../app/events/follow.ts';
import { createExportSarif } from '../app/exports/sarif.ts';
import type { Diagnose } from '../app/health/diagnose.ts';
import { createImports } from '../app/imports/imports.ts';
import { createIssues } from '../app/issues/create-issues.ts';
import { createProjects } from '../app/projects/create-projects.ts';
import { createRetentionOnDemand } from '../app/retention/retention-on-demand.ts';
import { createScans } from '../app/scans/create-scans.ts';
import { createTasks } from '../app/tasks/create-tasks.ts';
import type { SystemDb } from '../store/system-tx.ts';

export interface UseCaseFacts {
  readonly rulesDir: string;
  readonly scratchDir: string;
  readonly toolVersion: string;
  readonly diagnose: Diagnose;
}

/** Everything a transport may call, over the same parts. */
export const createUseCases = (deps: AppDependencies & { readonly system: SystemDb }, facts: UseCaseFacts): UseCases => {
  const { rulesDir, scratchDir, toolVersion, diagnose } = facts;
  const scans = createScans(deps);
  const artifacts = createArtifacts(deps);
  return {
    scans,
    artifacts,
    projects: createProjects({ ...deps, scans }),
    tasks: createTasks({ ...deps, scans }),
    issues: createIssues(deps),
    imports: createImports({ artifacts, scans, scratchDir, newId: deps.newId, maxUploadBytes: deps.limits.maxUploadBytes }),
    followEvents: createFollowEvents({ events: createEvents(deps), dispatcher: deps.dispatcher }),
    exportSarif: createExportSarif({ scans, toolVersion }),
    catalogue: createCatalogue({ rulesDir }),
    diagnose,
    runRetention: createRetentionOnDemand(deps),
  };
};
