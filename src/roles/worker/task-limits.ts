import type { TaskLimits } from '../../analysis/task/start-task-process.ts';
import type { TaskSettings } from '../../analysis/task/task-request.ts';
import type { LeasedTask } from '../../domain/lease-service.ts';
import { engineNames, loadEngine } from '../../engines/registry.ts';

const mebibyte = 1024 ** 2;
/** Findings, the manifest and the rules of one task. */
const heapBytes = 1024 * mebibyte;
/** What git may take while it indexes a pack; it has a limit of its own. */
const gitBytes = 2048 * mebibyte;

/** What one engine process may cost: what its engine declares, for each thread, beside what every task needs. */
export const createTaskLimits =
  ({ threads, budgets }: TaskSettings) =>
  async (task: LeasedTask): Promise<TaskLimits> => {
    const engineBytes = engineNames.includes(task.engine) ? (await loadEngine(task.engine)).memoryBytes : 0;
    return {
      timeoutMs: task.timeoutMs,
      heapBytes,
      memoryBytes: heapBytes + gitBytes + engineBytes * threads,
      // The index of a pack of tiny objects is larger than the pack.
      fileBytes: Math.max(budgets.transferBytes * 2, budgets.checkoutBytes) + mebibyte,
    };
  };
