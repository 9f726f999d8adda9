import type { ToolRequirement } from '../domain/tool.ts';
import { runBounded } from '../lib/child-process.ts';
import { AppError } from '../lib/errors.ts';
import type { ProjectContext } from './engine.ts';

export interface ToolRunnerOptions {
  /** What the engine's descriptor declares; nothing else is run. */
  readonly tools: readonly ToolRequirement[];
  /** PATH the tools are looked up on: this process's own. */
  readonly path: string;
  /** Absolute, private directory: working directory, HOME and TMPDIR of every run. */
  readonly scratch: string;
}

/**
 * `exec` of a {@link ProjectContext}: runs declared tools with a cleared environment. HOME, TMPDIR and the working directory are the scratch
 * directory, so a tool picks up no configuration from the person running the scan or from the scanned tree.
 */
export const createToolRunner =
  ({ tools, path, scratch }: ToolRunnerOptions): ProjectContext['exec'] =>
  async (run, { signal }) => {
    const tool = tools.find((candidate) => candidate.command === run.command);
    if (tool === undefined) throw new AppError('internal', `an engine ran ${run.command} without declaring it`);
    try {
      return await runBounded({ ...run, cwd: scratch, env: { PATH: path, LANG: 'C', HOME: scratch, TMPDIR: scratch } }, { signal });
    } catch (error) {
      if (error instanceof AppError && error.code === 'tool_missing') {
        throw new AppError('tool_missing', error.message, { cause: error, hint: tool.installHint, details: error.details });
      }
      throw error;
    }
  };
