/** A worker as a process of its own: `node worker-process.ts '{"url":…}'`. SIGTERM drains it. */
import { startTaskProcess } from '../../../src/analysis/task/start-task-process.ts';
import type { Logger } from '../../../src/lib/log.ts';
import { openBlobStore } from '../../../src/ports/blob-store/registry.ts';
import { defaultBudgets } from '../../../src/ports/checkout/checkout.ts';
import { findCapabilities } from '../../../src/roles/worker/capabilities.ts';
import { startHeartbeat } from '../../../src/roles/worker/heartbeat.ts';
import { createTaskLimits } from '../../../src/roles/worker/task-limits.ts';
import { runWorker } from '../../../src/roles/worker/worker.ts';
import { createHttpLeases } from './http-leases.ts';
import type { WorkerProcessOptions } from './start-worker.ts';

const given = JSON.parse(process.argv[2] ?? '') as WorkerProcessOptions;
const stop = new AbortController();
for (const name of ['SIGTERM', 'SIGINT'] as const) process.on(name, () => stop.abort());

const write = (level: string) => (message: string, fields?: object) =>
  void process.stderr.write(`${level} ${message} ${JSON.stringify(fields ?? {})}\n`);
const log: Logger = { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error'), with: () => log };
const toolPath = process.env['PATH'] ?? '';
const task = {
  budgets: { ...defaultBudgets, timeoutMs: 300_000 },
  allowHosts: given.allowHosts,
  threads: 1,
  fileTimeoutMs: 10_000,
  network: {},
  toolPath,
  rulesDir: given.rulesDir,
  toolVersion: '0.0.0',
};
const { signal } = stop;
await runWorker(
  {
    leases: createHttpLeases(given.url),
    blobs: await openBlobStore({ kind: 'fs', directory: given.blobDir }, { clock: { now: () => Date.now() }, signal }),
    dispatcher: { subscribe: () => undefined },
    startTask: startTaskProcess,
    limitsOf: createTaskLimits(task),
    startHeartbeat,
    heartbeatSource: () => ({ source: { moduleUrl: new URL('./http-leases.ts', import.meta.url).href, data: given.url } }),
    log,
    now: () => Date.now(),
    random: () => 0,
  },
  {
    workerId: given.workerId,
    name: given.workerId,
    host: 'test',
    pid: process.pid,
    version: '0.0.0',
    slots: given.slots,
    capabilities: await findCapabilities(toolPath, []),
    scratchRoot: given.scratchRoot,
    graceMs: given.graceMs,
    task,
  },
  { signal },
);
