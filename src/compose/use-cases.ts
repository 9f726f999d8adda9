import type { UseCases } from '../api/use-cases.ts';
import { createArtifacts } from '../app/artifacts/create-artifacts.ts';
import { createCatalogue } from '../app/catalogue/catalogue.ts';
import type { AppDependencies } from '../app/dependencies.ts';
import { createEvents } from '../app/events/events.ts';
import { createFollowEvents } from '../app/events/follow.ts';
import { createExportSarif } from '../app/exports/sarif.ts';
import { createImports } from '../app/imports/imports.ts';
import { createIssues } from '../app/issues/create-issues.ts';
import { createProjects } from '../app/projects/create-projects.ts';
import { createScans } from '../app/scans/create-scans.ts';
import { createTasks } from '../app/tasks/create-tasks.ts';

export interface UseCaseFacts {
  readonly rulesDir: string;
  readonly scratchDir: string;
  readonly toolVersion: string;
}

/** Everything a transport may call, over the same parts. */
export const createUseCases = (deps: AppDependencies, { rulesDir, scratchDir, toolVersion }: UseCaseFacts): UseCases => {
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
  };
};
