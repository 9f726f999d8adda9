import { diagnose } from '../app/health/diagnose.ts';
import { checkReadiness } from '../app/health/readiness.ts';
import { verifyOperatorToken } from '../app/instance/instance.ts';
import { createQueueGauges } from '../app/metrics/queue-gauges.ts';
import { defaultOrganizationId } from '../domain/caller.ts';
import { monotonicMs } from '../lib/clock.ts';
import { createScratch, type Scratch } from '../ports/checkout/scratch.ts';
import { type RunningRole, startApi, startProbes } from '../roles/api.ts';
import { aboutStorage, readinessOf } from './examine-storage.ts';
import type { ServerParts } from './server-parts.ts';
import { createUseCases } from './use-cases.ts';

const endedWith = async (ended: Promise<void>, scratch: Scratch): Promise<void> => {
  try {
    await ended;
  } finally {
    await scratch.remove();
  }
};

/** The API where this process has that role; probes and metrics in every process. */
export const startListeners = async (parts: ServerParts, { signal }: { readonly signal: AbortSignal }): Promise<RunningRole> => {
  const { world, values, paths, storage, deps, metrics, serverMetrics } = parts;
  const { rulesDir, toolVersion } = world;
  const { system } = storage.doors;
  const gauges = createQueueGauges({ system, metrics });
  const scratch = await createScratch(paths.scratchDir);
  const startedAtMs = monotonicMs();
  const readiness = readinessOf(storage, deps.blobs);
  const diagnosed = { ...readiness, ...aboutStorage(storage, toolVersion), servingMs: () => monotonicMs() - startedAtMs };
  const useCases = createUseCases(
    { ...deps, system },
    { rulesDir, toolVersion, scratchDir: scratch.path, diagnose: (options) => diagnose(diagnosed, options) },
  );
  const shared = {
    toolVersion,
    checkReadiness: (options: { readonly signal: AbortSignal }) => checkReadiness(readiness, options),
    renderMetrics: async (options: { readonly signal: AbortSignal }) => {
      await gauges.refresh(options);
      return metrics.render();
    },
    useCases,
    authenticate: async (token: string, options: { readonly signal: AbortSignal }) =>
      (await verifyOperatorToken(system, token, options)) === undefined
        ? undefined
        : { organizationId: defaultOrganizationId, actor: 'operator' },
    hostNames: values.hostNames,
    newId: world.newId,
    log: deps.log,
    observe: serverMetrics.request,
    probesListen: values.probesListen,
    metricsListen: values.metricsListen,
    graceMs: values.graceMs,
  };
  try {
    const running =
      values.roles.includes('api') && values.listen !== 'off'
        ? await startApi({ ...shared, listen: values.listen }, { signal })
        : await startProbes(shared, { signal });
    return { ...running, ended: endedWith(running.ended, scratch) };
  } catch (error) {
    await scratch.remove();
    throw error;
  }
};
