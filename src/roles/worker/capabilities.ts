import type { WorkerCapabilities } from '../../domain/lease-service.ts';
import { engineNames, loadEngine } from '../../engines/registry.ts';
import { findProgram } from '../../lib/child-process.ts';

/**
 * What this machine can do: engines whose programs are on the path and that need no sandbox, which this build does not have; and
 * `furtherEngines`, which stand in no registry.
 */
export const findCapabilities = async (toolPath: string, furtherEngines: readonly string[]): Promise<WorkerCapabilities> => {
  const engines: string[] = [];
  const tools = new Set<string>();
  for (const name of engineNames) {
    const engine = await loadEngine(name);
    const found = await Promise.all(
      engine.tools.map(async ({ command }) => ((await findProgram(command, toolPath)) === undefined ? [] : [command])),
    );
    const present = found.flat();
    for (const tool of present) tools.add(tool);
    const needsSandbox = engine.executesRepositoryCode || engine.sandbox === 'required';
    if (present.length === engine.tools.length && !needsSandbox) engines.push(name);
  }
  return { engines: [...engines, ...furtherEngines], tools: [...tools].sort(), sandbox: 'none' };
};
