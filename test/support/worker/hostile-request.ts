import { join } from 'node:path';
import type { TaskLimits } from '../../../src/analysis/task/start-task-process.ts';
import type { TaskRequest } from '../../../src/analysis/task/task-request.ts';
import { defaultBudgets } from '../../../src/ports/checkout/checkout.ts';

const mebibyte = 1024 ** 2;

export const hostileLimits: TaskLimits = {
  timeoutMs: 600_000,
  heapBytes: 64 * mebibyte,
  memoryBytes: 512 * mebibyte,
  fileBytes: 1024 * mebibyte,
};

/** A task for entries that never look at it. */
export const hostileRequest = (folder: string): TaskRequest => ({
  engine: 'secrets',
  shard: 0,
  shardCount: 1,
  source: { type: 'git', url: 'https://example.org/app.git' },
  options: {},
  secrets: { gitToken: 'canary-token', hmacKey: { id: 'test', key: 'canary-key' } },
  settings: {
    budgets: defaultBudgets,
    allowHosts: [],
    threads: 1,
    fileTimeoutMs: 1000,
    network: {},
    toolPath: '/usr/bin:/bin',
    rulesDir: '/nowhere',
    toolVersion: '0.0.0',
  },
  scratchDir: folder,
  resultPath: join(folder, 'result'),
});
