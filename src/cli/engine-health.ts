import { tmpdir } from 'node:os';
import type { ToolRequirement } from '../domain/tool.ts';
import type { Engine } from '../engines/engine.ts';
import { findProgram, runBounded } from '../lib/child-process.ts';
import { messageOf } from '../lib/errors.ts';
import type { CliContext } from './context.ts';
import { loadCatalogue } from './rule-catalogue.ts';

/** One thing an engine needs. */
export interface Need {
  readonly what: string;
  readonly isMet: boolean;
  readonly detail: string;
  /** How to meet it. */
  readonly hint?: string;
}

export interface EngineHealth {
  readonly engine: Engine;
  readonly isUsable: boolean;
  readonly needs: readonly Need[];
}

const versionTimeoutMs = 10_000;
const maxVersionBytes = 64 * 1024;

const toolNeed = async (tool: ToolRequirement, context: CliContext): Promise<Need> => {
  const path = context.environment['PATH'] ?? '';
  const found = await findProgram(tool.command, path);
  const what = `tool ${tool.command}`;
  if (found === undefined) return { what, isMet: false, detail: 'not found on the PATH', hint: tool.installHint };
  try {
    const run = {
      command: found,
      args: tool.versionArgs,
      cwd: tmpdir(),
      env: { PATH: path, LANG: 'C' },
      timeoutMs: versionTimeoutMs,
      maxOutputBytes: maxVersionBytes,
    };
    const { exitCode, stdout, stderr } = await runBounded(run, context);
    const answer = (Buffer.from(stdout).toString('utf8').trim() || stderr.trim()).split('\n')[0] ?? '';
    const version = /\d/.test(answer) ? answer.slice(0, 80) : 'of unknown version';
    return exitCode === 0
      ? { what, isMet: true, detail: `${version} (${found})` }
      : { what, isMet: false, detail: `${found} ended with code ${exitCode}`, hint: tool.installHint };
  } catch (error) {
    if (context.signal.aborted) throw error;
    return { what, isMet: false, detail: messageOf(error), hint: tool.installHint };
  }
};

const rulesNeed = async (engine: Engine, context: CliContext): Promise<Need> => {
  try {
    const [loaded] = await loadCatalogue(context, { engines: [engine.name] });
    return { what: 'rules', isMet: true, detail: `${loaded?.prepared.rules.length ?? 0} loaded` };
  } catch (error) {
    if (context.signal.aborted) throw error;
    return { what: 'rules', isMet: false, detail: messageOf(error), hint: 'Install Sightline again: its rules cannot be loaded.' };
  }
};

const sandboxNeed = ({ sandbox }: Engine): readonly Need[] =>
  sandbox === 'required'
    ? [{ what: 'sandbox', isMet: false, detail: 'this build has none', hint: 'Leave this engine out with --skip-engine.' }]
    : [];

/** What an engine needs and whether it is there. */
export const checkEngine = async (engine: Engine, context: CliContext): Promise<EngineHealth> => {
  const needs = [
    await rulesNeed(engine, context),
    ...(await Promise.all(engine.tools.map((tool) => toolNeed(tool, context)))),
    ...sandboxNeed(engine),
    ...(engine.network === 'required' ? [{ what: 'network', isMet: true, detail: 'needed; refused with --offline' }] : []),
  ];
  return { engine, isUsable: needs.every(({ isMet }) => isMet), needs };
};
