import { availableParallelism, hostname } from 'node:os';
import { checkoutBudgets } from '../analysis/checkout-budgets.ts';
import { startTaskProcess } from '../analysis/task/start-task-process.ts';
import type { TaskSettings } from '../analysis/task/task-request.ts';
import { measureLeases } from '../app/metrics/measure-leases.ts';
import { createLeaseService } from '../app/tasks/lease-service.ts';
import { networkEnvironment } from '../config/load.ts';
import { sarifImportEngine } from '../domain/scan-record.ts';
import { findCapabilities } from '../roles/worker/capabilities.ts';
import { startHeartbeat } from '../roles/worker/heartbeat.ts';
import { createTaskLimits } from '../roles/worker/task-limits.ts';
import { runWorker } from '../roles/worker/worker.ts';
import { heartbeatSource } from './heartbeat-leases.ts';
import type { ServerParts } from './server-parts.ts';

/** Tasks run beside each other, so that the processors are shared out among them. */
const threadsOf = (threads: number | undefined, slots: number): number =>
  threads ?? Math.max(1, Math.floor(availableParallelism() / slots));

/** The worker of this process, over the server's own parts. Resolves when it has drained. */
export const startWorker = async (parts: ServerParts, options: { readonly signal: AbortSignal }): Promise<void> => {
  const { values, world, deps, paths, storage } = parts;
  const slots = values.workerSlots ?? availableParallelism();
  const host = hostname();
  const task: TaskSettings = {
    budgets: checkoutBudgets(values),
    allowHosts: values.allowHosts,
    threads: threadsOf(values.threads, slots),
    fileTimeoutMs: values.fileTimeoutMs,
    network: networkEnvironment(world.environment),
    toolPath: world.toolPath,
    rulesDir: world.rulesDir,
    toolVersion: world.toolVersion,
  };
  await runWorker(
    {
      leases: measureLeases(createLeaseService({ ...deps, system: storage.doors.system }), parts.serverMetrics),
      blobs: deps.blobs,
      dispatcher: deps.dispatcher,
      startTask: startTaskProcess,
      limitsOf: createTaskLimits(task),
      startHeartbeat,
      heartbeatSource: () => heartbeatSource(storage.database, values.leaseMs),
      log: deps.log,
      now: world.clock.now,
      random: world.random,
    },
    {
      workerId: world.newId(),
      name: values.workerName ?? `${host}-${process.pid}`,
      host,
      pid: process.pid,
      version: world.toolVersion,
      slots,
      capabilities: await findCapabilities(world.toolPath, [sarifImportEngine]),
      scratchRoot: paths.scratchDir,
      graceMs: values.graceMs,
      task,
    },
    options,
  );
};
