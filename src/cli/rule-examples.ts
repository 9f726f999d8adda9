import type { RuleExample } from '../engines/engine.ts';
import type { CliContext } from './context.ts';
import type { CatalogueEntry } from './rule-catalogue.ts';

/** What running one engine's examples showed. */
export interface ExampleRun {
  readonly engine: string;
  readonly ruleCount: number;
  readonly exampleCount: number;
  readonly failures: readonly RuleExample[];
  /** Rules that prove nothing: no example they must find. */
  readonly unproved: readonly string[];
}

/** Undefined for an engine whose rules carry no examples. */
export const runExamples = async ({ engine, settings, prepared }: CatalogueEntry, context: CliContext): Promise<ExampleRun | undefined> => {
  const examples = await engine.listExamples?.(settings, context);
  const failures = await engine.failingExamples?.(settings, context);
  if (examples === undefined || failures === undefined) return undefined;
  const proved = new Set(examples.filter(({ matches }) => matches).map(({ ruleId }) => ruleId));
  const unproved = prepared.rules.map(({ id }) => id).filter((id) => !proved.has(id));
  return { engine: engine.name, ruleCount: prepared.rules.length, exampleCount: examples.length, failures, unproved };
};
